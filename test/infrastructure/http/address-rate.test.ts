import { describe, expect, it } from 'vitest'
import { addressRate } from '../../../src/infrastructure/http/address-rate.js'

describe('how often one address may ask', () => {
  it('is so many at once, and then one each time a token has come', () => {
    const take = addressRate({ burst: 2, perSecond: 4 })
    expect([take('a', 0), take('a', 0), take('a', 0)]).toStrictEqual([0, 0, 250])
    expect(take('a', 249)).toBe(1)
    expect(take('a', 250)).toBe(0)
    expect(take('a', 250)).toBe(250)
  })

  it('is no more than a full bucket, however long it has not asked', () => {
    const take = addressRate({ burst: 2, perSecond: 4 })
    take('a', 0)
    const later = 1_000_000
    expect([take('a', later), take('a', later), take('a', later)]).toStrictEqual([0, 0, 250])
  })

  it('is each address’s own', () => {
    const take = addressRate({ burst: 1, perSecond: 1 })
    expect([take('a', 0), take('b', 0), take('a', 0)]).toStrictEqual([0, 0, 1_000])
  })

  it('forgets those who have not asked for long, and nobody else', () => {
    const known = new Map<string, number>()
    const take = addressRate({ burst: 1, perSecond: 1 }, known)
    for (let place = 0; place < 9_999; place++) take(`once-${place}`, 0)
    take('lately', 900)
    expect(known.size).toBe(10_000)
    take('now', 1_500)
    expect([...known.keys()]).toStrictEqual(['lately', 'now'])
    expect(take('lately', 1_500)).toBe(400)
  })
})
