import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  drop,
  emptyBoard,
  isWin,
  nextPlayer,
  plyOf,
} from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column } from '../../../../../src/domain/activities/connect-four/board.js'
import { perfectMove } from '../../../../../src/domain/activities/connect-four/solver/perfect.js'
import { positionOf } from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../../../src/domain/activities/connect-four/solver/search.js'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'
import { exhaustiveScore } from './exhaustive.js'
import { boardAfter, drawing, openBoards } from './games.js'

const always = (): boolean => true
const never = (): boolean => false

/** From the view of the player to move. */
const scoreOfMove = (board: Board, column: Column, known: Map<string, number>): number => {
  const next = drop(board, column)?.board
  if (next === undefined) throw new RangeError(`column ${column} is full`)
  if (isWin(next, nextPlayer(board))) return 22 - Math.ceil(plyOf(next) / 2)
  return 0 - exhaustiveScore(next, known)
}

describe('the perfect move', () => {
  test('keeps the outcome, and with enough time wins as early and loses as late as possible', () => {
    const known = new Map<string, number>()
    fc.assert(
      fc.property(openBoards({ min: 29, max: 41 }), (board) => {
        const search = makeSearch(new TranspositionTable(12))
        const score = exhaustiveScore(board, known)
        const move = perfectMove(search, positionOf(board), always, always)
        if (move === undefined) throw new Error(`no move in\n${drawing(board)}`)
        expect(move.outcome).toBe(Math.sign(score))
        expect(scoreOfMove(board, move.column, known)).toBe(score)
      }),
      { numRuns: 400 },
    )
  })

  test('keeps the outcome without time for more', () => {
    const known = new Map<string, number>()
    fc.assert(
      fc.property(openBoards({ min: 29, max: 41 }), (board) => {
        const search = makeSearch(new TranspositionTable(12))
        const move = perfectMove(search, positionOf(board), always, never)
        if (move === undefined) throw new Error(`no move in\n${drawing(board)}`)
        expect(Math.sign(scoreOfMove(board, move.column, known))).toBe(
          Math.sign(exhaustiveScore(board, known)),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('is legal but not proven when the search is stopped', () => {
    const search = makeSearch(new TranspositionTable(12))
    const move = perfectMove(search, positionOf(emptyBoard), never, never)
    expect(move).toEqual({ column: 3, outcome: null })
  })

  test('does not exist on a full board', () => {
    const full = boardAfter('121212212121343434434343565656656565777777')
    expect(plyOf(full)).toBe(42)
    expect(perfectMove(makeSearch(new TranspositionTable(4)), positionOf(full), always, always)).toBe(
      undefined,
    )
  })
})
