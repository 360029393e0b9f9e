import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { createEventLimits, isRefusedTooLong } from '../../../src/infrastructure/limits/event-limits.js'
import type {
  ConnectionRates,
  EventLimits,
  EventSource,
} from '../../../src/infrastructure/limits/event-limits.js'
import { defaultRateLimits } from '../../../src/infrastructure/limits/rate-limits.js'
import type { RateLimits } from '../../../src/infrastructure/limits/rate-limits.js'
import { firstInstant } from '../../kit/index.js'

const startMs = firstInstant

/** How many of many events at this instant are accepted, and the limit that is exceeded then. */
const flood = (
  limits: EventLimits,
  source: EventSource,
  nowMs: number,
  isFrequent = false,
  count = 30_000,
) => {
  for (let accepted = 0; accepted < count; accepted++) {
    const refusal = limits.take(source, isFrequent, nowMs)
    if (refusal !== undefined) return { accepted, ...refusal }
  }
  return { accepted: count }
}

const sourceOf = (connection: ConnectionRates, part: Partial<EventSource> = {}): EventSource => ({
  connection,
  namespace: '/',
  address: 'a',
  user: null,
  ...part,
})

describe('the rates of events', () => {
  test('accept a burst of 200 ordinary events of a socket, then 50 per second', () => {
    const limits = createEventLimits(defaultRateLimits)
    const source = sourceOf(limits.open('a', true, startMs))
    expect(flood(limits, source, startMs)).toEqual({ accepted: 200, limit: 'socket', retryAfterMs: 20 })
    expect(flood(limits, source, startMs + 19)).toEqual({ accepted: 0, limit: 'socket', retryAfterMs: 1 })
    expect(flood(limits, source, startMs + 20).accepted).toBe(1)
    expect(flood(limits, source, startMs + 1_020).accepted).toBe(50)
    expect(flood(limits, source, startMs + 3_600_000).accepted).toBe(200)
  })

  test('accept a burst of 1 000 frequent events, then 200 per second, beside the ordinary ones', () => {
    const limits = createEventLimits(defaultRateLimits)
    const source = sourceOf(limits.open('a', true, startMs))
    expect(flood(limits, source, startMs, true)).toEqual({
      accepted: 1_000,
      limit: 'socket',
      retryAfterMs: 5,
    })
    expect(flood(limits, source, startMs + 1_000, true).accepted).toBe(200)
    expect(flood(limits, source, startMs + 1_000).accepted).toBe(200)
  })

  test('count all connections of a verified user together', () => {
    const limits = createEventLimits(defaultRateLimits)
    const sockets = Array.from({ length: 5 }, (_, index) =>
      sourceOf(limits.open(`a${index}`, true, startMs), { address: `a${index}`, user: 'ann' }),
    )
    expect(sockets.map((source) => flood(limits, source, startMs).accepted)).toEqual([200, 200, 200, 200, 0])
    const other = sourceOf(limits.open('a4', true, startMs), { address: 'a4', user: 'bob' })
    expect(flood(limits, other, startMs).accepted).toBe(200)
  })

  test('count all connections of an address together', () => {
    const limits = createEventLimits(defaultRateLimits)
    const sources = Array.from({ length: 21 }, () => sourceOf(limits.open('a', true, startMs)))
    expect(sources.map((source) => flood(limits, source, startMs).accepted)).toEqual([
      ...Array.from({ length: 20 }, () => 200),
      0,
    ])
    const elsewhere = sourceOf(limits.open('b', true, startMs), { address: 'b' })
    expect(flood(limits, elsewhere, startMs).accepted).toBe(200)
  })

  test('take no token of any limit for a refused event', () => {
    const tight: RateLimits = { ...defaultRateLimits, eventsPerUser: { burst: 1, perSecond: 1 } }
    const limits = createEventLimits(tight)
    const source = sourceOf(limits.open('a', true, startMs), { user: 'ann' })
    expect(flood(limits, source, startMs)).toEqual({ accepted: 1, limit: 'user', retryAfterMs: 1_000 })
    const anonymous = sourceOf(source.connection)
    expect(flood(limits, anonymous, startMs).accepted).toBe(199)
  })
})

