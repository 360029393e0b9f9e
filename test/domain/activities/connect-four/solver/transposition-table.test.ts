import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'

describe('the transposition table', () => {
  test('returns the stored bound and move for every key', () => {
    const table = new TranspositionTable(10)
    const bound = fc.integer({ min: -21, max: 21 })
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 28 - 1 }),
        fc.nat({ max: 2 ** 21 - 1 }),
        bound,
        bound,
        fc.nat({ max: 6 }),
        (low, high, lower, upper, move) => {
          const place = table.placeOf(low, high)
          table.keep(place, low, high, lower, upper, move)
          expect(table.holds(place, low, high)).toBe(true)
          expect(table.lowerBound(place)).toBe(lower)
          expect(table.upperBound(place)).toBe(upper)
          expect(table.bestMove(place)).toBe(move)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('does not confuse two positions of one slot', () => {
    const table = new TranspositionTable(1)
    const keys = fc.tuple(fc.nat({ max: 2 ** 28 - 1 }), fc.nat({ max: 2 ** 21 - 1 }))
    fc.assert(
      fc.property(keys, keys, ([low, high], [otherLow, otherHigh]) => {
        fc.pre(low !== otherLow || high !== otherHigh)
        const place = table.placeOf(low, high)
        table.keep(place, low, high, 1, 1, 0)
        expect(table.holds(place, otherLow, otherHigh)).toBe(false)
      }),
    )
  })

  test('uses all of its slots', () => {
    const table = new TranspositionTable(6)
    const places = new Set<number>()
    for (let low = 0; low < 2_000; low += 1) places.add(table.placeOf(low, 0))
    expect([...places].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 64 }, (_, place) => 2 * place),
    )
  })
})
