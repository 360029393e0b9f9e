/**
 * A simple model of Connect Four, to compare the bit boards with: columns are stacks, and a line is found by checking every
 * four adjacent cells. It shares no code with the activity.
 */
export class ArrayModel {
  /** Seven stacks of discs, the lowest first. */
  readonly stacks: ReadonlyArray<Array<1 | 2>> = Array.from({ length: 7 }, () => [])
  ply = 0

  next(): 1 | 2 {
    return this.ply % 2 === 0 ? 1 : 2
  }

  /** The row from the top, or `undefined` if the column is full. */
  drop(column: number): number | undefined {
    const stack = this.stacks[column] ?? []
    if (stack.length === 6) return undefined
    stack.push(this.next())
    this.ply += 1
    return 6 - stack.length
  }

  rows(): ReadonlyArray<ReadonlyArray<number>> {
    return [0, 1, 2, 3, 4, 5].map((row) => this.stacks.map((stack) => stack[5 - row] ?? 0))
  }

  /** Every line of four of a player, as sorted cells `row,column` from the top. */
  lines(player: 1 | 2): ReadonlyArray<string> {
    const rows = this.rows()
    const found: string[] = []
    for (let row = 0; row < 6; row += 1) {
      for (let column = 0; column < 7; column += 1) {
        for (const [down, right] of [
          [0, 1],
          [1, 0],
          [1, 1],
          [1, -1],
        ] as const) {
          const cells = [0, 1, 2, 3].map((step) => [row + step * down, column + step * right] as const)
          if (cells.every(([at, from]) => rows[at]?.[from] === player)) found.push(asText(cells))
        }
      }
    }
    return found
  }
}

export const asText = (cells: ReadonlyArray<readonly [number, number]>): string =>
  cells
    .map(([row, column]) => `${row},${column}`)
    .toSorted()
    .join(' ')
