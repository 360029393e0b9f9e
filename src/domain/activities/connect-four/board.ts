import { hasFour } from './fours.js'
import {
  boardHigh,
  boardLow,
  bottomHigh,
  bottomLow,
  columnHigh,
  columnLow,
  columns,
  countBits,
  rows,
  squareHigh,
  squareLow,
} from './squares.js'
import type { Discs } from './squares.js'

/** Player 1 has the first move, and the discs of `first`. The number of discs gives the turn. A JSON value. */
export interface Board {
  readonly first: Discs
  readonly second: Discs
}

export type Player = 1 | 2

/** 0 to 6 from the left. */
export type Column = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** As on the wire: `row` 0 is the top. */
export type Cell = readonly [row: number, column: number]
export type Line = readonly [Cell, Cell, Cell, Cell]

export interface Dropped {
  readonly board: Board
  /** The row of the disc, 0 the top. */
  readonly row: number
}

export const emptyBoard: Board = { first: { low: 0, high: 0 }, second: { low: 0, high: 0 } }

export const allColumns: ReadonlyArray<Column> = [0, 1, 2, 3, 4, 5, 6]

/** The number of discs, 0 to 42; the next one is number `plyOf(board) + 1`. */
export const plyOf = ({ first, second }: Board): number =>
  countBits(first.low) + countBits(first.high) + countBits(second.low) + countBits(second.high)

export const nextPlayer = (board: Board): Player => (plyOf(board) % 2 === 0 ? 1 : 2)

export const discsOf = (player: Player, board: Board): Discs => (player === 1 ? board.first : board.second)

export const isFull = (board: Board): boolean => plyOf(board) === columns * rows

/** The open columns, from the left, whether or not a player has won. */
export const legalColumns = (board: Board): ReadonlyArray<Column> =>
  allColumns.filter((column) => heightOf(board, column) < rows)

/** `undefined`: the column is full. The player to move drops the disc, whether or not the game is over. */
export const drop = (board: Board, column: Column): Dropped | undefined => {
  const { first, second } = board
  // The sum carries to the lowest empty square of the column, or into the guard.
  const low = ((first.low | second.low) + bottomLow) & boardLow & columnLow(column)
  const high = ((first.high | second.high) + bottomHigh) & boardHigh & columnHigh(column)
  if ((low | high) === 0) return undefined
  const row = rows - 1 - heightOf(board, column)
  return nextPlayer(board) === 1
    ? { board: { first: { low: first.low | low, high: first.high | high }, second }, row }
    : { board: { first, second: { low: second.low | low, high: second.high | high } }, row }
}

/** The board without its last disc, the top one in `column`; `undefined` if that disc is not the last. */
export const undo = (board: Board, column: Column): Board | undefined => {
  const height = heightOf(board, column)
  if (height === 0) return undefined
  const low = squareLow(column, height - 1)
  const high = squareHigh(column, height - 1)
  const { first, second } = board
  const last = nextPlayer(board) === 1 ? second : first
  if (((last.low & low) | (last.high & high)) === 0) return undefined
  const without: Discs = { low: last.low & ~low, high: last.high & ~high }
  return last === second ? { first, second: without } : { first: without, second }
}

export const isWin = (board: Board, player: Player): boolean => {
  const { low, high } = discsOf(player, board)
  return hasFour(low, high)
}

/** Four cells from the left (in a column from the top). Of several lines, the first by cell and direction. */
export const winningLine = (board: Board, player: Player): Line | undefined => {
  const cells = cellsOf(board)
  for (let row = 0; row < rows; row += 1) {
    for (const column of allColumns) {
      for (const step of directions) {
        const line = lineFrom(row, column, step)
        if (line.every(([at, from]) => cells[at]?.[from] === player)) return line
      }
    }
  }
  return undefined
}

/** Six rows of seven cells from the top left: the player of the disc, or 0. */
export const cellsOf = ({ first, second }: Board): ReadonlyArray<ReadonlyArray<Player | 0>> =>
  Array.from({ length: rows }, (_, row) =>
    allColumns.map((column) => {
      const low = squareLow(column, rows - 1 - row)
      const high = squareHigh(column, rows - 1 - row)
      if (((first.low & low) | (first.high & high)) !== 0) return 1
      return ((second.low & low) | (second.high & high)) !== 0 ? 2 : 0
    }),
  )

const directions: ReadonlyArray<Cell> = [
  [0, 1],
  [1, 0],
  [1, 1],
  [-1, 1],
]

const lineFrom = (row: number, column: number, [down, right]: Cell): Line => {
  const cell = (steps: number): Cell => [row + steps * down, column + steps * right]
  return [cell(0), cell(1), cell(2), cell(3)]
}

const heightOf = ({ first, second }: Board, column: Column): number =>
  countBits((first.low | second.low) & columnLow(column)) +
  countBits((first.high | second.high) & columnHigh(column))
