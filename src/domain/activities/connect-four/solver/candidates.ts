import { allColumns } from '../board.js'
import type { Column } from '../board.js'
import { countBits } from '../squares.js'
import { after } from './position.js'
import type { Position } from './position.js'
import { threatsHigh, threatsLow } from './threats.js'

/** A move, and the position after it. */
export interface Candidate {
  readonly column: Column
  readonly next: Position
}

/** All possible moves, the most promising first: by open threats, then by distance from the middle. */
export const candidatesOf = (position: Position): ReadonlyArray<Candidate> =>
  allColumns
    .flatMap((column) => {
      const next = after(position, column)
      return next === undefined ? [] : [{ column, next, rank: 8 * threatsMade(next) - Math.abs(column - 3) }]
    })
    .toSorted((one, other) => other.rank - one.rank)

/** The number of empty squares where the player that has just moved would win. */
const threatsMade = ({ own, other }: Position): number => {
  const takenLow = own.low | other.low
  const takenHigh = own.high | other.high
  return (
    countBits(threatsLow(other.low, other.high) & ~takenLow) +
    countBits(threatsHigh(other.low, other.high) & ~takenHigh)
  )
}
