import { bottomHigh, bottomLow, columnHigh, columnLow, countBits } from '../squares.js'
import { threatsHigh, threatsLow } from './threats.js'

const oddRowsLow = bottomLow * 0b0010101
const oddRowsHigh = bottomHigh * 0b0010101

const worthOfThreat = 12
/** At the end of the game the first player gets the squares of odd rows, the second those of even ones. */
const worthOfRightRow = 10

/**
 * What the position looks like to the player to move, without a thought: squares where each would win, and whether they
 * are in the rows that fall to them in the end; and discs near the middle, through which more lines go.
 */
export const judge = (ownLow: number, ownHigh: number, otherLow: number, otherHigh: number): number => {
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
