import type { Cell, Cells, Line, Player } from './connect-four-wire.js'

export const rows = 6
export const columns = 7

export const emptyBoard: Cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0))

export const columnNumbers: ReadonlyArray<number> = Array.from({ length: columns }, (_, column) => column)

/** The row in which a disc lands, 0 the top; `null`: the column is full. */
export const landingRow = (board: Cells, column: number): number | null => {
  const row = board.findLastIndex((cells) => cells[column] === 0)
  return row === -1 ? null : row
}

/** The winning four, from the left (in a column from the top); `null` while there is none. */
export const lineOn = (board: Cells): { readonly player: Player; readonly line: Line } | null => {
  for (const [row, cells] of board.entries()) {
    for (const [column, player] of cells.entries()) {
      if (player === 0) continue
      for (const line of linesFrom(row, column)) {
        if (line.every(([at, from]) => board[at]?.[from] === player)) return { player, line }
      }
    }
  }
  return null
}

export const isSameBoard = (one: Cells, other: Cells): boolean =>
  one.every((cells, row) => cells.every((cell, column) => cell === other[row]?.[column]))

const directions: ReadonlyArray<Cell> = [
  [0, 1],
  [1, 0],
  [1, 1],
  [-1, 1],
]

const linesFrom = (row: number, column: number): ReadonlyArray<Line> =>
  directions.map(([down, right]) =>
    [0, 1, 2, 3].map((step): Cell => [row + step * down, column + step * right]),
  )
