import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import {
  cellsOf,
  discsOf,
  drop,
  emptyBoard,
  isFull,
  isWin,
  legalColumns,
  nextPlayer,
  plyOf,
} from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column, Player } from '../../../../../src/domain/activities/connect-four/board.js'
import { hasFour } from '../../../../../src/domain/activities/connect-four/fours.js'

/** The board after these moves: columns 0 to 6, or digits 1 to 7 as in the published positions. */
export const boardAfter = (moves: ReadonlyArray<Column> | string): Board => {
  let board = emptyBoard
  const columns = typeof moves === 'string' ? Array.from(moves, (digit) => Number(digit) - 1) : moves
  for (const column of columns) {
    const dropped = drop(board, columnOf(column))
    if (dropped === undefined) throw new RangeError(`no room in column ${column}`)
    board = dropped.board
  }
  return board
}

const columnOf = (column: number): Column => {
  const found = ([0, 1, 2, 3, 4, 5, 6] as const).find((known) => known === column)
  if (found === undefined) throw new RangeError(`no column ${column}`)
  return found
}

const isOver = (board: Board): boolean => isWin(board, 1) || isWin(board, 2) || isFull(board)

/** A board with this number of discs on which the game is not over; fewer discs if no move continues it. */
export const openBoards = (discs: { readonly min: number; readonly max: number }): Arbitrary<Board> =>
  fc
    .record({
      wanted: fc.integer(discs),
      dice: fc.array(fc.nat({ max: 6 }), { minLength: discs.max, maxLength: discs.max }),
    })
    .map(({ wanted, dice }) => {
      let board = emptyBoard
      for (const die of dice.slice(0, wanted)) {
        const open = ([0, 1, 2, 3, 4, 5, 6] as const)
          .map((column) => drop(board, column)?.board)
          .filter((next) => next !== undefined)
          .filter((next) => !isOver(next))
        const next = open[die % Math.max(1, open.length)]
        if (next === undefined) break
        board = next
      }
      return board
    })
    .filter((board) => plyOf(board) >= discs.min)

/** The columns in which a disc of this player completes a line of four, independently of the turn. */
export const winningColumns = (board: Board, player: Player): ReadonlyArray<Column> => {
  const mover = nextPlayer(board)
  const before = discsOf(mover, board)
  const { low, high } = discsOf(player, board)
  return legalColumns(board).filter((column) => {
    const dropped = drop(board, column)
    if (dropped === undefined) return false
    const then = discsOf(mover, dropped.board)
    return hasFour(low | (then.low ^ before.low), high | (then.high ^ before.high))
  })
}

/** Prints a board when a property fails. */
export const drawing = (board: Board): string =>
  cellsOf(board)
    .map((row) => row.join(''))
    .join('\n')
