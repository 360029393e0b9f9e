import { describe, expect, it } from 'vitest'
import { expectServerContract, expectClientContract } from '../../contract/protocol.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

/** Runs two servers one after the other, on the same log and clock; the first crashes. */
const overCrash = async (
  before: (server: LiveServer) => Promise<void>,
  after: (server: LiveServer) => Promise<void>,
  downMs = 0,
): Promise<void> => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  const first = await liveServer({ store, clock })
  await before(first)
  await first.crash()
  for (const client of first.clients) expectClientContract(client)
  clock.standStill(downMs)
  const second = await liveServer({ store, clock })
  await after(second)
  await expectServerContract(second)
}

describe('after a crash', () => {
  it('members are away, their grace period begins, and their sessions resume, after any downtime', async () => {
    const sessions: Array<string> = []
    const ids: Array<string> = []
    await overCrash(
      async (server) => {
        const [broadcaster, viewer] = [await server.client('/', { userId: 'lea' }), await server.client()]
        await broadcaster.ask('broadcaster-join')
        await viewer.ask('viewer-join')
        sessions.push(broadcaster.session.sessionId, viewer.session.sessionId)
        ids.push(broadcaster.id, viewer.id)
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
        await back.waitFor('viewer-left', ({ viewerId }) => viewerId === ids[1])
        expect((await server.client('/', { sessionId: sessions[1] })).session.resumed).toBe(false)
        expect((await server.client('/', { sessionId: sessions[0] })).session.resumed).toBe(false)
      },
      86_400_000,
    )
  })

  it('a draw continues from the log, and a viewer that resumes receives every tick once and in order', async () => {
    const ticks: Array<unknown> = []
    let auth = {}
    await overCrash(
      async (server) => {
        const viewer = await server.client()
        await viewer.ask('viewer-join')
        await viewer.ask('startRandom', ['Ann', 'Bob', 'Cy'])
        server.clock.advance(1_730)
        await viewer.flush()
        ticks.push(...viewer.payloadsOf('randomHighlight').map(({ tick }) => tick))
        const last = viewer.payloadsOf('randomHighlight').at(-1)
        auth = { sessionId: viewer.session.sessionId, offsets: { main: last?.['seq'] } }
      },
      async (server) => {
        server.clock.advance(300)
        const back = await server.client('/', auth)
        server.clock.advance(5_000)
        await back.waitFor('randomComplete')
        ticks.push(...back.payloadsOf('randomHighlight').map(({ tick }) => tick))
        expect(ticks).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
        expect(back.payloadsOf('randomComplete')[0]?.['winner']).toEqual(
          back.payloadsOf('randomHighlight').at(-1)?.['member'],
        )
      },
      900,
    )
  })

  it('a viewer that resumes with offset 0 receives the whole draw', async () => {
    let auth = {}
    await overCrash(
      async (server) => {
        const [broadcaster, viewer] = [await server.client(), await server.client()]
        await broadcaster.ask('broadcaster-join')
        await viewer.ask('viewer-join')
        await viewer.flush()
        auth = { sessionId: viewer.session.sessionId, offsets: { main: 0 } }
        await server.loseConnection(viewer)
        await broadcaster.ask('startRandom', ['Ann', 'Bob', 'Cy'])
      },
      async (server) => {
        server.clock.advance(300)
        const back = await server.client('/', auth)
        server.clock.advance(5_000)
        await back.waitFor('randomComplete')
        expect(back.payloadsOf('randomStarted')).toMatchObject([{ drawNo: 1 }])
        expect(back.payloadsOf('randomHighlight').map(({ tick }) => tick)).toEqual(
          Array.from({ length: 50 }, (_, index) => index + 1),
        )
      },
      900,
    )
  })

  it('a repeated native command gets its first answer, and a join returns the missed events', async () => {
    let auth = {}
    let after = {}
    await overCrash(
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
        after = { epoch, seq }
      },
      async (server) => {
        const client = await server.client('/rooms', auth)
        const again = { room: 'r', id: '2', type: 'poll.vote', payload: { b: 2, a: 1 } }
        expect(await client.ask('command', again)).toEqual({ success: true, seq: 4 })
        expect(await client.ask('command', { ...again, payload: null })).toMatchObject({
          error: { code: 'command-id-reused' },
        })
        const joined = await client.ask('join', { room: 'r', after })
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

  it('a room that was deleted meanwhile has a new log, and a join says so', async () => {
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
    await expectServerContract(second)
  })
})
