import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  discsOf,
  drop,
  isWin,
  legalColumns,
  nextPlayer,
  plyOf,
} from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board } from '../../../../../src/domain/activities/connect-four/board.js'
import { threatsHigh, threatsLow } from '../../../../../src/domain/activities/connect-four/solver/threats.js'
import { isDecided } from '../../../../../src/domain/activities/connect-four/solver/zugzwang.js'
import { exhaustiveScore } from './exhaustive.js'
import { openBoards } from './games.js'

/** The outcome by the rules of the last move, for the player who made it. */
const saysOver = (bound: number, board: Board): boolean => {
  const mover = nextPlayer(board) === 1 ? 2 : 1
  const own = discsOf(mover, board)
  const other = discsOf(nextPlayer(board), board)
  const takenLow = own.low | other.low
  const takenHigh = own.high | other.high
  const threatLow = threatsLow(own.low, own.high) & ~takenLow
  const threatHigh = threatsHigh(own.low, own.high) & ~takenHigh
  const ply = plyOf(board) - 1
  return isDecided(bound, ply, own.low, own.high, other.low, other.high, threatLow, threatHigh)
}

/** Only boards without an immediate win, which the search finds by itself. */
const canWinAtOnce = (board: Board): boolean =>
  legalColumns(board).some((column) => {
    const next = drop(board, column)?.board
    return next !== undefined && isWin(next, nextPlayer(board))
  })

describe('the follow-up rule', () => {
  test('never overestimates a position', () => {
    const known = new Map<string, number>()
    let said = 0
    fc.assert(
      fc.property(openBoards({ min: 29, max: 41 }), fc.constantFrom(-1, 0), (board, bound) => {
        fc.pre(!canWinAtOnce(board))
        if (!saysOver(bound, board)) return
        said += 1
        expect(-exhaustiveScore(board, known)).toBeGreaterThan(bound)
      }),
      { numRuns: 1_500 },
    )
    expect(said).toBeGreaterThan(100)
  })

  test('gives no result for bounds that are not next to a draw', () => {
    fc.assert(
      fc.property(
        openBoards({ min: 10, max: 41 }),
        fc.integer({ min: -21, max: 20 }).filter((bound) => bound !== 0 && bound !== -1),
        (board, bound) => {
          expect(saysOver(bound, board)).toBe(false)
        },
      ),
    )
  })
})
