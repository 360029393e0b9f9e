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
import { rememberingLogger } from './log-lines.js'
import { builtInModel } from '../../../src/plugins.js'

const valueOf = (text: string, line: string): string | undefined =>
  text
    .split('\n')
    .find((each) => each.startsWith(`${line} `))
    ?.slice(line.length + 1)

const watched = () => {
  const { logger, lines } = rememberingLogger()
  const metrics = createMetrics(false)
  const text = async (): Promise<string> => (await metrics.text()).body
  return { logger, lines, metrics, text, monitor: monitor(logger, metrics) }
}

describe('metrics', () => {
  it('count commands by protocol and result', async () => {
    const { metrics, text } = watched()
    metrics.command('picker', 'ok')
    metrics.command('picker', 'ok')
    metrics.command('native', 'not-in-room')
    expect(valueOf(await text(), 'roomreel_commands_total{dialect="picker",code="ok"}')).toBe('2')
    expect(valueOf(await text(), 'roomreel_commands_total{dialect="native",code="not-in-room"}')).toBe('1')
  })

  it('measure commits, lateness and faults in seconds', async () => {
    const { monitor: watching, text } = watched()
    watching.committed(3, 12, 4)
    watching.timerLate(7)
    watching.rejected('no-draw')
    watching.conflicted(roomId('main'))
    watching.faulted(roomId('main'), { type: 'unavailable', problem: 'canary' })
    watching.faulted(roomId('main'), { type: 'corrupt', room: roomId('main'), seq: 7, problem: 'canary' })
    watching.defect(roomId('main'), new Error('canary'))
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
    const { metrics, text } = watched()
    let rooms = 1
    metrics.observe({ rooms: () => rooms, undecided: () => 0, undurable: () => 0, sockets: () => 5 })
    rooms = 2
    expect(valueOf(await text(), 'roomreel_rooms')).toBe('2')
    expect(valueOf(await text(), 'roomreel_sockets')).toBe('5')
  })

  it('include those of Node and the event loop delay on request', async () => {
    const { body, contentType } = await createMetrics(true).text()
    expect(contentType).toMatch(/^text\/plain; version=/)
    expect(body).toContain('\nnodejs_eventloop_lag_p99_seconds ')
    expect(body).toContain('\nprocess_resident_memory_bytes ')
    expect((await createMetrics(false).text()).body).not.toContain('nodejs_')
  })

  it('are separate for two servers in one process', async () => {
    const first = watched()
    first.metrics.conflict()
    expect(valueOf(await watched().text(), 'roomreel_conflicts_total')).toBe('0')
  })
})

describe('reports about a room', () => {
  it('name the room and no member, text or secret, in log and metrics', async () => {
    const canary = 'canary'
    const { lines, text, monitor: watching, metrics, logger } = watched()
    const clock = virtualClock()
    const store = memoryEventStore()
    const engine = createEngine({
      model: builtInModel,
      store,
      clock,
      entropy: seededEntropy('canary'),
      publisher: {
        prepare: (record) => () => {
          // A gateway that fails with everything that it was given in its hands.
          throw new Error(`could not send ${JSON.stringify(record)}`, { cause: new SyntaxError(canary) })
        },
      },
      monitor: watching,
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
    await context('canary-stranger', { type: 'deactivate', activity: 'canary' })
    watching.faulted(room, { type: 'corrupt', room, seq: 3, problem: '{"name":"canary"} is no record' })
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

  it('name our events in the log, and no event that a client invented', () => {
    const { lines, metrics, logger } = watched()
    const ours = { namespace: '/', event: 'startRandom' }
    const transport = transportMonitor(logger, metrics, messageLookup([picker]))
    transport.onDefect(new Error(), ours)
    transport.onDefect(new Error(), { namespace: '/', event: 'made-up' })
    transport.onDefect(new Error(), { namespace: '/elsewhere', event: ours.event })
    expect(lines()[0]).toMatchObject(ours)
    for (const line of lines().slice(1)) expect(line).not.toHaveProperty('event')
  })
})
