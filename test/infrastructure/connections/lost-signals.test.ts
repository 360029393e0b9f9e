import { describe, expect, it } from 'vitest'
import { commonOutgoing } from '../../../src/infrastructure/protocols/schemas.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { expectServerContract, expectClientContract } from '../../contract/protocol.js'
import type { Client } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'

const room = 'room_call'

/** Runs one server after another on the same log; each but the last crashes. */
const overCrashes = async (...steps: ReadonlyArray<(server: LiveServer) => Promise<void>>): Promise<void> => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  for (const [index, step] of steps.entries()) {
    const server = await liveServer({ store, clock })
    await step(server)
    if (index === steps.length - 1) return expectServerContract(server)
    await server.crash()
    for (const client of server.clients) expectClientContract(client)
    clock.standStill(1)
  }
}

const joinPeer = async (server: LiveServer, auth: object = {}): Promise<Client> => {
  const client = await server.client('/', auth)
  if (!client.session.resumed) await client.ask('join:room', { roomCode: 'call', create: true })
  return client
}

const reconnect = async (server: LiveServer, before: Client | undefined): Promise<Client> =>
  server.client('/', { sessionId: before?.session.sessionId })

const lostOf = ({ session }: Client): unknown => ('signalsLost' in session ? session.signalsLost : 'none')

const sendSignal = (from: Client, to: Client | undefined, kind: 'offer' | 'ice', content = 'v=0') =>
  from.ask(`webrtc:${kind}`, { targetPeerId: to?.id, [kind === 'ice' ? 'candidate' : 'offer']: content })

describe('signalsLost', () => {
  it('names sender, kind and count of the signals that a crash lost for a member that was away', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob, cy] = [await joinPeer(server), await joinPeer(server), await joinPeer(server)]
        before.push(ann, bob, cy)
        await server.loseConnection(bob)
        server.clock.advance(5_000)
        await sendSignal(ann, bob, 'offer')
        for (let n = 0; n < 3; n++) await sendSignal(ann, bob, 'ice', `canary-${n}`)
        await sendSignal(cy, bob, 'offer')
        server.clock.advance(1_000)
        await server.waitForRecord((record) => record.type === 'room.signalled' && record.data.count === 2)
      },
      async (server) => {
        const back = await reconnect(server, before[1])
        expect(back.session).toMatchObject({ resumed: true, rooms: [room] })
        // The AsyncAPI schema describes it.
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
        expect(back.payloadsOf('webrtc:offer', 'webrtc:ice')).toEqual([])
        // Signals to another member are not reported.
        for (const other of [ann, cy]) expect(lostOf(await reconnect(server, other))).toBe('none')
      },
    )
  })

  it('names the signals of the last seconds before a crash to a member that was connected', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
        before.push(ann, bob)
        await sendSignal(ann, bob, 'offer')
        server.clock.advance(10_000)
        await sendSignal(ann, bob, 'ice')
        await bob.waitFor('webrtc:ice')
      },
      async (server) => {
        const back = await reconnect(server, before[1])
        // The latest signal may not have arrived, so it is named; a signal of ten seconds before has.
        expect(lostOf(back)).toEqual([{ room, from: before[0]?.id, kind: 'candidate', count: 1 }])
      },
    )
  })

  it('names lost signals of which the log has recorded only the first', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
        before.push(ann, bob)
        await sendSignal(ann, bob, 'ice')
        server.clock.advance(500)
        await server.loseConnection(bob)
        for (let n = 0; n < 5; n++) await sendSignal(ann, bob, 'ice')
        expect(server.log.filter(({ type }) => type === 'room.signalled')).toHaveLength(1)
      },
      async (server) => {
        expect(lostOf(await reconnect(server, before[1]))).toMatchObject([
          { from: before[0]?.id, kind: 'candidate' },
        ])
      },
    )
  })

  it('is absent if there were no signals, or all had arrived before the member was lost', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
        before.push(ann, bob)
        await sendSignal(ann, bob, 'offer')
        server.clock.advance(10_000)
        await server.loseConnection(bob)
      },
      async (server) => {
        for (const client of before) expect(lostOf(await reconnect(server, client))).toBe('none')
      },
    )
  })

  it('is sent once, and not again after another lost connection', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        before.push(await joinPeer(server), await joinPeer(server))
        const [ann, bob] = before
        if (ann !== undefined) await sendSignal(ann, bob, 'offer')
      },
      async (server) => {
        const back = await reconnect(server, before[1])
        expect(lostOf(back)).toHaveLength(1)
        await server.loseConnection(back)
        expect(lostOf(await reconnect(server, back))).toBe('none')
      },
    )
  })

  it('is sent after a second crash if the member did not reconnect in between', async () => {
    const before: Array<Client> = []
    await overCrashes(
      async (server) => {
        const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
        before.push(ann, bob)
        await server.loseConnection(bob)
        await sendSignal(ann, bob, 'offer')
        server.clock.advance(4_000)
        await server.loseConnection(ann)
      },
      async (server) => {
        server.clock.advance(4_000)
        await joinPeer(server)
      },
      async (server) => {
        expect(lostOf(await reconnect(server, before[1]))).toEqual([
          { room, from: before[0]?.id, kind: 'offer', count: 1 },
        ])
      },
    )
  })

  it('is absent without a crash: the waiting signals are delivered', async () => {
    const server = await liveServer()
    const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
    await server.loseConnection(bob)
    await sendSignal(ann, bob, 'offer')
    const back = await reconnect(server, bob)
    await back.waitFor('webrtc:offer')
    expect(lostOf(back)).toBe('none')
    expect(lostOf(await server.client())).toBe('none')
    await expectServerContract(server)
  })
})
