import { afterEach, describe, expect, test } from 'vitest'
import {
  isOverLimitTooLong,
  RATE_LIMITS,
  retryAfterMs,
} from '../../../src/infrastructure/transport/rate-limiter.js'
import type { RateState } from '../../../src/infrastructure/transport/rate-limiter.js'
import { Echo } from './echo-gateway.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const fresh = (): RateState => ({
  commandsFullAt: 0,
  streamFullAt: 0,
  refusedSecond: -1,
  refusedSeconds: 0,
})

const START_MS = 1_767_323_045_000

/** How many of `count` events in a row get through at that instant. */
const allowed = (state: RateState, event: string, count: number, nowMs: number): number => {
  let through = 0
  for (let i = 0; i < count; i++) if (retryAfterMs(state, event, nowMs, RATE_LIMITS) === 0) through++
  return through
}

describe('a socket may send', () => {
  test('200 events at once, then 50 a second', () => {
    const state = fresh()
    expect(allowed(state, 'join', 1000, START_MS)).toBe(200)
    expect(retryAfterMs(state, 'join', START_MS, RATE_LIMITS)).toBe(20)
    expect(retryAfterMs(state, 'join', START_MS + 19, RATE_LIMITS)).toBe(1)
    expect(allowed(state, 'join', 1000, START_MS + 20)).toBe(1)
    expect(allowed(state, 'join', 1000, START_MS + 1020)).toBe(50)
    expect(allowed(state, 'join', 1000, START_MS + 3_600_000)).toBe(200)
  })

  test('signals and module events 1 000 at once, then 200 a second, from a bucket of their own', () => {
    const state = fresh()
    expect(allowed(state, 'webrtc:ice', 2000, START_MS)).toBe(1000)
    expect(allowed(state, 'CUSTOM_MODULE_EVENT', 2000, START_MS + 1000)).toBe(200)
    expect(allowed(state, 'join', 1000, START_MS + 1000)).toBe(200)
  })
})

describe('a connection with refused requests in ten successive seconds', () => {
  test('is over the limit too long, with any number of refused requests in each second', () => {
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

describe('on a connection', () => {
  let started: StartedApp

  afterEach(() => started.close())

  const burst = (client: Awaited<ReturnType<StartedApp['client']>>, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => client.emitWithAck('echo') as Promise<{ success: boolean }>),
    )

  test('what is over the limit is refused with the time to wait, and time heals it', async () => {
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
    expect(await client.emitWithAck('offer')).toEqual({ success: true })
    started.clock.nowMs += 20
    expect(await client.emitWithAck('echo', 1)).toEqual({ success: true, payload: 1 })
  })

  test('events that are refused for other reasons count too', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    await Promise.all(Array.from({ length: 200 }, () => client.emitWithAck('unheard-of')))
    expect(await client.emitWithAck('echo')).toMatchObject({ error: { code: 'rate-limited' } })
  })

  test('ten successive seconds of it end the connection', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const gone = new Promise((resolve) => void client.once('disconnect', resolve))
    const seconds: number[] = []
    for (let second = 0; client.connected && second < 20; second++) {
      seconds.push(second)
      for (let i = 0; i < 300; i++) client.emit('echo')
      const last = client.emitWithAck('echo').catch(() => undefined)
      await Promise.race([last, gone])
      started.clock.nowMs += 1000
    }
    expect(await gone).toBe('io server disconnect')
    expect(seconds).toHaveLength(10)
  })

  test('RATE_LIMIT=off lifts it', async () => {
    started = await startedApp([Echo], { limits: 'off' })
    const client = await started.client()
    const replies = await burst(client, 500)
    expect(replies.every(({ success }) => success)).toBe(true)
  })
})
