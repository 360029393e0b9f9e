import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { createEngine } from '../../../src/application/engine/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { createLifecycle, readiness } from '../../../src/infrastructure/http/lifecycle.js'
import { createMetrics } from '../../../src/infrastructure/observability/metrics.js'
import { monitor } from '../../../src/infrastructure/observability/monitor.js'
import { seededEntropy, virtualClock } from '../../kit/index.js'
import { memoryLogger } from '../observability/memory-logger.js'
import { runningServer } from './running-server.js'
import { builtInModel } from '../../../src/plugins.js'

const readinessOf = (store: EventStore = memoryEventStore()) => {
  const clock = virtualClock()
  const engine = createEngine({
    model: builtInModel,
    store,
    clock,
    entropy: seededEntropy('health'),
    publisher: { prepare: () => () => undefined },
    monitor: monitor(memoryLogger().logger, createMetrics(false)),
    graceMs: 1_000,
    retentionMs: 1_000,
  })
  const lifecycle = createLifecycle()
  return { clock, lifecycle, status: () => readiness(lifecycle, engine, clock) }
}

describe('readiness', () => {
  it('is starting, then ready, then stopping, and never an earlier phase again', async () => {
    const { lifecycle, status } = readinessOf()
    expect(await status()).toBe('starting')
    lifecycle.ready()
    expect(await status()).toBe('ready')
    lifecycle.stopping()
    expect(await status()).toBe('stopping')
    lifecycle.ready()
    expect(await status()).toBe('stopping')
  })

  it('is store-unavailable while the store fails, and then ready again', async () => {
    const store = memoryEventStore()
    let isUp = false
    const { lifecycle, status } = readinessOf({
      ...store,
      list: (after, limit) => async () =>
        isUp ? store.list(after, limit)() : { _tag: 'Left', left: { type: 'unavailable', problem: 'no' } },
    })
    lifecycle.ready()
    expect(await status()).toBe('store-unavailable')
    isUp = true
    expect(await status()).toBe('ready')
  })

  it('waits at most one second for the store, and leaves no timer', async () => {
    const silent = readinessOf({ ...memoryEventStore(), list: () => () => new Promise(() => undefined) })
    silent.lifecycle.ready()
    const status = silent.status()
    silent.clock.advance(999)
    expect(silent.clock.pending()).toHaveLength(1)
    silent.clock.advance(1)
    expect(await status).toBe('store-unavailable')
    expect(silent.clock.pending()).toStrictEqual([])

    const working = readinessOf()
    working.lifecycle.ready()
    await working.status()
    expect(working.clock.pending()).toStrictEqual([])
  })

  it('is stopping when the server stops during the query', async () => {
    const { lifecycle, status } = readinessOf()
    lifecycle.ready()
    const answer = status()
    lifecycle.stopping()
    expect(await answer).toBe('stopping')
  })
})

describe('the health endpoints', () => {
  it('report live while the process runs, and ready only while it accepts clients', async () => {
    const server = await runningServer()
    try {
      const live = await server.request('/health/live')
      expect([live.status, await live.json()]).toStrictEqual([200, { status: 'live' }])
      const ready = await server.request('/health/ready')
      expect([ready.status, await ready.json()]).toStrictEqual([200, { status: 'ready' }])
      expect(ready.headers.get('cache-control')).toBe('no-store')
      server.lifecycle.stopping()
      const stopping = await server.request('/health/ready')
      expect([stopping.status, await stopping.json()]).toStrictEqual([503, { status: 'stopping' }])
      expect((await server.request('/health/live')).status).toBe(200)
    } finally {
      await server.stop()
    }
  })

  it('have no room, member or unknown path in the labels of metrics', async () => {
    const server = await runningServer()
    try {
      const { socket, sessionId } = await server.client()
      await socket.emitWithAck('broadcaster-join', { room: 'canary-room', name: 'canary-name' })
      await socket.emitWithAck('canary-event', { canary: 'canary' })
      await server.request('/rooms/canary-room/events', {
        headers: { authorization: `Session ${sessionId}` },
      })
      await server.request('/canary/path?canary=canary')
      const response = await server.request('/metrics')
      const text = await response.text()
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
      expect(text).toContain('roomreel_http_requests_total{route="/rooms/:room/events",status="200"} 1')
      expect(text).toContain('roomreel_http_requests_total{route="unknown",status="404"} 1')
      expect(text).toContain('roomreel_transport_total{what="refused",code="unknown-event",reason=""} 1')
      expect(text).toContain('roomreel_commands_total{dialect="picker",code="ok"} 1')
      expect(text).toContain('roomreel_commands_total{dialect="none",code="unknown-event"} 1')
      expect(text).toContain('\nroomreel_rooms 1\n')
      expect(text).toContain('\nroomreel_sockets 1\n')
      expect(text).not.toContain('canary')
      expect(text).not.toContain(sessionId)
      expect(text).not.toContain(socket.id)
      expect(JSON.stringify(server.lines())).not.toMatch(/canary-(name|event)/)
    } finally {
      await server.stop()
    }
  })

  it('accept no connection after the server has stopped', async () => {
    const server = await runningServer()
    const { socket } = await server.client()
    await socket.emitWithAck('viewer-join', {})
    await server.request('/health/live')
    expect(server.clock.pending()).not.toStrictEqual([])
    await server.stop()
    expect(server.lifecycle.phase()).toBe('stopping')
    expect(server.engine.load()).toStrictEqual({ rooms: 0, undecided: 0, undurable: 0 })
    expect(server.clock.pending()).toStrictEqual([])
    await expect(server.request('/health/live')).rejects.toThrow('fetch failed')
  })
})
