import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { codeOf, ok, withServer } from '../server-kit.js'

const signals = [
  ['webrtc:offer', 'offer', { type: 'offer', sdp: 'v=0 offer' }],
  ['webrtc:answer', 'answer', { type: 'answer', sdp: 'v=0 answer' }],
  [
    'webrtc:ice',
    'candidate',
    { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' },
  ],
] as const

describe('a signal between peers', () => {
  const server = withServer()

  const peer = async (): Promise<Client> => {
    const client = await server().client()
    await client.ask('join:room', { roomCode: 'call', create: true })
    return client
  }
  const pair = async (): Promise<readonly [Client, Client]> => [await peer(), await peer()]

  it.each(signals)(
    '%s reaches only its target, with the sender that the server knows',
    async (event, field, content) => {
      const [ann, bob, cy] = [await peer(), await peer(), await peer()]
      const payload = {
        targetPeerId: bob.id,
        [field]: content,
        negotiation: 1,
        from: cy.id,
        room: 'elsewhere',
      }
      expect(await ann.ask(event, payload)).toEqual(ok)
      expect(await bob.waitFor(event)).toEqual({
        from: ann.id,
        targetPeerId: bob.id,
        [field]: content,
        negotiation: 1,
      })
      for (const each of [ann, bob, cy]) await each.flush()
      expect([ann, bob, cy].map((each) => each.payloadsOf(event).length)).toEqual([0, 1, 0])
    },
  )

  it('may be an SDP alone, an early candidate or the end of candidates', async () => {
    const [ann, bob] = await pair()
    const candidates = ['candidate:1', null, '', { candidate: '' }, {}]
    for (const candidate of candidates) {
      expect(await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate })).toEqual(ok)
    }
    expect(await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' })).toEqual(ok)
    expect(await bob.waitFor('webrtc:offer')).toMatchObject({ offer: 'v=0' })
    expect(bob.payloadsOf('webrtc:ice').map(({ candidate }) => candidate)).toEqual(candidates)
  })

  it('keeps its order within a pair and among the emits of the room (M-9, M-10)', async () => {
    const [ann, bob] = await pair()
    const cy = await server().client()
    for (let n = 0; n < 200; n++) {
      ann.socket.emit('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
      if (n === 99) await ann.flush()
      if (n === 99) await cy.ask('join:room', { roomCode: 'call' })
    }
    await ann.flush()
    await bob.waitFor('webrtc:ice', ({ candidate }) => candidate === '199')
    const received = bob.events.map(([event, { candidate }]) => candidate ?? event).slice(1)
    expect(received).toEqual([
      ...Array.from({ length: 100 }, (_, n) => `${n}`),
      'peer:joined',
      ...Array.from({ length: 100 }, (_, n) => `${n + 100}`),
    ])
  })

  it('reaches no client and writes nothing if it is rejected', async () => {
    const [ann, bob] = await pair()
    const stranger = await server().client()
    const elsewhere = await server().client()
    await elsewhere.ask('join:room', { roomCode: 'other', create: true })
    const log = server().log.length
    for (const [event, field, content] of signals) {
      const send = (by: Client, targetPeerId: unknown) => by.ask(event, { targetPeerId, [field]: content })
      expect(codeOf(await send(stranger, bob.id))).toBe('not-in-room')
      expect(codeOf(await send(ann, ann.id))).toBe('self-signal')
      for (const unknown of [elsewhere.id, stranger.id, 'nobody', '__proto__', 'constructor']) {
        expect(codeOf(await send(ann, unknown))).toBe('target-not-found')
      }
      for (const invalid of ['', 'x'.repeat(201), 7, null, undefined, { id: bob.id }]) {
        expect(await send(ann, invalid)).toMatchObject({
          error: { code: 'invalid-payload', path: 'targetPeerId' },
        })
      }
    }
    expect(server().log).toHaveLength(log)
    for (const client of server().clients) {
      await client.flush()
      expect(client.payloadsOf(...signals.map(([event]) => event))).toEqual([])
    }
  })

  it('is stale-negotiation on either side if a newer offer has replaced its negotiation', async () => {
    const [ann, bob] = await pair()
    const send = (by: Client, to: Client, index: 0 | 1 | 2, negotiation: unknown) => {
      const [event, field, content] = signals[index]
      return by.ask(event, { targetPeerId: to.id, [field]: content, negotiation })
    }
    // Both offer at once: neither offer replaces the other.
    expect(await send(ann, bob, 0, 'a1')).toEqual(ok)
    expect(await send(bob, ann, 0, 'b1')).toEqual(ok)
    expect(await send(bob, ann, 1, 'a1')).toEqual(ok)
    expect(await send(ann, bob, 2, 'b1')).toEqual(ok)
    expect(await send(ann, bob, 0, 'a2')).toEqual(ok)
    for (const stale of [
      send(ann, bob, 0, 'a1'),
      send(bob, ann, 1, 'a1'),
      send(ann, bob, 2, 'a1'),
      send(bob, ann, 2, 'a1'),
    ]) {
      expect(codeOf(await stale)).toBe('stale-negotiation')
    }
    expect(await send(bob, ann, 1, 'a2')).toEqual(ok)
    for (const invalid of [1.5, '', 'x'.repeat(201), null, {}]) {
      expect(await send(ann, bob, 0, invalid)).toMatchObject({
        error: { code: 'invalid-payload', path: 'negotiation' },
      })
    }
  })

  it('waits for an away peer, and is delivered after missed emits and before newer signals', async () => {
    const [ann, bob] = await pair()
    const { seq } = await bob.waitFor('room:joined')
    await server().loseConnection(bob)
    const cy = await server().client()
    for (const n of [1, 2]) await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
    await cy.ask('join:room', { roomCode: 'call' })
    await cy.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' })
    const back = await server().client('/', { sessionId: bob.session.sessionId, offsets: { room_call: seq } })
    await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: '3' })
    await back.waitFor('webrtc:ice', ({ candidate }) => candidate === '3')
    expect(back.events.map(([event, { candidate }]) => candidate ?? event)).toEqual([
      'peer:joined',
      '1',
      '2',
      'webrtc:offer',
      '3',
    ])
  })

  it('is rate-limited with retryAfterMs if 256 signals wait for its target', async () => {
    const [ann, bob] = await pair()
    await server().loseConnection(bob)
    server().clock.advance(4_000)
    const send = (n: number) => ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
    const replies = await Promise.all(Array.from({ length: 300 }, (_, n) => send(n)))
    expect(replies.filter((reply) => reply['success'] === true)).toHaveLength(256)
    expect(replies.at(-1)).toMatchObject({
      error: {
        code: 'rate-limited',
        event: 'webrtc:ice',
        retryAfterMs: 11_000,
        timestamp: expect.any(String),
      },
    })
    const back = await server().client('/', { sessionId: bob.session.sessionId })
    await back.waitFor('webrtc:ice', ({ candidate }) => candidate === '255')
    expect(back.payloadsOf('webrtc:ice').map(({ candidate }) => candidate)).toEqual(
      Array.from({ length: 256 }, (_, n) => `${n}`),
    )
  })

  it('is counted in the log at most once per second for each pair and kind, without its content', async () => {
    const [ann, bob] = await pair()
    for (let n = 0; n < 30; n++)
      await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `canary-${n}` })
    server().clock.advance(1_000)
    await server().waitForRecord((record) => record.type === 'room.signalled' && record.data.count === 29)
    const signalled = server().log.filter(({ type }) => type === 'room.signalled')
    expect(signalled.map(({ data }) => data)).toMatchObject([
      { from: ann.id, to: bob.id, kind: 'candidate', count: 1, bytes: 10 },
      { from: ann.id, to: bob.id, kind: 'candidate', count: 29 },
    ])
    expect(JSON.stringify(server().log)).not.toContain('canary')
  })
})