describe('a client does not get full buckets', () => {
  test('by connecting again', () => {
    const limits = createEventLimits(defaultRateLimits)
    let accepted = 0
    for (let connection = 0; connection < 100; connection++) {
      const rates = limits.open('a', true, startMs + connection * 10)
      accepted += flood(limits, sourceOf(rates), startMs + connection * 10).accepted
      limits.close('a', rates, startMs + connection * 10)
    }
    expect(accepted).toBe(200 + Math.floor((99 * 10 * 50) / 1_000))
    expect(limits.sizes().closed).toBe(1)
  })

  test('but another client of the address, which resumes no session, has its own', () => {
    const limits = createEventLimits(defaultRateLimits)
    const rates = limits.open('a', true, startMs)
    flood(limits, sourceOf(rates), startMs)
    limits.close('a', rates, startMs)
    expect(flood(limits, sourceOf(limits.open('a', false, startMs)), startMs).accepted).toBe(200)
  })

  test('by leaving a namespace and joining it again', () => {
    const limits = createEventLimits(defaultRateLimits)
    const rates = limits.open('a', true, startMs)
    expect(flood(limits, sourceOf(rates), startMs).accepted).toBe(200)
    expect(flood(limits, sourceOf(rates, { namespace: '/rooms' }), startMs).accepted).toBe(200)
    expect(flood(limits, sourceOf(rates), startMs).accepted).toBe(0)
  })

  test('but those of other addresses are not affected', () => {
    const limits = createEventLimits(defaultRateLimits)
    const rates = limits.open('a', true, startMs)
    flood(limits, sourceOf(rates), startMs)
    limits.close('a', rates, startMs)
    expect(flood(limits, sourceOf(limits.open('b', true, startMs), { address: 'b' }), startMs).accepted).toBe(
      200,
    )
  })

  const steps = fc.array(
    fc.record({
      act: fc.constantFrom<'send' | 'reconnect' | 'wait'>('send', 'reconnect', 'wait'),
      count: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 60 },
  )

  test.prop([steps])('for any sequence of events, reconnects and pauses of one client', (sequence) => {
    const limits = createEventLimits({ ...defaultRateLimits, eventsPerSocket: { burst: 20, perSecond: 50 } })
    let rates = limits.open('a', true, startMs)
    let nowMs = startMs
    let accepted = 0
    for (const { act, count } of sequence) {
      if (act === 'wait') nowMs += count
      if (act === 'send') accepted += flood(limits, sourceOf(rates), nowMs, false, count).accepted
      if (act === 'reconnect') {
        limits.close('a', rates, nowMs)
        rates = limits.open('a', true, nowMs)
      }
    }
    expect(accepted).toBeLessThanOrEqual(20 + Math.floor(((nowMs - startMs) * 50) / 1_000))
  })
})

describe('closed connections', () => {
  test('whose buckets are full are not kept', () => {
    const limits = createEventLimits(defaultRateLimits)
    const rates = limits.open('a', true, startMs)
    flood(limits, sourceOf(rates), startMs)
    limits.close('a', rates, startMs + 4_000)
    expect(limits.sizes().closed).toBe(0)
    expect(limits.open('a', true, startMs + 4_000)).not.toBe(rates)
  })

  test('are bounded in number, for many addresses and for one', () => {
    const limits = createEventLimits(defaultRateLimits, 50)
    for (let index = 0; index < 200; index++) {
      const address = index % 2 === 0 ? 'one' : `many-${index}`
      const rates: ConnectionRates = { byNamespace: new Map(), refusedSecond: -Infinity, refusedSeconds: 0 }
      limits.take(sourceOf(rates, { address }), false, startMs)
      limits.close(address, rates, startMs)
      expect(limits.sizes().closed).toBeLessThanOrEqual(50)
      expect(limits.sizes().address).toBeLessThanOrEqual(50)
    }
  })
})

describe('a connection with refused events in ten successive seconds', () => {
  const opened = () => createEventLimits(defaultRateLimits).open('a', true, startMs)

  test('is refused too long, for any number of refused events per second', () => {
    const rates = opened()
    for (let second = 0; second < 9; second++) {
      expect(isRefusedTooLong(rates, startMs + second * 1_000, defaultRateLimits)).toBe(false)
      expect(isRefusedTooLong(rates, startMs + second * 1_000 + 999, defaultRateLimits)).toBe(false)
    }
    expect(isRefusedTooLong(rates, startMs + 9_000, defaultRateLimits)).toBe(true)
  })

  test('starts to count again after a second without a refused event', () => {
    const rates = opened()
    for (let second = 0; second < 30; second++) {
      if (second % 10 === 9) continue
      expect(isRefusedTooLong(rates, startMs + second * 1_000, defaultRateLimits)).toBe(false)
    }
  })

  test('does not start to count again by connecting again', () => {
    const limits = createEventLimits(defaultRateLimits)
    for (let second = 0; second < 10; second++) {
      const nowMs = startMs + second * 1_000
      const rates = limits.open('a', true, nowMs)
      expect(isRefusedTooLong(rates, nowMs, defaultRateLimits)).toBe(second === 9)
      limits.close('a', rates, nowMs)
    }
  })
})
