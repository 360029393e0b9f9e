import { allColumns, emptyBoard } from '../board.js'
import type { Column } from '../board.js'
import { after, isLost, positionOf } from './position.js'
import type { Position } from './position.js'
import { canonicalOf, keyOf, mirroredColumn } from './symmetry.js'

/**
 * The stored book has answers and no positions. The first text has one digit, a column, for each of the side's first
 * positions, in the order of `firstPositions`; these moves and all replies lead to the positions of the next text, in the
 * order of `positionsAfter`; and so on. Of two mirror images it has one.
 */
export type BookText = Readonly<Record<Side, ReadonlyArray<string>>>

/** Columns by the keys of canonical positions. */
export type Book = ReadonlyMap<number, Column>

/** Throws if a text is incomplete: it is part of the program. */
export const readBook = (text: BookText): Book =>
  new Map([...entriesOf('first', text.first), ...entriesOf('second', text.second)])

const entriesOf = (side: Side, texts: ReadonlyArray<string>): ReadonlyArray<[number, Column]> => {
  const entries: Array<[number, Column]> = []
  let positions: ReadonlyArray<Position> = []
  let moves: ReadonlyArray<Column> = []
  for (const text of texts) {
    positions = positions.length === 0 ? firstPositions(side) : positionsAfter(positions, moves)
    if (text.length !== positions.length) {
      throw new RangeError(`${text.length} moves for ${positions.length} positions of the book`)
    }
    moves = Array.from(text, columnOf)
    for (const [index, position] of positions.entries()) {
      const column = moves[index]
      if (column !== undefined) entries.push([keyOf(position), column])
    }
  }
  return entries
}

/** `undefined`: the book does not have the position. */
export const bookMove = (book: Book, position: Position): Column | undefined => {
  const { key, isMirrored } = canonicalOf(position)
  const column = book.get(key)
  if (column === undefined) return undefined
  return isMirrored ? allColumns[mirroredColumn(column)] : column
}

const columnOf = (digit: string): Column => {
  const column = allColumns[Number(digit)]
  if (column === undefined) throw new RangeError(`The book has no column ${digit}`)
  return column
}

/** The perfect player's side. The book has one move for it, and every reply of the other side. */
export type Side = 'first' | 'second'

/**
 * The distinct canonical positions of the perfect player's first move. The order is part of the book's format, here and in
 * `positionsAfter`.
 */
export const firstPositions = (side: Side): ReadonlyArray<Position> => {
  const start = positionOf(emptyBoard)
  return side === 'first' ? [start] : distinct(repliesTo(start))
}

/** The positions of its next move, after the move with the same index in `columns` and any reply. */
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

/** Replies from the left, without those that end the game. */
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
