import { expect, it } from 'vitest'
import { expectServerContract } from '../../../contract/protocol.js'
import type { Client } from '../../../kit/live-client.js'
import type { LiveServer } from '../../../kit/live-server.js'
import { liveServer } from '../../../kit/live-server.js'
import { gatedStore } from '../../connections/gated-store.js'

const room = 'room_call'

const joinPeer = async (server: LiveServer): Promise<Client> => {
  const client = await server.client()
  await client.ask('join:room', { roomCode: 'call', create: true })
  return client
}

/** Two peers, one of them away. Both were away for a moment, so the emit cache is empty and a catch-up reads the log. */
const pairWithOneAway = async (server: LiveServer): Promise<readonly [connected: Client, away: Client]> => {
  const [ann, bob] = [await joinPeer(server), await joinPeer(server)]
  await server.loseConnection(bob)
  await server.loseConnection(ann)
  return [await server.client('/', { sessionId: ann.session.sessionId }), bob]
}

it('delivers signals to a client during its catch-up after the missed emits, in order', async () => {
  const { store, close, isWaiting, open } = gatedStore()
  const server = await liveServer({ store })
  const [ann, bob] = await pairWithOneAway(server)
  const send = (candidate: string) => ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate })
  const cy = await joinPeer(server)
  await send('while away')
  close()
  const auth = { sessionId: bob.session.sessionId, offsets: { [room]: 0 } }
  const back = await server.client('/', auth)
  await send('during catch-up')
  const dee = await joinPeer(server)
  await send('later')
  expect(back.events).toEqual([])
  await server.until(isWaiting)
  open()
  await back.waitFor('webrtc:ice', ({ candidate }) => candidate === 'later')
  await send('live')
  await back.waitFor('webrtc:ice', ({ candidate }) => candidate === 'live')
  expect(back.events.map(([event, { candidate, peerId }]) => [event, candidate ?? peerId])).toEqual([
    ['peer:joined', cy.id],
    ['webrtc:ice', 'while away'],
    ['webrtc:ice', 'during catch-up'],
    ['peer:joined', dee.id],
    ['webrtc:ice', 'later'],
    ['webrtc:ice', 'live'],
  ])
  await expectServerContract(server)
})

it('drops a client whose signals exceed its delivery queue during the catch-up, and delivers them when it returns', async () => {
  const { store, close, isWaiting, open } = gatedStore()
  const server = await liveServer({ store })
  const [ann, bob] = await pairWithOneAway(server)
  close()
  const auth = { sessionId: bob.session.sessionId, offsets: { [room]: 0 } }
  const back = await server.client('/', auth)
  await server.until(isWaiting)
  const results: Array<unknown> = []
  for (let n = 0; n < 30; n++) {
    const reply = await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: `${n} ${'x'.repeat(60_000)}` })
    results.push(reply.error?.['code'] ?? 'done')
  }
  expect(await back.ended).toBe('transport close')
  open()
  // 17 signals of 60 000 bytes fill the delivery queue of 1 MiB; 4 more fill the room's quota for an away member.
  expect(results).toEqual([
    ...Array.from({ length: 17 + 4 }, () => 'done'),
    ...Array.from({ length: 9 }, () => 'rate-limited'),
  ])
  const again = await server.client('/', { sessionId: bob.session.sessionId })
  await again.waitFor('webrtc:offer', ({ offer }) => String(offer).startsWith('20 '))
  await again.flush()
  expect(again.payloadsOf('webrtc:offer').map(({ offer }) => parseInt(String(offer), 10))).toEqual(
    Array.from({ length: 17 + 4 }, (_, n) => n),
  )
  await expectServerContract(server)
})
