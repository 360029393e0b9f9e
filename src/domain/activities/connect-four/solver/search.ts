import {
  bitsPerColumn,
  boardHigh,
  boardLow,
  bottomHigh,
  bottomLow,
  columnHigh,
  columnLow,
  columns,
  countBits,
  lowColumns,
  squares,
} from '../squares.js'
import { MoveList } from './move-list.js'
import { canWinNow, lossNext, winNow } from './position.js'
import type { Position } from './position.js'
import { mirroredColumn, mirroredHigh, mirroredLow } from './symmetry.js'
import { isPlural, threatsHigh, threatsLow } from './threats.js'
import type { TranspositionTable } from './transposition-table.js'
import { isDecided } from './zugzwang.js'

/**
 * Called at intervals: `false` stops the search without a result. It is the search's only clock, so the same answers and the
 * same table give the same result.
 */
export type MayGoOn = () => boolean

export interface Search {
  /**
   * Whether the score (see position.ts) is over `bound`: a result over it is a lower bound of the score, any other
   * an upper one. `undefined`: the search was stopped. The position has no winner.
   */
  readonly compare: (position: Position, bound: number, mayGoOn: MayGoOn) => number | undefined
  /** The number of positions visited so far. */
  readonly visited: () => number
}

const visitsBetweenQuestions = 2 ** 11

/** Deeper in the tree mirror images are rare, and a look-up costs more than it saves. */
const mirroredBelow = 14

/** Above the rank of any count of threats. */
const rankOfKnownBest = 1 << 20

export const makeSearch = (table: TranspositionTable): Search => {
  const moves = new MoveList()
  let visits = 0
  let isStopped = false
  let isAllowed: MayGoOn = () => true

  /**
   * Negamax with an empty window: whether the score is over `bound`. `own` are the discs of the player to move, which cannot
   * win at once (the caller checks); `danger` are the empty squares where the other player would win.
   */
  const search = (
    ownLow: number,
    ownHigh: number,
    otherLow: number,
    otherHigh: number,
    dangerLow: number,
    dangerHigh: number,
    bound: number,
    ply: number,
  ): number => {
    visits += 1
    if (visits % visitsBetweenQuestions === 0 && !isAllowed()) isStopped = true
    if (isStopped) return 0

    const takenLow = ownLow | otherLow
    const takenHigh = ownHigh | otherHigh
    let playableLow = (takenLow + bottomLow) & boardLow
    let playableHigh = (takenHigh + bottomHigh) & boardHigh
    const forcedLow = playableLow & dangerLow
    const forcedHigh = playableHigh & dangerHigh
    if ((forcedLow | forcedHigh) !== 0) {
      if (isPlural(forcedLow, forcedHigh)) return lossNext(ply)
      playableLow = forcedLow
      playableHigh = forcedHigh
    }
    // A disc right below a danger lets the other player take it.
    playableLow &= ~(dangerLow >>> 1)
    playableHigh &= ~(dangerHigh >>> 1)
    if ((playableLow | playableHigh) === 0) return lossNext(ply)
    if (ply >= squares - 2) return 0

    // Neither player wins with its next disc, so the game lasts at least two plies longer.
    let lower = lossNext(ply + 2)
    if (lower > bound) return lower
    let upper = winNow(ply + 2)
    if (upper <= bound) return upper

    let keyLow = ownLow + takenLow
    let keyHigh = ownHigh + takenHigh
    let isMirrored = false
    if (ply < mirroredBelow) {
      const mirrorLow = mirroredLow(keyLow, keyHigh)
      const mirrorHigh = mirroredHigh(keyLow)
      isMirrored = mirrorHigh < keyHigh || (mirrorHigh === keyHigh && mirrorLow < keyLow)
      if (isMirrored) {
        keyLow = mirrorLow
        keyHigh = mirrorHigh
      }
    }
    const place = table.placeOf(keyLow, keyHigh)
    let knownBest = -1
    if (table.holds(place, keyLow, keyHigh)) {
      const knownLower = table.lowerBound(place)
      if (knownLower > bound) return knownLower
      const knownUpper = table.upperBound(place)
      if (knownUpper <= bound) return knownUpper
      if (knownLower > lower) lower = knownLower
      if (knownUpper < upper) upper = knownUpper
      knownBest = isMirrored ? mirroredColumn(table.bestMove(place)) : table.bestMove(place)
    }

    moves.clear(ply)
    for (let column = 0; column < columns; column += 1) {
      const low = playableLow & columnLow(column)
      const high = playableHigh & columnHigh(column)
      if ((low | high) === 0) continue
      const newLow = ownLow | low
      const newHigh = ownHigh | high
      const threatLow = threatsLow(newLow, newHigh) & ~(takenLow | low)
      const threatHigh = threatsHigh(newLow, newHigh) & ~(takenHigh | high)
      // Two ways to win at the next turn: the other player, which cannot win now, closes only one.
      const nextLow = (takenLow + low + bottomLow) & threatLow
      const nextHigh = (takenHigh + high + bottomHigh) & threatHigh
      if (isPlural(nextLow, nextHigh)) return winNow(ply + 2)
      if (isDecided(bound, ply, newLow, newHigh, otherLow, otherHigh, threatLow, threatHigh)) return bound + 1
      const rank =
        column === knownBest
          ? rankOfKnownBest
          : 8 * (countBits(threatLow) + countBits(threatHigh)) - Math.abs(column - 3)
      moves.insert(ply, rank, low, high, threatLow, threatHigh)
    }

    let best = -squares
    let bestLow = 0
    let bestHigh = 0
    const end = moves.end(ply)
    for (let at = moves.start(ply); at < end && best <= bound; at += 1) {
      const low = moves.low(at)
      const high = moves.high(at)
      const score = -search(
        otherLow,
        otherHigh,
        ownLow | low,
        ownHigh | high,
        moves.dangerLow(at),
        moves.dangerHigh(at),
        -bound - 1,
        ply + 1,
      )
      if (isStopped) return 0
      if (score <= best) continue
      best = score
      bestLow = low
      bestHigh = high
    }
    if (best > bound) lower = Math.max(lower, best)
    else upper = Math.min(upper, best)
    const column = columnOf(bestLow, bestHigh)
    table.keep(place, keyLow, keyHigh, lower, upper, isMirrored ? mirroredColumn(column) : column)
    return best
  }

  return {
    compare: (position, bound, mayGoOn) => {
      const { own, other, ply } = position
      if (canWinNow(position)) return winNow(ply)
      // At most one square is left, without a win.
      if (ply >= squares - 1) return 0
      isStopped = false
      isAllowed = mayGoOn
      const takenLow = own.low | other.low
      const takenHigh = own.high | other.high
      const dangerLow = threatsLow(other.low, other.high) & ~takenLow
      const dangerHigh = threatsHigh(other.low, other.high) & ~takenHigh
      const score = search(own.low, own.high, other.low, other.high, dangerLow, dangerHigh, bound, ply)
      return isStopped ? undefined : score
    },
    visited: () => visits,
  }
}

/** The column of a single square. */
const columnOf = (low: number, high: number): number =>
  low !== 0
    ? Math.trunc((31 - Math.clz32(low)) / bitsPerColumn)
    : lowColumns + Math.trunc((31 - Math.clz32(high)) / bitsPerColumn)
