import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellsOf, drop, emptyBoard } from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column } from '../../../../../src/domain/activities/connect-four/board.js'
import { positionOf } from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { canonicalOf } from '../../../../../src/domain/activities/connect-four/solver/symmetry.js'

const anyColumns = fc.array(fc.constantFrom<Column>(0, 1, 2, 3, 4, 5, 6), { maxLength: 60 })

const opposite: Readonly<Record<Column, Column>> = { 0: 6, 1: 5, 2: 4, 3: 3, 4: 2, 5: 1, 6: 0 }

const played = (columns: ReadonlyArray<Column>): Board =>
  columns.reduce<Board>((board, column) => drop(board, column)?.board ?? board, emptyBoard)

describe('symmetry', () => {
  test('gives a game and its mirror image one canonical position, seen from opposite sides', () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const board = played(columns)
        const mirror = played(columns.map((column) => opposite[column]))
        const one = canonicalOf(positionOf(board))
        const other = canonicalOf(positionOf(mirror))
        expect(one.position).toEqual(other.position)
        expect(one.key).toBe(other.key)
        const isItsOwnMirror = cellsOf(board).every((row) => row.join() === row.toReversed().join())
        expect(one.isMirrored && other.isMirrored).toBe(false)
        expect(one.isMirrored || other.isMirrored).toBe(!isItsOwnMirror)
      }),
    )
  })

  test('gives different positions different keys', () => {
    fc.assert(
      fc.property(anyColumns, anyColumns, (columns, others) => {
        const one = canonicalOf(positionOf(played(columns)))
        const other = canonicalOf(positionOf(played(others)))
        expect(one.key === other.key).toBe(JSON.stringify(one.position) === JSON.stringify(other.position))
      }),
    )
  })
})
