import { describe, expect, it } from 'vitest'
import { createAddressRateLimiter } from '../../../src/infrastructure/http/address-rate-limiter.js'

describe('the rate limiter of an address', () => {
  it('allows a burst and then one request per token', () => {
    const take = createAddressRateLimiter({ burst: 2, perSecond: 4 })
    expect([take('a', 0), take('a', 0), take('a', 0)]).toStrictEqual([0, 0, 250])
    expect(take('a', 249)).toBe(1)
    expect(take('a', 250)).toBe(0)
    expect(take('a', 250)).toBe(250)
  })

  it('never holds more than a full bucket', () => {
    const take = createAddressRateLimiter({ burst: 2, perSecond: 4 })
    take('a', 0)
    const later = 1_000_000
    expect([take('a', later), take('a', later), take('a', later)]).toStrictEqual([0, 0, 250])
  })

  it('counts each address separately', () => {
    const take = createAddressRateLimiter({ burst: 1, perSecond: 1 })
    expect([take('a', 0), take('b', 0), take('a', 0)]).toStrictEqual([0, 0, 1_000])
  })

  it('removes addresses with a full bucket and no others', () => {
    const known = new Map<string, number>()
    const take = createAddressRateLimiter({ burst: 1, perSecond: 1 }, known)
    for (let place = 0; place < 9_999; place++) take(`once-${place}`, 0)
    take('lately', 900)
    expect(known.size).toBe(10_000)
    take('now', 1_500)
    expect([...known.keys()]).toStrictEqual(['lately', 'now'])
    expect(take('lately', 1_500)).toBe(400)
  })
})
