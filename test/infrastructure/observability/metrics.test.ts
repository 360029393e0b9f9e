import { describe, expect, it } from 'vitest'
import { memberId, roomId, sessionKey } from '../../../src/domain/kernel/ids.js'
import type * as E from '#fp/Either'
import { createEngine } from '../../../src/application/engine/index.js'
import type { CommandResult, RequestFailure } from '../../../src/application/engine/index.js'
import { messageLookup } from '../../../src/infrastructure/protocols/protocol-gateways.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { createMetrics } from '../../../src/infrastructure/observability/metrics.js'
import { monitor, transportMonitor } from '../../../src/infrastructure/observability/monitor.js'
import { entering, person, seededEntropy, virtualClock, act } from '../../kit/index.js'
import { memoryLogger } from './memory-logger.js'
import { builtInModel } from '../../../src/plugins.js'

const valueOf = (text: string, line: string): string | undefined =>
  text
    .split('\n')
    .find((each) => each.startsWith(`${line} `))
    ?.slice(line.length + 1)

const createMonitors = () => {
  const { logger, lines } = memoryLogger()
  const metrics = createMetrics(false)
  const text = async (): Promise<string> => (await metrics.text()).body
  return { logger, lines, metrics, text, monitor: monitor(logger, metrics) }
}

describe('metrics', () => {
  it('count commands by protocol and result', async () => {
    const { metrics, text } = createMonitors()
    metrics.command('picker', 'ok')
    metrics.command('picker', 'ok')
    metrics.command('native', 'not-in-room')
    expect(valueOf(await text(), 'roomreel_commands_total{dialect="picker",code="ok"}')).toBe('2')
    expect(valueOf(await text(), 'roomreel_commands_total{dialect="native",code="not-in-room"}')).toBe('1')
  })

  it('measure commits, lateness and faults in seconds', async () => {
    const { monitor: engineMonitor, text } = createMonitors()
    engineMonitor.committed(3, 12, 4)
    engineMonitor.timerLate(7)
    engineMonitor.rejected('no-draw')
    engineMonitor.conflicted(roomId('main'))
    engineMonitor.faulted(roomId('main'), { type: 'unavailable', problem: 'canary' })
    engineMonitor.faulted(roomId('main'), {
      type: 'corrupt',
      room: roomId('main'),
      seq: 7,
      problem: 'canary',
    })
    engineMonitor.defect(roomId('main'), new Error('canary'))
    const body = await text()
    expect(valueOf(body, 'roomreel_commit_rooms_sum')).toBe('3')
    expect(valueOf(body, 'roomreel_commit_records_sum')).toBe('12')
    expect(valueOf(body, 'roomreel_commit_seconds_sum')).toBe('0.004')
    expect(valueOf(body, 'roomreel_lateness_seconds_bucket{le="0.005"}')).toBe('0')
    expect(valueOf(body, 'roomreel_lateness_seconds_bucket{le="0.01"}')).toBe('1')
    expect(valueOf(body, 'roomreel_refusals_total{code="no-draw"}')).toBe('1')
    expect(valueOf(body, 'roomreel_conflicts_total')).toBe('1')
    expect(valueOf(body, 'roomreel_store_faults_total{type="unavailable"}')).toBe('1')
    expect(valueOf(body, 'roomreel_store_faults_total{type="corrupt"}')).toBe('1')
    expect(valueOf(body, 'roomreel_defects_total{where="engine"}')).toBe('1')
  })

  it('read rooms, requests and sockets at each scrape', async () => {
    const { metrics, text } = createMonitors()
    let rooms = 1
    metrics.observe({ rooms: () => rooms, undecided: () => 0, undurable: () => 0, sockets: () => 5 })
    rooms = 2
    expect(valueOf(await text(), 'roomreel_rooms')).toBe('2')
    expect(valueOf(await text(), 'roomreel_sockets')).toBe('5')
  })

  it('include those of Node, with the event loop delay, on request', async () => {
    const { body, contentType } = await createMetrics(true).text()
    expect(contentType).toMatch(/^text\/plain; version=/)
    expect(body).toContain('\nnodejs_eventloop_lag_p99_seconds ')
    expect(body).toContain('\nprocess_resident_memory_bytes ')
    expect((await createMetrics(false).text()).body).not.toContain('nodejs_')
  })

  it('are separate for two servers in one process', async () => {
    const first = createMonitors()
    first.metrics.conflict()
    expect(valueOf(await createMonitors().text(), 'roomreel_conflicts_total')).toBe('0')
  })
})

describe('reports about a room', () => {
  it('name the room and no member, text or secret, in log and metrics', async () => {
    const canary = 'canary'
    const { lines, text, monitor: engineMonitor, metrics, logger } = createMonitors()
    const clock = virtualClock()
    const store = memoryEventStore()
    const engine = createEngine({
      model: builtInModel,
      store,
      clock,
      entropy: seededEntropy('canary'),
      publisher: {
        prepare: (record) => () => {
          // A publisher whose error quotes the whole record.
          throw new Error(`could not send ${JSON.stringify(record)}`, { cause: new SyntaxError(canary) })
        },
      },
      monitor: engineMonitor,
      graceMs: 1_000,
      retentionMs: 1_000,
    })
    await engine.start()
    const room = roomId('quiet-room')
    const context = (by: string | null, command: Parameters<typeof engine.submit>[1]['command']) =>
      new Promise<E.Either<RequestFailure, CommandResult>>((resolve) => {
        engine.submit(room, { command, by: by === null ? null : memberId(by), cause: null, reply: resolve })
      })
    const who = {
      ...person('canary', 'canary-user'),
      memberId: memberId('canary-socket'),
      session: sessionKey('canary-session'),
    }
    await context(null, { ...entering(who, 'native', 'member'), token: 'canary-token' })
    await context(who.memberId, { type: 'activate', activity: 'calls', options: { canary } })
    const sdp = { sdp: 'v=0 canary' }
    await context(who.memberId, act('calls', { type: 'relay', event: 'offer', payload: sdp }))
    await context('canary-other', { type: 'deactivate', activity: 'canary' })
    engineMonitor.faulted(room, { type: 'corrupt', room, seq: 3, problem: '{"name":"canary"} is no record' })
    const transport = transportMonitor(logger, metrics, () => undefined)
    transport.onDefect(new Error(canary), { namespace: '/canary', event: 'canary' })
    transport.replied({ namespace: '/canary', event: 'canary' }, 'unknown-event')
    transport.count('transport_refused', { code: 'unknown-event', event: 'canary', address: 'canary' })
    await engine.stop()

    expect(lines().length).toBeGreaterThan(3)
    expect(JSON.stringify(lines())).toContain('quiet-room')
    expect(JSON.stringify(lines())).not.toContain('canary')
    const body = await text()
    expect(body).toContain('roomreel_refusals_total')
    expect(body).not.toContain('canary')
    expect(body).not.toContain('quiet-room')
  })

  it('name the events of protocols in the log, and no event that a client invented', () => {
    const { lines, metrics, logger } = createMonitors()
    const target = { namespace: '/', event: 'startRandom' }
    const transport = transportMonitor(logger, metrics, messageLookup([picker]))
    transport.onDefect(new Error(), target)
    transport.onDefect(new Error(), { namespace: '/', event: 'unknown' })
    transport.onDefect(new Error(), { namespace: '/other', event: target.event })
    expect(lines()[0]).toMatchObject(target)
    for (const line of lines().slice(1)) expect(line).not.toHaveProperty('event')
  })
})
