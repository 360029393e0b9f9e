import { afterEach, describe, expect, test } from 'vitest'
import {
  createAddressRateLimiter,
  initialRateState,
  isOverLimitTooLong,
  RATE_LIMITS,
  retryAfterMs,
} from '../../../src/infrastructure/transport/rate-limiter.js'
import type { RateState } from '../../../src/infrastructure/transport/rate-limiter.js'
import { Echo } from './echo-gateway.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const fresh = (): RateState => ({ ...initialRateState })

const START_MS = 1_767_323_045_000

/** How many of `count` successive events are accepted at this instant. */
const accepted = (state: RateState, isFrequent: boolean, count: number, nowMs: number): number => {
  let total = 0
  for (let i = 0; i < count; i++) if (retryAfterMs(state, isFrequent, nowMs, RATE_LIMITS) === 0) total++
  return total
}

describe('the rate limit', () => {
  test('accepts a burst of 200 ordinary events, then 50 per second', () => {
    const state = fresh()
    expect(accepted(state, false, 1000, START_MS)).toBe(200)
    expect(retryAfterMs(state, false, START_MS, RATE_LIMITS)).toBe(20)
    expect(retryAfterMs(state, false, START_MS + 19, RATE_LIMITS)).toBe(1)
    expect(accepted(state, false, 1000, START_MS + 20)).toBe(1)
    expect(accepted(state, false, 1000, START_MS + 1020)).toBe(50)
    expect(accepted(state, false, 1000, START_MS + 3_600_000)).toBe(200)
  })

  test('accepts a burst of 1 000 frequent events, then 200 per second, from a bucket of their own', () => {
    const state = fresh()
    expect(accepted(state, true, 2000, START_MS)).toBe(1000)
    expect(accepted(state, true, 2000, START_MS + 1000)).toBe(200)
    expect(accepted(state, false, 1000, START_MS + 1000)).toBe(200)
  })
})

describe('a connection with refused requests in ten successive seconds', () => {
  test('is over the limit too long, for any number of refused requests per second', () => {
    const state = fresh()
    for (let second = 0; second < 9; second++) {
      expect(isOverLimitTooLong(state, START_MS + second * 1000, RATE_LIMITS)).toBe(false)
      expect(isOverLimitTooLong(state, START_MS + second * 1000 + 999, RATE_LIMITS)).toBe(false)
    }
    expect(isOverLimitTooLong(state, START_MS + 9000, RATE_LIMITS)).toBe(true)
  })

  test('starts to count again after a second without a refused request', () => {
    const state = fresh()
    for (let second = 0; second < 30; second++) {
      if (second % 10 === 9) continue
      expect(isOverLimitTooLong(state, START_MS + second * 1000, RATE_LIMITS)).toBe(false)
    }
  })
})

describe('the rate limit of an address', () => {
  test('allows a burst and then one request per token', () => {
    const take = createAddressRateLimiter({ burst: 2, perSecond: 4 })
    expect([take('a', 0), take('a', 0), take('a', 0)]).toEqual([0, 0, 250])
    expect(take('a', 249)).toBe(1)
    expect(take('a', 250)).toBe(0)
    expect(take('a', 250)).toBe(250)
  })

  test('gives a burst of at most a full bucket after any time', () => {
    const take = createAddressRateLimiter({ burst: 2, perSecond: 4 })
    take('a', 0)
    const later = 1_000_000
    expect([take('a', later), take('a', later), take('a', later)]).toEqual([0, 0, 250])
  })

  test('counts each address separately', () => {
    const take = createAddressRateLimiter({ burst: 1, perSecond: 1 })
    expect([take('a', 0), take('b', 0), take('a', 0)]).toEqual([0, 0, 1_000])
  })

  test('removes addresses with a full bucket and no others', () => {
    const buckets = new Map<string, number>()
    const take = createAddressRateLimiter({ burst: 1, perSecond: 1 }, buckets)
    for (let place = 0; place < 9_999; place++) take(`once-${place}`, 0)
    take('recent', 900)
    expect(buckets.size).toBe(10_000)
    take('now', 1_500)
    expect([...buckets.keys()]).toEqual(['recent', 'now'])
    expect(take('recent', 1_500)).toBe(400)
  })
})

describe('a connection above the rate limit', () => {
  let started: StartedApp

  afterEach(() => started.close())

  const burst = (client: Awaited<ReturnType<StartedApp['client']>>, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => client.emitWithAck('echo') as Promise<{ success: boolean }>),
    )

  test('gets rate-limited with the time to wait, and is served again after that time', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const replies = await burst(client, 201)
    expect(replies.filter(({ success }) => success)).toHaveLength(200)
    expect(replies.at(-1)).toEqual({
      success: false,
      error: {
        code: 'rate-limited',
        message: 'Too many events; wait and try again',
        timestamp: '2026-01-02T03:04:05.000Z',
        event: 'echo',
        retryAfterMs: 20,
      },
    })
    expect(await client.emitWithAck('frequent')).toEqual({ success: true })
    started.clock.nowMs += 20
    expect(await client.emitWithAck('echo', 1)).toEqual({ success: true, payload: 1 })
  })

  test('is also counted for events that get another error', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    await Promise.all(Array.from({ length: 200 }, () => client.emitWithAck('no-such-event')))
    expect(await client.emitWithAck('echo')).toMatchObject({ error: { code: 'rate-limited' } })
  })

  test('is closed after ten successive seconds', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const disconnected = new Promise((resolve) => void client.once('disconnect', resolve))
    const seconds: number[] = []
    for (let second = 0; client.connected && second < 20; second++) {
      seconds.push(second)
      for (let i = 0; i < 300; i++) client.emit('echo')
      const last = client.emitWithAck('echo').catch(() => undefined)
      await Promise.race([last, disconnected])
      started.clock.nowMs += 1000
    }
    expect(await disconnected).toBe('io server disconnect')
    expect(seconds).toHaveLength(10)
  })

  test('is served without a limit when the limits are off', async () => {
    started = await startedApp([Echo], { limits: 'off' })
    const client = await started.client()
    const replies = await burst(client, 500)
    expect(replies.every(({ success }) => success)).toBe(true)
  })
})
