import { describe, expect, it } from 'vitest'
import { settled } from '../../kit/index.js'
import type { Client } from '../../kit/live-client.js'
import { withServer } from '../protocols/server-kit.js'

/** A start with these names exceeds the outbound limit of a client after a few draws. */
const manyNames = Array.from({ length: 8_000 }, (_, index) => `${index} ${'name '.repeat(8)}`)

describe('a slow consumer', () => {
  const server = withServer()

  it('receives a large catch-up at its own pace, and stays connected', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loseConnection(viewer)
    for (let draw = 0; draw < 5; draw++) {
      await broadcaster.ask('startRandom', manyNames)
      await broadcaster.ask('cancelRandom')
    }
    await broadcaster.flush()
    const offset = Number(broadcaster.payloadsOf('randomCommitted')[0]?.['seq'])
    const back = await server().client('/', {
      sessionId: viewer.session.sessionId,
      offsets: { main: offset },
    })
    await broadcaster.ask('startRandom', manyNames)
    await back.flush()
    await broadcaster.flush()
    expect(back.payloadsOf('randomStarted').length).toBe(6)
    const drawEvents = ['randomStarted', 'randomCancelled', 'randomCommitted'] as const
    expect(back.payloadsOf(...drawEvents).map(({ seq }) => seq)).toEqual(
      broadcaster
        .payloadsOf(...drawEvents)
        .slice(1)
        .map(({ seq }) => seq),
    )
    expect(back.socket.connected).toBe(true)
  })

  it('makes the server buffer no more than the limit while it does not read', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loseConnection(viewer)
    for (let draw = 0; draw < 12; draw++) {
      await broadcaster.ask('startRandom', manyNames)
      await broadcaster.ask('cancelRandom')
    }
    const back = await server().client('/', { sessionId: viewer.session.sessionId, offsets: { main: 0 } })
    const resumeReading = stopReading(back)
    // The buffers of the operating system fill up first.
    await server().until(() => server().bufferedBytes(back) > 0)
    let maxBytes = 0
    for (let turns = 0; turns < 200; turns++) {
      await settled()
      maxBytes = Math.max(maxBytes, server().bufferedBytes(back))
    }
    resumeReading()
    await back.flush()
    expect(back.payloadsOf('randomCancelled').length).toBe(12)
    expect(maxBytes).toBeLessThan(1_500_000)
  })

  it('receives the acknowledgement of a native join of any size', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    const { epoch, seq } = await other.ask('join', { room: 'r' })
    await server().loseConnection(other)
    const text = 'x'.repeat(20_000)
    const relay = (n: number) =>
      client.ask('command', { room: 'r', id: `${n}`, type: 'poll.say', payload: text })
    for (let n = 0; n < 520; n++) await relay(n)
    const back = await server().client('/rooms', { sessionId: other.session.sessionId })
    const joining = back.ask('join', { room: 'r', after: { epoch, seq } })
    for (let n = 520; n < 530; n++) await relay(n)
    const joined = await joining
    await back.flush()
    const seqs = [
      back.payloadsOf('events').flatMap(seqsIn),
      seqsIn(joined['missed']),
      back.payloadsOf('event').map(seqOf),
    ].flat()
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => Number(seq) + 1 + index))
    expect(seqs.at(-1)).toBe(server().log.at(-1)?.seq)
    expect(back.socket.connected).toBe(true)
  })

  it('is disconnected if it does not read, in a way after which Socket.IO clients reconnect', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    const resumeReading = stopReading(viewer)
    const away = server().waitForRecord(({ type }) => type === 'room.member-away')
    for (let draw = 0; draw < 12; draw++) {
      await broadcaster.ask('startRandom', manyNames)
      await broadcaster.ask('cancelRandom')
    }
    await away
    resumeReading()
    // On a slow machine the unread pings time out first.
    expect(await viewer.ended).toMatch(/^(transport (close|error)|ping timeout)$/)
  })
})

interface PausableTransport {
  readonly ws: { readonly pause: () => void; readonly resume: () => void }
}

const stopReading = ({ socket }: Client): (() => void) => {
  const { ws } = socket.io.engine.transport as unknown as PausableTransport
  ws.pause()
  return () => ws.resume()
}

const seqOf = (event: unknown): number =>
  typeof event === 'object' && event !== null && 'seq' in event ? Number(event.seq) : 0

const seqsIn = (events: unknown): ReadonlyArray<number> => (Array.isArray(events) ? events.map(seqOf) : [])
