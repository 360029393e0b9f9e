import { allColumns } from '../board.js'
import type { Column } from '../board.js'
import { firstPositions, positionsAfter } from './opening-tree.js'
import type { Side } from './opening-tree.js'
import type { Position } from './position.js'
import { canonicalOf, keyOf, mirroredColumn } from './symmetry.js'

/**
 * The book as it is stored: only answers, no positions. The first text has a digit, the column, for each of the side's first
 * positions, in the order of `firstPositions`; these moves and all replies lead to the positions of the next text, in the
 * order of `positionsAfter`; and so on. A position that is there in two mirror images is there once.
 */
export type BookText = Readonly<Record<Side, ReadonlyArray<string>>>

/** From a canonical position's key to the column. */
export type Book = ReadonlyMap<number, Column>

/** A text that is not whole throws: it is part of the program. */
export const readBook = (text: BookText): Book =>
  new Map([...entriesOf('first', text.first), ...entriesOf('second', text.second)])

const entriesOf = (side: Side, texts: ReadonlyArray<string>): ReadonlyArray<[number, Column]> => {
  const entries: Array<[number, Column]> = []
  let positions: ReadonlyArray<Position> = []
  let moves: ReadonlyArray<Column> = []
  for (const [at, text] of texts.entries()) {
    positions = at === 0 ? firstPositions(side) : positionsAfter(positions, moves)
    if (text.length !== positions.length) {
      throw new RangeError(`${text.length} moves for ${positions.length} positions of the book`)
    }
    moves = Array.from(text, columnOf)
    for (const [place, position] of positions.entries()) {
      const column = moves[place]
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
  if (column === undefined) throw new RangeError(`no column in the book is called ${digit}`)
  return column
}
