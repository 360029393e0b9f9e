import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  createTokenBuckets,
  fullBucket,
  takeToken,
  waitMsFor,
  withoutToken,
} from '../../../src/infrastructure/limits/token-bucket.js'
import type { BucketLevel, Rate } from '../../../src/infrastructure/limits/token-bucket.js'
import { firstInstant } from '../../kit/index.js'

const rates = fc.record({
  burst: fc.integer({ min: 1, max: 50 }),
  perSecond: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 4_000 })),
})

/** Years after the origin, so that the numbers are as large as on a server. */
const startMs = firstInstant + 5 * 365 * 86_400_000

/** The attempts of one client: the time since the attempt before. */
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5_000 })),
  {
    minLength: 1,
    maxLength: 200,
  },
)

/** The instants at which a client that tries after each pause gets a token. */
const grants = (rate: Rate, waits: ReadonlyArray<number>): ReadonlyArray<number> => {
  let level: BucketLevel = fullBucket
  let nowMs = startMs
  return waits.flatMap((pause) => {
    nowMs += pause
    if (waitMsFor(level, nowMs, rate) > 0) return []
    level = withoutToken(level, nowMs, rate)
    return [nowMs]
  })
}

describe('a token bucket', () => {
  test.prop([rates, pauses])('gives at most its burst and its rate in any span of time', (rate, waits) => {
    const granted = grants(rate, waits)
    for (let from = 0; from < granted.length; from++) {
      for (let to = from; to < granted.length; to++) {
        const spanMs = (granted[to] ?? 0) - (granted[from] ?? 0)
        expect(to - from + 1).toBeLessThanOrEqual(rate.burst + Math.floor((rate.perSecond * spanMs) / 1_000))
      }
    }
  })

  test.prop([rates, pauses])('states the exact time until the next token', (rate, waits) => {
    let level: BucketLevel = fullBucket
    let nowMs = startMs
    for (const pause of waits) {
      nowMs += pause
      const waitMs = waitMsFor(level, nowMs, rate)
      if (waitMs === 0) {
        level = withoutToken(level, nowMs, rate)
        continue
      }
      expect(waitMsFor(level, nowMs + waitMs - 1, rate)).toBe(1)
      expect(waitMsFor(level, nowMs + waitMs, rate)).toBe(0)
    }
  })

  test.prop([rates])('gives its whole burst at once, and again when it has refilled', (rate) => {
    const refillMs = Math.ceil((rate.burst * 1_000) / rate.perSecond)
    const burst = Array.from({ length: rate.burst + 5 }, () => 0)
    expect(grants(rate, [...burst, refillMs, ...burst])).toHaveLength(2 * rate.burst)
  })

  test.prop([rates, fc.integer({ min: 1, max: 500 })])(
    'gives no more than its rate to a client that waits as long as it is told',
    (rate, times) => {
      let level: BucketLevel = fullBucket
      let nowMs = startMs
      for (let time = 0; time < rate.burst + times; time++) {
        nowMs += waitMsFor(level, nowMs, rate)
        expect(waitMsFor(level, nowMs, rate)).toBe(0)
        level = withoutToken(level, nowMs, rate)
      }
      expect(nowMs - startMs).toBeGreaterThanOrEqual(Math.ceil((times * 1_000) / rate.perSecond))
    },
  )
})

describe('the token buckets of many keys', () => {
  test('give a burst and then one token at a time, to each key by itself', () => {
    const buckets = createTokenBuckets({ burst: 2, perSecond: 4 })
    const take = (key: string, nowMs: number): number => takeToken(buckets, key, nowMs)
    expect([take('a', 0), take('a', 0), take('a', 0), take('b', 0)]).toEqual([0, 0, 250, 0])
    expect([take('a', 249), take('a', 250), take('a', 250)]).toEqual([1, 0, 250])
    expect([take('a', 1e6), take('a', 1e6), take('a', 1e6)]).toEqual([0, 0, 250])
  })

  test('remove full buckets at the bound, and no others', () => {
    const buckets = createTokenBuckets({ burst: 1, perSecond: 1 }, 10)
    for (let key = 0; key < 9; key++) takeToken(buckets, `early-${key}`, 0)
    takeToken(buckets, 'recent', 900)
    expect(buckets.size()).toBe(10)
    takeToken(buckets, 'now', 1_500)
    expect(buckets.size()).toBe(2)
    expect(takeToken(buckets, 'recent', 1_500)).toBe(400)
  })

  test('remove the oldest tenth at the bound if none is full', () => {
    const buckets = createTokenBuckets({ burst: 1, perSecond: 1 }, 10)
    for (let key = 0; key < 11; key++) takeToken(buckets, `key-${key}`, 0)
    expect(buckets.size()).toBe(10)
    expect(takeToken(buckets, 'key-1', 0)).toBe(1_000)
    expect(takeToken(buckets, 'key-0', 0)).toBe(0)
  })

  test.prop([fc.array(fc.tuple(fc.nat(500), fc.nat(300)), { maxLength: 500 })])(
    'stay within the bound for any sequence of keys',
    (attempts) => {
      const buckets = createTokenBuckets({ burst: 3, perSecond: 2 }, 20)
      let nowMs = startMs
      for (const [key, pause] of attempts) {
        nowMs += pause
        takeToken(buckets, String(key), nowMs)
        expect(buckets.size()).toBeLessThanOrEqual(20)
      }
    },
  )
})
