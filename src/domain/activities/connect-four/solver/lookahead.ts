import { boardHigh, boardLow, bottomHigh, bottomLow, columnHigh, columnLow, countBits } from '../squares.js'
import type { Position } from './position.js'
import type { MayGoOn } from './search.js'
import { threatsHigh, threatsLow } from './threats.js'

/** The value of a win, above any evaluation; sooner wins have more. */
export const win = 10_000

const fromTheMiddle = [3, 2, 4, 1, 5, 0, 6]

const visitsBetweenQuestions = 2 ** 11

/**
 * The value of a position for the player to move: an alpha-beta search of `sight` discs with a static evaluation at the end.
 * The lower levels use it, so their mistakes lie beyond their sight, like a person's. `undefined`: the search was stopped.
 * The position has no winner.
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
    // Only a sight of two discs includes the other player's reply.
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

const oddRowsLow = bottomLow * 0b0010101
const oddRowsHigh = bottomHigh * 0b0010101

const worthOfThreat = 12
/** At the end of the game the first player gets the squares in odd rows, the second those in even rows. */
const worthOfRightRow = 10

/**
 * The static evaluation for the player to move: the squares where each side would win, more if their row is that side's at
 * the end of the game; and discs near the middle, which more lines cross.
 */
const judge = (ownLow: number, ownHigh: number, otherLow: number, otherHigh: number): number => {
  const takenLow = ownLow | otherLow
  const takenHigh = ownHigh | otherHigh
  const isFirst = (countBits(takenLow) + countBits(takenHigh)) % 2 === 0
  const own = side(ownLow, ownHigh, takenLow, takenHigh, isFirst)
  return own - side(otherLow, otherHigh, takenLow, takenHigh, !isFirst)
}

const side = (low: number, high: number, takenLow: number, takenHigh: number, isFirst: boolean): number => {
  const threatLow = threatsLow(low, high) & ~takenLow
  const threatHigh = threatsHigh(low, high) & ~takenHigh
  const rightLow = isFirst ? threatLow & oddRowsLow : threatLow & ~oddRowsLow
  const rightHigh = isFirst ? threatHigh & oddRowsHigh : threatHigh & ~oddRowsHigh
  return (
    worthOfThreat * (countBits(threatLow) + countBits(threatHigh)) +
    worthOfRightRow * (countBits(rightLow) + countBits(rightHigh)) +
    3 * countBits(low & columnLow(3)) +
    2 * (countBits(low & columnLow(2)) + countBits(high & columnHigh(4))) +
    countBits(low & columnLow(1)) +
    countBits(high & columnHigh(5))
  )
}
