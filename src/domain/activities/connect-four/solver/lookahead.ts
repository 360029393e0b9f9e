import { boardHigh, boardLow, bottomHigh, bottomLow, columnHigh, columnLow } from '../squares.js'
import { judge } from './judgement.js'
import type { Position } from './position.js'
import type { MayGoOn } from './search.js'
import { threatsHigh, threatsLow } from './threats.js'

/** A win that is seen, more than any judgement; the more so the sooner. */
export const win = 10_000

const fromTheMiddle = [3, 2, 4, 1, 5, 0, 6]

const visitsBetweenQuestions = 2 ** 11

/**
 * What a position is worth to the player to move when one looks `sight` discs ahead and judges what is there by its look:
 * an ordinary alpha-beta search. It is how the lower levels think: they are wrong where a person is, beyond what they
 * see. `undefined`: stopped. Nobody has won yet.
 */
export const lookAhead = (position: Position, sight: number, mayGoOn: MayGoOn): number | undefined => {
  let visits = 0
  let isStopped = false

  const look = (
    ownLow: number,
    ownHigh: number,
    otherLow: number,
    otherHigh: number,
    left: number,
    least: number,
    most: number,
  ): number => {
    visits += 1
    if (visits % visitsBetweenQuestions === 0 && !mayGoOn()) isStopped = true
    const takenLow = ownLow | otherLow
    const takenHigh = ownHigh | otherHigh
    let playableLow = (takenLow + bottomLow) & boardLow
    let playableHigh = (takenHigh + bottomHigh) & boardHigh
    if (isStopped || (playableLow | playableHigh) === 0) return 0
    if (left === 0) return judge(ownLow, ownHigh, otherLow, otherHigh)
    if (((playableLow & threatsLow(ownLow, ownHigh)) | (playableHigh & threatsHigh(ownLow, ownHigh))) !== 0)
      return win + left
    const forcedLow = playableLow & threatsLow(otherLow, otherHigh)
    const forcedHigh = playableHigh & threatsHigh(otherLow, otherHigh)
    // Only who looks two discs ahead sees what the other player would do.
    if (left > 1 && (forcedLow | forcedHigh) !== 0) {
      playableLow = forcedLow
      playableHigh = forcedHigh
    }
    let best = least
    for (const column of fromTheMiddle) {
      const low = playableLow & columnLow(column)
      const high = playableHigh & columnHigh(column)
      if ((low | high) === 0) continue
      const value = -look(otherLow, otherHigh, ownLow | low, ownHigh | high, left - 1, -most, -best)
      if (isStopped) return 0
      if (value > best) best = value
      if (best >= most) break
    }
    return best
  }

  const { own, other } = position
  const value = look(own.low, own.high, other.low, other.high, sight, -2 * win, 2 * win)
  return isStopped ? undefined : value
}
