import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnNumbers, emptyBoard, landingRow, lineOn } from '../../../src/client/connect-four/board.js'
import {
  cellsOf,
  drop,
  emptyBoard as noDiscs,
  isWin,
  legalColumns,
  winningLine,
  type Board,
} from '../../../src/domain/activities/connect-four/board.js'
import { columns } from '../../kit/index.js'

/** A board by the server's own rules, which are separate code on bits. */
const boards: fc.Arbitrary<Board> = fc
  .array(columns, { maxLength: 60, size: 'max' })
  .map((moves) =>
    moves.reduce<Board>(
      (board, column) => (isWin(board, 1) || isWin(board, 2) ? board : (drop(board, column)?.board ?? board)),
      noDiscs,
    ),
  )

test('equals the server’s board when it is empty', () => {
  expect(emptyBoard).toEqual(cellsOf(noDiscs))
})

test('lets a disc land where the server does, and nowhere in a full column', () => {
  fc.assert(
    fc.property(boards, (board) => {
      const cells = cellsOf(board)
      const legal = columnNumbers.filter((column) => landingRow(cells, column) !== null)
      expect(legal).toEqual(legalColumns(board))
      for (const column of legalColumns(board))
        expect(landingRow(cells, column)).toBe(drop(board, column)?.row)
    }),
  )
})

test('finds the same winning four as the server', () => {
  let won = 0
  fc.assert(
    fc.property(boards, (board) => {
      const winner = ([1, 2] as const).find((player) => isWin(board, player))
      const expected = winner === undefined ? null : { player: winner, line: winningLine(board, winner) }
      if (winner !== undefined) won += 1
      expect(lineOn(cellsOf(board))).toEqual(expected)
    }),
    { numRuns: 500 },
  )
  expect(won).toBeGreaterThan(50)
})
