import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { addScores, pointsFor } from '../../../../src/domain/activities/telequiz/scores.js'

describe('a right answer', () => {
  test.each([
    [0, 1_000],
    [1, 999],
    [5_000, 750],
    [9_999, 500],
    [10_000, 500],
  ])('after %i of 10 000 ms gives %i points', (afterMs, worth) => {
    expect(pointsFor(1_700_000_000_000 + afterMs, 1_700_000_000_000, 1_700_000_010_000)).toBe(worth)
  })

  property.prop([fc.integer({ min: 1_000, max: 300_000 }), fc.nat(), fc.nat()])(
    'gives 500 to 1 000 whole points, and not fewer if it is faster',
    (opensForMs, one, other) => {
      const [quick, slow] = [one % opensForMs, other % opensForMs].sort((left, right) => left - right)
      const worth = (afterMs = 0) => pointsFor(afterMs, 0, opensForMs)
      expect(worth(quick)).toBeGreaterThanOrEqual(worth(slow))
      for (const points of [worth(quick), worth(slow)]) {
        expect(Number.isInteger(points) && points >= 500 && points <= 1_000).toBe(true)
      }
    },
  )
})

describe('the table', () => {
  test('adds scores and sorts by score and then by name, also with keys of Object', () => {
    const table = addScores(
      [
        { user: 'constructor', score: 700 },
        { user: '__proto__', score: 10 },
      ],
      [
        { user: 'new', score: 0 },
        { user: '__proto__', score: 690 },
        { user: '7', score: 900 },
      ],
    )
    expect(table).toEqual([
      { user: '7', score: 900 },
      { user: '__proto__', score: 700 },
      { user: 'constructor', score: 700 },
      { user: 'new', score: 0 },
    ])
  })
})
