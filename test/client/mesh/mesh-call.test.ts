import { describe, expect, test } from 'vitest'
import { meshCall } from '../../../src/client/mesh/mesh-call.js'
import type { MediaTrack } from '../../../src/client/mesh/webrtc.js'
import { fakeServer, fakeStorage, fakeTimer } from '../fake-server.js'
import {
  fakePeerConnection,
  settled,
  type FakeNetwork,
  type FakePeerConnection,
} from './fake-peer-connection.js'

const session = (more: object = {}) => ({
  sessionId: 'secret',
  graceMs: 15_000,
  resumed: false,
  rooms: [],
  memberships: [],
  ...more,
})

const stun = { urls: 'stun:one.example' }

const joined = (peers: ReadonlyArray<object>, peerId = 'me') => ({
  success: true,
  roomId: 'room_abc',
  peerId,
  peers,
  iceServers: [stun],
})

const ann = { id: 'ann', userInfo: { username: 'Ann' }, polite: false }
const bob = { id: 'bob', polite: true }

const setUp = async (peers: ReadonlyArray<object> = []) => {
  const server = fakeServer()
  const timer = fakeTimer()
  const network: FakeNetwork = new Map()
  const connections: FakePeerConnection[] = []
  let ids = 0
  const call = meshCall<MediaTrack, string>(
    {
      connect: server.connect,
      storage: fakeStorage(),
      after: timer.after,
      newId: () => `n${++ids}`,
      stream: 'mine',
      newPeerConnection: () => {
        const connection = fakePeerConnection(network)
        connections.push(connection)
        return connection
      },
    },
    { roomCode: 'ABC', name: 'Me' },
  )
  server.opens()
  server.emits('session', session())
  await server.answers('join:room', joined(peers))
  await settled()
  const sentTo = (peer: string): ReadonlyArray<string> =>
    server.sent.flatMap(({ event, payload }) =>
      'targetPeerId' in payload && payload.targetPeerId === peer ? [event] : [],
    )
  const lastSent = (event: string) => server.sent.findLast((one) => one.event === event)?.payload
  return { server, timer, network, connections, call, sentTo, lastSent }
}

type Context = Awaited<ReturnType<typeof setUp>>

const names = ({ call }: Context) => call.state().peers.map(({ id, name }) => [id, name])

describe('a call', () => {
  test('joins by its code and name, and creates the room if it does not exist', async () => {
    const { server, call } = await setUp()
    expect(server.handshakes).toEqual([{ offsets: {}, name: 'Me' }])
    expect(server.sent.map(({ event, payload }) => [event, payload])).toEqual([
      ['join:room', { roomCode: 'ABC', create: true }],
    ])
    expect(call.state()).toMatchObject({
      status: {
        connection: { type: 'connected' },
        type: 'joined',
        result: { roomId: 'room_abc', peerId: 'me' },
      },
      peers: [],
    })
  })

  test('offers to earlier peers, and waits for the offers of later ones', async () => {
    const context = await setUp([ann])
    context.server.emits('peer:joined', { peerId: 'bob', userInfo: { username: 'Bob' }, polite: true })
    await settled()
    expect(context.sentTo('ann')).toEqual(['webrtc:offer', 'webrtc:ice', 'webrtc:ice'])
    expect(context.sentTo('bob')).toEqual([])
    expect(names(context)).toEqual([
      ['ann', 'Ann'],
      ['bob', 'Bob'],
    ])
    expect(context.lastSent('webrtc:ice')).toEqual({
      targetPeerId: 'ann',
      negotiation: 'n1',
      candidate: { candidate: '', sdpMid: '0', sdpMLineIndex: 0 },
    })
  })

  test('sends the same tracks to every present and future peer until they are turned off', async () => {
    const context = await setUp([ann])
    const camera = { id: 'camera', kind: 'video' }
    context.call.publish('camera', camera)
    context.server.emits('peer:joined', { peerId: 'bob', polite: true })
    const sending = () =>
      context.connections.map((pc) =>
        pc.getTransceivers().map(({ sender }) => 'track' in sender && sender.track),
      )
    expect(sending()).toEqual([[camera], [camera]])
    context.call.publish('camera', null)
    await settled()
    expect(sending()).toEqual([[null], [null]])
  })

  test('closes the connection to a peer that leaves, and ignores its late signals', async () => {
    const context = await setUp([ann, bob])
    context.server.emits('peer:left', { peerId: 'ann', reason: 'left' })
    expect(names(context)).toEqual([['bob', null]])
    expect(context.connections.map((pc) => pc.isClosed())).toEqual([true, false])
    context.server.emits('webrtc:offer', {
      from: 'ann',
      targetPeerId: 'me',
      offer: { type: 'offer', sdp: '' },
    })
    await settled()
    expect(context.connections).toHaveLength(2)
  })

  test('uses new ICE servers for new and existing connections', async () => {
    const context = await setUp([ann])
    expect(context.connections[0]?.servers()).toEqual([])
    const renewed = [{ urls: 'turn:two.example', username: 'u', credential: 'c' }]
    context.server.emits('ice-servers', { iceServers: renewed, expiresAt: 1 })
    expect(context.connections[0]?.servers()).toEqual(renewed)
  })

  test('has no timer, connection or listener after leave', async () => {
    const context = await setUp([ann, bob])
    const heard: string[] = []
    context.call.subscribe(({ status }) => void heard.push(status.type))
    const left = context.call.leave()
    await context.server.answers('leave:room', { success: true })
    await left
    expect(context.timer.waiting.size).toBe(0)
    expect(context.connections.every((pc) => pc.isClosed())).toBe(true)
    expect(context.server.calls.at(-1)).toBe('close')
    expect(heard.at(-1)).toBe('outside')
    const before = heard.length
    context.server.emits('peer:joined', { peerId: 'eve', polite: true })
    await settled()
    expect([heard.length, context.connections.length]).toEqual([before, 2])
  })

  test('stays outside when it is left before the join is answered', async () => {
    const context = await setUp()
    context.server.closes('lost')
    context.server.opens()
    context.server.emits('session', session({ resumed: true }))
    const left = context.call.leave()
    await context.server.answers('join:room', joined([ann]))
    await context.server.answers('leave:room', { success: true })
    await left
    await settled()
    expect(context.connections).toEqual([])
    expect(context.call.state().status.type).toBe('outside')
  })

  test('leaves after one second without an answer', async () => {
    const context = await setUp([ann])
    const left = context.call.leave()
    context.timer.advance(1_000)
    await left
    expect(context.timer.waiting.size).toBe(0)
  })
})

