import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cellsOf,
  drop,
  emptyBoard,
  isFull,
  isWin,
  legalColumns,
  nextPlayer,
  plyOf,
  undo,
  winningLine,
} from '../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column } from '../../../../src/domain/activities/connect-four/board.js'
import { ArrayModel, asText } from './array-model.js'

const anyColumn = fc.constantFrom<Column>(0, 1, 2, 3, 4, 5, 6)
/** More moves than cells, so that full columns and full boards occur. */
const anyColumns = fc.array(anyColumn, { maxLength: 120 })

const boardAfter = (columns: ReadonlyArray<Column>): Board => {
  let board = emptyBoard
  for (const column of columns) board = drop(board, column)?.board ?? board
  return board
}

describe('the board', () => {
  test('equals the model of arrays after any moves, legal or not', () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const model = new ArrayModel()
        let board = emptyBoard
        for (const column of columns) {
          expect(nextPlayer(board)).toBe(model.next())
          const row = model.drop(column)
          const dropped = drop(board, column)
          expect(dropped?.row).toBe(row)
          board = dropped?.board ?? board
          expect(cellsOf(board)).toEqual(model.rows())
          expect(plyOf(board)).toBe(model.ply)
          expect(isFull(board)).toBe(model.ply === 42)
          expect(legalColumns(board)).toEqual(
            [0, 1, 2, 3, 4, 5, 6].filter((at) => model.stacks[at]?.length !== 6),
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  test('finds exactly the lines of four that the model finds', () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const model = new ArrayModel()
        for (const column of columns) model.drop(column)
        const board = boardAfter(columns)
        for (const player of [1, 2] as const) {
          const lines = model.lines(player)
          expect(isWin(board, player)).toBe(lines.length > 0)
          const line = winningLine(board, player)
          if (line === undefined) expect(lines).toEqual([])
          else expect(lines).toContain(asText(line))
        }
      }),
    )
  })

  test('finds each of the 69 lines alone on the board, and none with a disc missing', () => {
    const lines = everyLine()
    expect(lines.length).toBe(69)
    for (const line of lines) {
      const board = boardOf(line)
      expect(isWin(board, 1)).toBe(true)
      expect(asText(winningLine(board, 1) ?? [])).toBe(asText(line))
      for (const missing of line) {
        const three = boardOf(line.filter((cell) => cell !== missing))
        expect(isWin(three, 1)).toBe(false)
        expect(winningLine(three, 1)).toBe(undefined)
      }
    }
  })

  test('equals the earlier board after the last disc is undone', () => {
    fc.assert(
      fc.property(anyColumns, anyColumn, (columns, column) => {
        const board = boardAfter(columns)
        const dropped = drop(board, column)
        fc.pre(dropped !== undefined)
        expect(undo(dropped.board, column)).toEqual(board)
      }),
    )
  })

  test('does not undo a disc that is not the last', () => {
    const board = boardAfter([3, 3, 0])
    expect(undo(board, 3)).toBe(undefined)
    expect(undo(board, 1)).toBe(undefined)
    expect(undo(board, 0)).toEqual(boardAfter([3, 3]))
  })

  test('has row 0 at the top', () => {
    expect(drop(emptyBoard, 6)?.row).toBe(5)
    expect(cellsOf(boardAfter([6, 6]))).toEqual([
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 2],
      [0, 0, 0, 0, 0, 0, 1],
    ])
  })

  test('gives the cells of a line from the left, with rows from the top', () => {
    expect(winningLine(boardAfter([0, 0, 1, 1, 2, 2, 3]), 1)).toEqual([
      [5, 0],
      [5, 1],
      [5, 2],
      [5, 3],
    ])
    expect(winningLine(boardAfter([0, 1, 1, 2, 2, 3, 2, 3, 3, 5, 3]), 1)).toEqual([
      [5, 0],
      [4, 1],
      [3, 2],
      [2, 3],
    ])
    expect(winningLine(boardAfter([0, 6, 1, 6, 0, 6, 1, 6]), 2)).toEqual([
      [2, 6],
      [3, 6],
      [4, 6],
      [5, 6],
    ])
  })

  test('does not join the top of a column with the bottom of the next one to a line', () => {
    // Column 0 ends with three of player 1 on top, column 1 begins with one of it.
    const board = boardAfter([1, 0, 2, 0, 4, 0, 0, 5, 0, 5, 0])
    expect(cellsOf(board).map((row) => row[0])).toEqual([1, 1, 1, 2, 2, 2])
    expect(cellsOf(board).map((row) => row[1])).toEqual([0, 0, 0, 0, 0, 1])
    expect(isWin(board, 1)).toBe(false)
  })

  test('survives JSON unchanged', () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const board = boardAfter(columns)
        expect(JSON.parse(JSON.stringify(board))).toEqual(board)
      }),
    )
  })
})

type Cells = ReadonlyArray<readonly [number, number]>

const everyLine = (): ReadonlyArray<Cells> => {
  const lines: Cells[] = []
  for (let row = 0; row < 6; row += 1) {
    for (let column = 0; column < 7; column += 1) {
      for (const [down, right] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [-1, 1],
      ] as const) {
        const line = [0, 1, 2, 3].map((step) => [row + step * down, column + step * right] as const)
        if (line.every(([at, from]) => at >= 0 && at < 6 && from < 7)) lines.push(line)
      }
    }
  }
  return lines
}

/** A board with discs of player 1 in these cells only, in the layout of squares.ts. */
const boardOf = (cells: Cells): Board => {
  let low = 0
  let high = 0
  for (const [row, column] of cells) {
    const height = 5 - row
    if (column < 4) low += 2 ** (7 * column + height)
    else high += 2 ** (7 * (column - 4) + height)
  }
  return { first: { low, high }, second: { low: 0, high: 0 } }
}
