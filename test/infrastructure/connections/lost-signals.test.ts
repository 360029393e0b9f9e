import { describe, expect, it } from 'vitest'
import { commonOutgoing } from '../../../src/infrastructure/protocols/schemas.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keepsItsPromises, keepsOrder } from '../../contract/protocol.js'
import type { Client } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'

const room = 'room_call'

/** Servers one after another on one log: each ends as by a power cut, and the next begins a moment later. */
const overCrashes = async (...lives: ReadonlyArray<(server: LiveServer) => Promise<void>>): Promise<void> => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  for (const [place, live] of lives.entries()) {
    const server = await liveServer({ store, clock })
    await live(server)
    if (place === lives.length - 1) return keepsItsPromises(server)
    await server.crash()
    for (const client of server.clients) keepsOrder(client)
    clock.standStill(1)
  }
}

const peer = async (server: LiveServer, auth: object = {}): Promise<Client> => {
  const client = await server.client('/', auth)
  if (!client.session.resumed) await client.ask('join:room', { roomCode: 'call', create: true })
  return client
}

const comesBack = async (server: LiveServer, before: Client | undefined): Promise<Client> =>
  server.client('/', { sessionId: before?.session.sessionId })

const lostOf = ({ session }: Client): unknown => ('signalsLost' in session ? session.signalsLost : 'none')

const say = (from: Client, to: Client | undefined, kind: 'offer' | 'ice', content = 'v=0') =>
  from.ask(`webrtc:${kind}`, { targetPeerId: to?.id, [kind === 'ice' ? 'candidate' : 'offer']: content })

describe('what a crash lost of signals', () => {
  it('is named to a member that was away, by whom they were and of what kind', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob, cy] = [await peer(server), await peer(server), await peer(server)]
        before.push(ann, bob, cy)
        await server.loses(bob)
        server.clock.advance(5_000)
        await say(ann, bob, 'offer')
        for (let n = 0; n < 3; n++) await say(ann, bob, 'ice', `canary-${n}`)
        await say(cy, bob, 'offer')
        server.clock.advance(1_000)
        await server.happens((record) => record.type === 'room.signalled' && record.data.count === 2)
      },
      async (server) => {
        const back = await comesBack(server, before[1])
        expect(back.session).toMatchObject({ resumed: true, rooms: [room] })
        // As it is described to the world.
        expect(commonOutgoing.session.payload.parse(back.session)).toEqual(back.session)
        const [ann, , cy] = before
        expect(lostOf(back)).toHaveLength(3)
        expect(lostOf(back)).toEqual(
          expect.arrayContaining([
            { room, from: ann?.id, kind: 'offer', count: 1 },
            { room, from: ann?.id, kind: 'candidate', count: 3 },
            { room, from: cy?.id, kind: 'offer', count: 1 },
          ]),
        )
        expect(JSON.stringify(back.session)).not.toContain('canary')
        expect(back.of('webrtc:offer', 'webrtc:ice')).toEqual([])
        // What was said to others is none of theirs.
        for (const other of [ann, cy]) expect(lostOf(await comesBack(server, other))).toBe('none')
      },
    )
  })

  it('is named to a member that was connected, as far as it was said shortly before the end', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await peer(server), await peer(server)]
        before.push(ann, bob)
        await say(ann, bob, 'offer')
        server.clock.advance(10_000)
        await say(ann, bob, 'ice')
        await bob.hears('webrtc:ice')
      },
      async (server) => {
        const back = await comesBack(server, before[1])
        // It may have arrived: nobody knows, so it is named; what is ten seconds old has.
        expect(lostOf(back)).toEqual([{ room, from: before[0]?.id, kind: 'candidate', count: 1 }])
      },
    )
  })

  it('is named also where only the first of many is in the log by then', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await peer(server), await peer(server)]
        before.push(ann, bob)
        await say(ann, bob, 'ice')
        server.clock.advance(500)
        await server.loses(bob)
        for (let n = 0; n < 5; n++) await say(ann, bob, 'ice')
        expect(server.log.filter(({ type }) => type === 'room.signalled')).toHaveLength(1)
      },
      async (server) => {
        expect(lostOf(await comesBack(server, before[1]))).toMatchObject([
          { from: before[0]?.id, kind: 'candidate' },
        ])
      },
    )
  })

  it('is nothing where nothing was said, or where all of it had arrived before the member went away', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await peer(server), await peer(server)]
        before.push(ann, bob)
        await say(ann, bob, 'offer')
        server.clock.advance(10_000)
        await server.loses(bob)
      },
      async (server) => {
        for (const client of before) expect(lostOf(await comesBack(server, client))).toBe('none')
      },
    )
  })

  it('is told once: who is lost again hears no more of it', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        before.push(await peer(server), await peer(server))
        const [ann, bob] = before
        if (ann !== undefined) await say(ann, bob, 'offer')
      },
      async (server) => {
        const back = await comesBack(server, before[1])
        expect(lostOf(back)).toHaveLength(1)
        await server.loses(back)
        expect(lostOf(await comesBack(server, back))).toBe('none')
      },
    )
  })

  it('is named after a second crash, if the member has not come back in between', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await peer(server), await peer(server)]
        before.push(ann, bob)
        await server.loses(bob)
        await say(ann, bob, 'offer')
        server.clock.advance(4_000)
        await server.loses(ann)
      },
      async (server) => {
        server.clock.advance(4_000)
        await peer(server)
      },
      async (server) => {
        expect(lostOf(await comesBack(server, before[1]))).toEqual([
          { room, from: before[0]?.id, kind: 'offer', count: 1 },
        ])
      },
    )
  })

  it('is never named without a crash: what waits comes', async () => {
    const server = await liveServer()
    const [ann, bob] = [await peer(server), await peer(server)]
    await server.loses(bob)
    await say(ann, bob, 'offer')
    const back = await comesBack(server, bob)
    await back.hears('webrtc:offer')
    expect(lostOf(back)).toBe('none')
    expect(lostOf(await server.client())).toBe('none')
    await keepsItsPromises(server)
  })
})
