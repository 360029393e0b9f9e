import { describe, expect, it } from 'vitest'
import { keepsItsPromises, keepsOrder } from '../../contract/protocol.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

/** Two servers, one after the other, on one log and one clock; what the first did not write, the second never saw. */
const overARestart = async (
  before: (server: LiveServer) => Promise<void>,
  after: (server: LiveServer) => Promise<void>,
  downMs = 0,
): Promise<void> => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  const first = await liveServer({ store, clock })
  await before(first)
  await first.crash()
  for (const client of first.clients) keepsOrder(client)
  clock.standStill(downMs)
  const second = await liveServer({ store, clock })
  await after(second)
  await keepsItsPromises(second)
}

describe('after a crash', () => {
  it('everyone is away, the grace begins, and sessions go on under the same ids, however long it was down', async () => {
    const sessions: Array<string> = []
    const ids: Array<string> = []
    await overARestart(
      async (server) => {
        const [leader, viewer] = [await server.client('/', { userId: 'lea' }), await server.client()]
        await leader.ask('broadcaster-join')
        await viewer.ask('viewer-join')
        sessions.push(leader.session.sessionId, viewer.session.sessionId)
        ids.push(leader.id, viewer.id)
      },
      async (server) => {
        const newcomer = await server.client()
        expect(await newcomer.ask('viewer-join')).toMatchObject({ broadcasterId: ids[0], viewers: 1 })
        server.clock.advance(14_999)
        const back = await server.client('/', { sessionId: sessions[0], userId: 'lea' })
        expect(back.session).toMatchObject({
          resumed: true,
          rooms: ['main'],
          memberships: [{ memberId: ids[0], role: 'broadcaster' }],
        })
        expect(await back.ask('startRandom', ['Ann'])).toMatchObject({ drawNo: 1 })
        server.clock.advance(1)
        await back.hears('viewer-left', ({ viewerId }) => viewerId === ids[1])
        expect((await server.client('/', { sessionId: sessions[1] })).session.resumed).toBe(false)
        expect((await server.client('/', { sessionId: sessions[0] })).session.resumed).toBe(false)
      },
      86_400_000,
    )
  })

  it('a draw goes on from the log, and who comes back has every tick once, in order', async () => {
    const seen: Array<unknown> = []
    let auth = {}
    await overARestart(
      async (server) => {
        const viewer = await server.client()
        await viewer.ask('viewer-join')
        await viewer.ask('startRandom', ['Ann', 'Bob', 'Cy'])
        server.clock.advance(1_730)
        await viewer.fence()
        seen.push(...viewer.of('randomHighlight').map(({ tick }) => tick))
        const last = viewer.of('randomHighlight').at(-1)
        auth = { sessionId: viewer.session.sessionId, offsets: { main: last?.['seq'] } }
      },
      async (server) => {
        server.clock.advance(300)
        const back = await server.client('/', auth)
        server.clock.advance(5_000)
        await back.hears('randomComplete')
        seen.push(...back.of('randomHighlight').map(({ tick }) => tick))
        expect(seen).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
        expect(back.of('randomComplete')[0]?.['winner']).toEqual(
          back.of('randomHighlight').at(-1)?.['member'],
        )
      },
      900,
    )
  })

  it('who had joined and heard nothing yet has the whole draw, if it says that it has seen nothing', async () => {
    let auth = {}
    await overARestart(
      async (server) => {
        const [leader, viewer] = [await server.client(), await server.client()]
        await leader.ask('broadcaster-join')
        await viewer.ask('viewer-join')
        await viewer.fence()
        auth = { sessionId: viewer.session.sessionId, offsets: { main: 0 } }
        await server.loses(viewer)
        await leader.ask('startRandom', ['Ann', 'Bob', 'Cy'])
      },
      async (server) => {
        server.clock.advance(300)
        const back = await server.client('/', auth)
        server.clock.advance(5_000)
        await back.hears('randomComplete')
        expect(back.of('randomStarted')).toMatchObject([{ drawNo: 1 }])
        expect(back.of('randomHighlight').map(({ tick }) => tick)).toEqual(
          Array.from({ length: 50 }, (_, place) => place + 1),
        )
      },
      900,
    )
  })

  it('a repeated native command gets its first answer, and a join what was missed', async () => {
    let auth = {}
    let known = {}
    await overARestart(
      async (server) => {
        const client = await server.client('/rooms')
        const { epoch, seq } = await client.ask('join', { room: 'r', create: true })
        await client.ask('command', {
          room: 'r',
          id: '1',
          type: 'room.activate',
          payload: { activity: 'poll' },
        })
        await client.ask('command', { room: 'r', id: '2', type: 'poll.vote', payload: { a: 1, b: 2 } })
        auth = { sessionId: client.session.sessionId }
        known = { epoch, seq }
      },
      async (server) => {
        const client = await server.client('/rooms', auth)
        const again = { room: 'r', id: '2', type: 'poll.vote', payload: { b: 2, a: 1 } }
        expect(await client.ask('command', again)).toEqual({ success: true, seq: 4 })
        expect(await client.ask('command', { ...again, payload: null })).toMatchObject({
          error: { code: 'command-id-reused' },
        })
        const joined = await client.ask('join', { room: 'r', after: known })
        expect(joined).toMatchObject({ recovered: 'resumed', seq: 6 })
        expect(joined['missed']).toMatchObject([
          { seq: 3, type: 'room.activity-activated' },
          { seq: 4, type: 'poll.vote', data: { a: 1, b: 2 } },
          { seq: 5, type: 'room.member-away' },
          { seq: 6, type: 'room.member-back' },
        ])
      },
    )
  })

  it('a room that was removed meanwhile has another log, and says so', async () => {
    const [store, clock] = [memoryEventStore(), virtualClock()]
    const first = await liveServer({ store, clock })
    const client = await first.client('/rooms')
    const { epoch, seq } = await client.ask('join', { room: 'r', create: true })
    await client.ask('leave', { room: 'r' })
    await first.close()
    clock.standStill(31 * 24 * 3_600_000)
    const second = await liveServer({ store, clock })
    await clock.advanceSettled(2 * 3_600_000)
    const again = await second.client('/rooms')
    expect(await again.ask('join', { room: 'r' })).toMatchObject({ error: { code: 'room-not-found' } })
    const joined = await again.ask('join', { room: 'r', create: true, after: { epoch, seq } })
    expect(joined).toMatchObject({ recovered: 'reset', missed: [], seq: 2 })
    expect(joined['epoch']).not.toBe(epoch)
    await keepsItsPromises(second)
  })
})
