import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EngineConnection } from '../../../src/infrastructure/transport/engine-io-internals.js'
import { pauseReading, resumeReading } from '../../../src/infrastructure/transport/read-pause.js'
import type { ReadPause } from '../../../src/infrastructure/transport/read-pause.js'
import { Echo } from './echo-gateway.js'
import { startedApp } from './started-app.js'

describe('a connection with refused events', () => {
  const calls: Array<string> = []
  const socket = { pause: () => calls.push('pause'), resume: () => calls.push('resume') }
  const connection = { transport: { name: 'websocket', socket } } as unknown as EngineConnection
  const fresh = (): ReadPause => ({ refused: 0, timer: undefined })
  const refuse = (pause: ReadPause, count: number): void => {
    for (let index = 0; index < count; index++) pauseReading(connection, pause)
  }

  beforeEach(() => {
    calls.length = 0
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  test('is not read for 100 ms after 50 of them, and then again', () => {
    const pause = fresh()
    refuse(pause, 49)
    expect(calls).toEqual([])
    refuse(pause, 1_000)
    expect(calls).toEqual(['pause'])
    vi.advanceTimersByTime(99)
    expect(calls).toEqual(['pause'])
    vi.advanceTimersByTime(1)
    expect(calls).toEqual(['pause', 'resume'])
    refuse(pause, 49)
    expect(calls).toEqual(['pause', 'resume'])
    refuse(pause, 1)
    expect(calls).toEqual(['pause', 'resume', 'pause'])
  })

  test('is read at once and leaves no timer when it is closed', () => {
    const pause = fresh()
    refuse(pause, 50)
    resumeReading(connection, pause)
    expect(calls).toEqual(['pause', 'resume'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a client that ignores errors gets a reply to each event, and closes its connection', async () => {
  const started = await startedApp([Echo])
  const client = await started.client()
  const replies = (await Promise.all(
    Array.from({ length: 3_000 }, () => client.emitWithAck('echo')),
  )) as ReadonlyArray<{ readonly success: boolean }>
  expect(replies.filter(({ success }) => success)).toHaveLength(200)
  const closed = started.closed()
  client.disconnect()
  await closed
  await started.close()
})
