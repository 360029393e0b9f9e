import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']
const ok = { success: true }

const words = [
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

  it.each(words)('%s goes to that peer alone, from whom the server says', async (event, field, content) => {
    const [ann, bob, cy] = [await peer(), await peer(), await peer()]
    const said = { targetPeerId: bob.id, [field]: content, negotiation: 1, from: cy.id, room: 'elsewhere' }
    expect(await ann.ask(event, said)).toEqual(ok)
    expect(await bob.hears(event)).toEqual({
      from: ann.id,
      targetPeerId: bob.id,
      [field]: content,
      negotiation: 1,
    })
    for (const each of [ann, bob, cy]) await each.fence()
    expect([ann, bob, cy].map((each) => each.of(event).length)).toEqual([0, 1, 0])
  })

  it('may be a bare SDP, an early candidate and the end of candidates', async () => {
    const [ann, bob] = await pair()
    const candidates = ['candidate:1', null, '', { candidate: '' }, {}]
    for (const candidate of candidates) {
      expect(await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate })).toEqual(ok)
    }
    expect(await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' })).toEqual(ok)
    expect(await bob.hears('webrtc:offer')).toMatchObject({ offer: 'v=0' })
    expect(bob.of('webrtc:ice').map(({ candidate }) => candidate)).toEqual(candidates)
  })

  it('keeps its order for a pair, without waiting for an answer, and among what the room tells', async () => {
    const [ann, bob] = await pair()
    const cy = await server().client()
    for (let n = 0; n < 200; n++) {
      ann.socket.emit('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
      if (n === 99) await ann.fence()
      if (n === 99) await cy.ask('join:room', { roomCode: 'call' })
    }
    await ann.fence()
    await bob.hears('webrtc:ice', ({ candidate }) => candidate === '199')
    const heard = bob.heard.map(([event, { candidate }]) => candidate ?? event).slice(1)
    expect(heard).toEqual([
      ...Array.from({ length: 100 }, (_, n) => `${n}`),
      'peer:joined',
      ...Array.from({ length: 100 }, (_, n) => `${n + 100}`),
    ])
  })

  it('is refused by the contract’s codes, and then reaches nobody and writes nothing', async () => {
    const [ann, bob] = await pair()
    const stranger = await server().client()
    const elsewhere = await server().client()
    await elsewhere.ask('join:room', { roomCode: 'other', create: true })
    const log = server().log.length
    for (const [event, field, content] of words) {
      const say = (by: Client, targetPeerId: unknown) => by.ask(event, { targetPeerId, [field]: content })
      expect(codeOf(await say(stranger, bob.id))).toBe('not-in-room')
      expect(codeOf(await say(ann, ann.id))).toBe('self-signal')
      for (const nobody of [elsewhere.id, stranger.id, 'nobody', '__proto__', 'constructor']) {
        expect(codeOf(await say(ann, nobody))).toBe('target-not-found')
      }
      for (const wrong of ['', 'x'.repeat(201), 7, null, undefined, { id: bob.id }]) {
        expect(await say(ann, wrong)).toMatchObject({
          error: { code: 'invalid-payload', path: 'targetPeerId' },
        })
      }
    }
    expect(server().log).toHaveLength(log)
    for (const client of server().clients) {
      await client.fence()
      expect(client.of(...words.map(([event]) => event))).toEqual([])
    }
  })

  it('of a negotiation that a newer one has replaced is stale, on either side', async () => {
    const [ann, bob] = await pair()
    const say = (by: Client, to: Client, place: 0 | 1 | 2, negotiation: unknown) => {
      const [event, field, content] = words[place]
      return by.ask(event, { targetPeerId: to.id, [field]: content, negotiation })
    }
    // Both offer at once: neither makes the other's older.
    expect(await say(ann, bob, 0, 'a1')).toEqual(ok)
    expect(await say(bob, ann, 0, 'b1')).toEqual(ok)
    expect(await say(bob, ann, 1, 'a1')).toEqual(ok)
    expect(await say(ann, bob, 2, 'b1')).toEqual(ok)
    expect(await say(ann, bob, 0, 'a2')).toEqual(ok)
    for (const stale of [
      say(ann, bob, 0, 'a1'),
      say(bob, ann, 1, 'a1'),
      say(ann, bob, 2, 'a1'),
      say(bob, ann, 2, 'a1'),
    ]) {
      expect(codeOf(await stale)).toBe('stale-negotiation')
    }
    expect(await say(bob, ann, 1, 'a2')).toEqual(ok)
    for (const wrong of [1.5, '', 'x'.repeat(201), null, {}]) {
      expect(await say(ann, bob, 0, wrong)).toMatchObject({
        error: { code: 'invalid-payload', path: 'negotiation' },
      })
    }
  })

  it('waits for a peer in its grace, and comes in order behind what was missed, in front of newer ones', async () => {
    const [ann, bob] = await pair()
    const { seq } = await bob.hears('room:joined')
    await server().loses(bob)
    const cy = await server().client()
    for (const n of [1, 2]) await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
    await cy.ask('join:room', { roomCode: 'call' })
    await cy.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' })
    const back = await server().client('/', { sessionId: bob.session.sessionId, offsets: { room_call: seq } })
    await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: '3' })
    await back.hears('webrtc:ice', ({ candidate }) => candidate === '3')
    expect(back.heard.map(([event, { candidate }]) => candidate ?? event)).toEqual([
      'peer:joined',
      '1',
      '2',
      'webrtc:offer',
      '3',
    ])
  })

  it('waits up to 256 of them; then the sender is told when to try again', async () => {
    const [ann, bob] = await pair()
    await server().loses(bob)
    server().clock.advance(4_000)
    const say = (n: number) => ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `${n}` })
    const told = await Promise.all(Array.from({ length: 300 }, (_, n) => say(n)))
    expect(told.filter((reply) => reply['success'] === true)).toHaveLength(256)
    expect(told.at(-1)).toMatchObject({
      error: {
        code: 'rate-limited',
        event: 'webrtc:ice',
        retryAfterMs: 11_000,
        timestamp: expect.any(String),
      },
    })
    const back = await server().client('/', { sessionId: bob.session.sessionId })
    await back.hears('webrtc:ice', ({ candidate }) => candidate === '255')
    expect(back.of('webrtc:ice').map(({ candidate }) => candidate)).toEqual(
      Array.from({ length: 256 }, (_, n) => `${n}`),
    )
  })

  it('is counted in the log and nowhere kept: at most once a second for a pair and kind', async () => {
    const [ann, bob] = await pair()
    for (let n = 0; n < 30; n++)
      await ann.ask('webrtc:ice', { targetPeerId: bob.id, candidate: `canary-${n}` })
    server().clock.advance(1_000)
    await server().happens((record) => record.type === 'room.signalled' && record.data.count === 29)
    const signalled = server().log.filter(({ type }) => type === 'room.signalled')
    expect(signalled.map(({ data }) => data)).toMatchObject([
      { from: ann.id, to: bob.id, kind: 'candidate', count: 1, bytes: 10 },
      { from: ann.id, to: bob.id, kind: 'candidate', count: 29 },
    ])
    expect(JSON.stringify(server().log)).not.toContain('canary')
  })
})
