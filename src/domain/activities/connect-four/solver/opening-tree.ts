import { allColumns, emptyBoard } from '../board.js'
import { after, isLost, positionOf } from './position.js'
import type { Position } from './position.js'
import { canonicalOf } from './symmetry.js'

/** As which player the perfect one plays: its own moves are known, those of the other may be any. */
export type Side = 'first' | 'second'

/**
 * The positions, canonical and each once, in which the perfect player may have to make its first move. The order is
 * part of the book's format, here and in `positionsAfter`.
 */
export const firstPositions = (side: Side): ReadonlyArray<Position> => {
  const start = positionOf(emptyBoard)
  return side === 'first' ? [start] : distinct(repliesTo(start))
}

/** Those in which it may have to move again, when in each of `positions` it plays the move of the same place in `columns`. */
export const positionsAfter = (
  positions: ReadonlyArray<Position>,
  columns: ReadonlyArray<number>,
): ReadonlyArray<Position> =>
  distinct(
    positions.flatMap((position, at) => {
      const reached = after(position, columns[at] ?? -1)
      if (reached === undefined) throw new RangeError(`no move for position ${at} of ${positions.length}`)
      if (isLost(reached)) return []
      return repliesTo(reached)
    }),
  )

/** From the left, without those that end the game. */
const repliesTo = (position: Position): ReadonlyArray<Position> =>
  allColumns.flatMap((column) => {
    const next = after(position, column)
    return next === undefined || isLost(next) ? [] : [next]
  })

const distinct = (positions: ReadonlyArray<Position>): ReadonlyArray<Position> => {
  const byKey = new Map<number, Position>()
  for (const position of positions) {
    const { key, position: canonical } = canonicalOf(position)
    if (!byKey.has(key)) byKey.set(key, canonical)
  }
  return [...byKey.values()]
}