describe('a call that loses its connection to the server', () => {
  test('keeps its media, and sends waiting signals after the reconnect', async () => {
    const context = await setUp([ann])
    const [pc] = context.connections
    context.server.closes('lost')
    context.call.networkChanged()
    await settled()
    expect(pc?.isClosed()).toBe(false)
    expect(context.sentTo('ann')).toEqual(['webrtc:offer', 'webrtc:ice', 'webrtc:ice'])
    context.server.opens()
    context.server.emits('session', session({ resumed: true }))
    expect(context.sentTo('ann')).toHaveLength(3)
    await context.server.answers('join:room', joined([ann]))
    expect(context.sentTo('ann').slice(3)).toEqual(['webrtc:offer', 'webrtc:ice', 'webrtc:ice'])
    expect(context.connections).toEqual([pc])
  })

  test('closes connections to peers that left meanwhile, opens those to new ones, and keeps the rest', async () => {
    const context = await setUp([ann, bob])
    context.server.closes('lost')
    context.server.opens()
    context.server.emits('session', session({ resumed: true }))
    // Missed events come before the answer, and must neither be lost nor count twice.
    context.server.emits('peer:left', { peerId: 'ann', room: 'room_abc', seq: 7 })
    context.server.emits('peer:joined', { peerId: 'cleo', polite: true, room: 'room_abc', seq: 8 })
    await context.server.answers('join:room', joined([bob, { id: 'cleo', polite: true }]))
    await settled()
    expect(names(context).map(([id]) => id)).toEqual(['bob', 'cleo'])
    expect(context.connections.map((pc) => pc.isClosed())).toEqual([true, false, false])
  })

  test('connects again to everybody when it comes back with another id', async () => {
    const context = await setUp([ann])
    context.server.closes('lost')
    context.server.opens()
    context.server.emits('session', session())
    await context.server.answers('join:room', joined([ann], 'me-again'))
    await settled()
    expect(context.connections.map((pc) => pc.isClosed())).toEqual([true, false])
    expect(context.call.state()).toMatchObject({
      status: { result: { peerId: 'me-again' } },
      peerId: 'me-again',
    })
  })

  test('joins again after retryAfterMs when the server is rate limited', async () => {
    const context = await setUp([ann])
    context.server.closes('lost')
    context.server.opens()
    context.server.emits('session', session({ resumed: true }))
    await context.server.answers('join:room', {
      success: false,
      error: { code: 'rate-limited', message: '', retryAfterMs: 400 },
    })
    expect(context.connections[0]?.isClosed()).toBe(false)
    context.timer.advance(400)
    await context.server.answers('join:room', joined([ann]))
    expect(context.call.state().status.type).toBe('joined')
  })

  test('restarts ICE with the peers whose signals the server has lost in a crash', async () => {
    const context = await setUp([ann, bob])
    const before = context.connections.map((pc) => pc.ufrag())
    context.server.closes('lost')
    context.server.opens()
    const signalsLost = [{ room: 'room_abc', from: 'ann', kind: 'webrtc:answer' }]
    context.server.emits('session', session({ resumed: true, signalsLost }))
    await context.server.answers('join:room', joined([ann, bob]))
    await settled()
    const after = context.connections.map((pc) => pc.ufrag())
    expect(after[0]).not.toBe(before[0])
    expect(after[1]).toBe(before[1])
  })
})

describe('a full room', () => {
  const full = { code: 'room-full', message: 'full', timestamp: '', route: 'sfu' }

  test('refuses the call with a route to a larger room, and can be joined later', async () => {
    const context = await setUp()
    context.server.closes('lost')
    context.server.opens()
    context.server.emits('session', session())
    await context.server.answers('join:room', { success: false, error: full })
    expect(context.call.state().status).toMatchObject({ type: 'refused', error: full })
    context.call.join()
    await context.server.answers('join:room', joined([ann]))
    expect(context.call.state().status.type).toBe('joined')
    expect(names(context)).toEqual([['ann', 'Ann']])
  })
})
