import { expect, it } from 'vitest'
import { keepsItsPromises } from '../../../contract/protocol.js'
import type { Client } from '../../../kit/live-client.js'
import type { LiveServer } from '../../../kit/live-server.js'
import { liveServer } from '../../../kit/live-server.js'
import { gated } from '../gated-store.js'

const room = 'room_call'

const peer = async (server: LiveServer): Promise<Client> => {
  const client = await server.client()
  await client.ask('join:room', { roomCode: 'call', create: true })
  return client
}

/**
 * Two peers, one of whom is away. What the room told before is in nobody's memory, for at one moment nobody was there: so
 * whoever comes back has to wait until it is read.
 */
const oneAway = async (server: LiveServer): Promise<readonly [here: Client, away: Client]> => {
  const [ann, bob] = [await peer(server), await peer(server)]
  await server.loses(bob)
  await server.loses(ann)
  return [await server.client('/', { sessionId: ann.session.sessionId }), bob]
}

it('a signal to somebody who is being caught up comes behind what was missed, in order', async () => {
  const { store, close, isWaiting, open } = gated()
  const server = await liveServer({ store })
  const [ann, bob] = await oneAway(server)
  const say = (candidate: string) => ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate })
  const cy = await peer(server)
  await say('while it was away')
  close()
  const auth = { sessionId: bob.session.sessionId, offsets: { [room]: 0 } }
  const back = await server.client('/', auth)
  await say('while it was caught up')
  const dee = await peer(server)
  await say('then')
  expect(back.heard).toEqual([])
  await server.until(isWaiting)
  open()
  await back.hears('webrtc:ice', ({ candidate }) => candidate === 'then')
  await say('at last')
  await back.hears('webrtc:ice', ({ candidate }) => candidate === 'at last')
  expect(back.heard.map(([event, { candidate, peerId }]) => [event, candidate ?? peerId])).toEqual([
    ['peer:joined', cy.id],
    ['webrtc:ice', 'while it was away'],
    ['webrtc:ice', 'while it was caught up'],
    ['peer:joined', dee.id],
    ['webrtc:ice', 'then'],
    ['webrtc:ice', 'at last'],
  ])
  await keepsItsPromises(server)
})

it('who is sent more signals than may wait, while it cannot be caught up, is cut off, and gets them when it is back', async () => {
  const { store, close, isWaiting, open } = gated()
  const server = await liveServer({ store })
  const [ann, bob] = await oneAway(server)
  close()
  const auth = { sessionId: bob.session.sessionId, offsets: { [room]: 0 } }
  const back = await server.client('/', auth)
  await server.until(isWaiting)
  const told: Array<unknown> = []
  for (let n = 0; n < 30; n++) {
    const reply = await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: `${n} ${'x'.repeat(60_000)}` })
    told.push(reply.error?.['code'] ?? 'done')
  }
  expect(await back.ended).toBe('transport close')
  open()
  // 17 of 60 000 bytes are a mebibyte; then as much waits as may for somebody in its grace.
  expect(told).toEqual([
    ...Array.from({ length: 17 + 4 }, () => 'done'),
    ...Array.from({ length: 9 }, () => 'rate-limited'),
  ])
  const again = await server.client('/', { sessionId: bob.session.sessionId })
  await again.hears('webrtc:offer', ({ offer }) => String(offer).startsWith('20 '))
  await again.fence()
  expect(again.of('webrtc:offer').map(({ offer }) => parseInt(String(offer), 10))).toEqual(
    Array.from({ length: 17 + 4 }, (_, n) => n),
  )
  await keepsItsPromises(server)
})
