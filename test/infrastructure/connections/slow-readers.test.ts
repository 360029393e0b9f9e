import { describe, expect, it } from 'vitest'
import { settled } from '../../kit/index.js'
import type { Client } from '../../kit/live-client.js'
import { withServer } from '../protocols/with-server.js'

/** More than may wait for a client that does not read, many times over. */
const manyNames = Array.from({ length: 8_000 }, (_, place) => `${place} ${'name '.repeat(8)}`)

describe('a client that has much to read', () => {
  const server = withServer()

  it('is sent it as it reads, and is not taken for one that does not', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loses(viewer)
    for (let draw = 0; draw < 5; draw++) {
      await leader.ask('startRandom', manyNames)
      await leader.ask('cancelRandom')
    }
    await leader.fence()
    const offset = Number(leader.of('randomCommitted')[0]?.['seq'])
    const back = await server().client('/', {
      sessionId: viewer.session.sessionId,
      offsets: { main: offset },
    })
    await leader.ask('startRandom', manyNames)
    await back.fence()
    await leader.fence()
    expect(back.of('randomStarted').length).toBe(6)
    const drawn = ['randomStarted', 'randomCancelled', 'randomCommitted'] as const
    expect(back.of(...drawn).map(({ seq }) => seq)).toEqual(
      leader
        .of(...drawn)
        .slice(1)
        .map(({ seq }) => seq),
    )
    expect(back.socket.connected).toBe(true)
  })

  it('has no more waiting than it may leave unread, while it does not read', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loses(viewer)
    for (let draw = 0; draw < 12; draw++) {
      await leader.ask('startRandom', manyNames)
      await leader.ask('cancelRandom')
    }
    const back = await server().client('/', { sessionId: viewer.session.sessionId, offsets: { main: 0 } })
    const readsAgain = stopsReading(back)
    // The system's own buffers fill first; then nothing moves.
    await server().until(() => server().waitingFor(back) > 0)
    let most = 0
    for (let turns = 0; turns < 200; turns++) {
      await settled()
      most = Math.max(most, server().waitingFor(back))
    }
    readsAgain()
    await back.fence()
    expect(back.of('randomCancelled').length).toBe(12)
    expect(most).toBeLessThan(1_500_000)
  })

  it('gets a native join’s answer of any size', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    const { epoch, seq } = await other.ask('join', { room: 'r' })
    await server().loses(other)
    const said = 'x'.repeat(20_000)
    const relay = (n: number) =>
      client.ask('command', { room: 'r', id: `${n}`, type: 'poll.say', payload: said })
    for (let n = 0; n < 520; n++) await relay(n)
    const back = await server().client('/rooms', { sessionId: other.session.sessionId })
    const joining = back.ask('join', { room: 'r', after: { epoch, seq } })
    for (let n = 520; n < 530; n++) await relay(n)
    const joined = await joining
    await back.fence()
    const seqs = [
      back.of('events').flatMap(placesIn),
      placesIn(joined['missed']),
      back.of('event').map(placeOf),
    ].flat()
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, place) => Number(seq) + 1 + place))
    expect(seqs.at(-1)).toBe(server().log.at(-1)?.seq)
    expect(back.socket.connected).toBe(true)
  })

  it('is cut off if it does not read at all, in a way that stock clients come back from', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    const readsAgain = stopsReading(viewer)
    const away = server().happens(({ type }) => type === 'room.member-away')
    for (let draw = 0; draw < 12; draw++) {
      await leader.ask('startRandom', manyNames)
      await leader.ask('cancelRandom')
    }
    await away
    readsAgain()
    // Its own pings, unread, are late as well on a machine that takes three quarters of a minute over all this.
    expect(await viewer.ended).toMatch(/^(transport (close|error)|ping timeout)$/)
  })
})

interface Paused {
  readonly ws: { readonly pause: () => void; readonly resume: () => void }
}

const stopsReading = ({ socket }: Client): (() => void) => {
  const { ws } = socket.io.engine.transport as unknown as Paused
  ws.pause()
  return () => ws.resume()
}

const placeOf = (event: unknown): number =>
  typeof event === 'object' && event !== null && 'seq' in event ? Number(event.seq) : 0

const placesIn = (events: unknown): ReadonlyArray<number> =>
  Array.isArray(events) ? events.map(placeOf) : []
