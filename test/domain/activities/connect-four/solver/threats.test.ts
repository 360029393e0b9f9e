import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { discsOf } from '../../../../../src/domain/activities/connect-four/board.js'
import { hasFour } from '../../../../../src/domain/activities/connect-four/fours.js'
import { squareHigh, squareLow } from '../../../../../src/domain/activities/connect-four/squares.js'
import {
  isPlural,
  threatsHigh,
  threatsLow,
} from '../../../../../src/domain/activities/connect-four/solver/threats.js'
import { openBoards } from './games.js'

describe('threats', () => {
  test('are exactly the empty cells that complete a line of four', () => {
    fc.assert(
      fc.property(openBoards({ min: 0, max: 40 }), fc.constantFrom(1, 2), (board, player) => {
        const { low, high } = discsOf(player, board)
        const takenLow = board.first.low | board.second.low
        const takenHigh = board.first.high | board.second.high
        let expectedLow = 0
        let expectedHigh = 0
        for (let column = 0; column < 7; column += 1) {
          for (let height = 0; height < 6; height += 1) {
            const oneLow = squareLow(column, height) & ~takenLow
            const oneHigh = squareHigh(column, height) & ~takenHigh
            if (!hasFour(low | oneLow, high | oneHigh)) continue
            expectedLow |= oneLow
            expectedHigh |= oneHigh
          }
        }
        expect(threatsLow(low, high) & ~takenLow).toBe(expectedLow)
        expect(threatsHigh(low, high) & ~takenHigh).toBe(expectedHigh)
      }),
      { numRuns: 1_000 },
    )
  })

  test('are several from two cells on, in one word or in two', () => {
    expect(isPlural(0, 0)).toBe(false)
    expect(isPlural(8, 0)).toBe(false)
    expect(isPlural(0, 1)).toBe(false)
    expect(isPlural(8, 1)).toBe(true)
    expect(isPlural(10, 0)).toBe(true)
    expect(isPlural(0, 3)).toBe(true)
  })
})
