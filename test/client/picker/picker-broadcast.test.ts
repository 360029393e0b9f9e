import { describe, expect, test } from 'vitest'
import type { MediaTrack } from '../../../src/client/mesh/webrtc.js'
import { pickerBroadcast, maxBroadcastViewers } from '../../../src/client/picker/picker-broadcast.js'
import { pickerClient } from '../../../src/client/picker/picker-client.js'
import { fakeServer, fakeStorage, fakeTimer } from '../fake-server.js'
import {
  fakePeerConnection,
  settled,
  type FakeNetwork,
  type FakePeerConnection,
} from '../mesh/fake-peer-connection.js'

const session = { sessionId: 's', graceMs: 1, resumed: false, rooms: [], memberships: [] }

const camera = { id: 'camera', kind: 'video' }

const setUp = async (role: 'broadcaster' | 'viewer', more: object = {}) => {
  const server = fakeServer()
  const timer = fakeTimer()
  const network: FakeNetwork = new Map()
  const connections: FakePeerConnection[] = []
  const client = pickerClient({ connect: server.connect, storage: fakeStorage(), after: timer.after })
  let ids = 0
  const broadcast = pickerBroadcast<MediaTrack, string>(client, {
    after: timer.after,
    newId: () => `${role}${++ids}`,
    stream: role,
    newPeerConnection: () => {
      const connection = fakePeerConnection(network)
      connections.push(connection)
      return connection
    },
  })
  client.join({ room: 'main', role })
  server.opens()
  server.emits('session', session)
  const joins = (result: object) =>
    server.answers(`${role}-join`, {
      success: true,
      room: 'main',
      memberId: 'me',
      role,
      viewers: 0,
      iceServers: [],
      ...result,
    })
  await joins(more)
  const sentTo = (target: string): ReadonlyArray<string> =>
    server.sent.flatMap(({ event, payload }) =>
      'target' in payload && payload.target === target ? [event] : [],
    )
  return { server, timer, network, connections, broadcast, client, joins, sentTo }
}

/** An offer of a broadcaster's browser. */
const offerOf = async (network: FakeNetwork): Promise<unknown> => {
  const far = fakePeerConnection(network)
  far.addTrack(camera, 'far')
  await far.setLocalDescription()
  return far.localDescription
}

describe('a broadcaster', () => {
  test('connects to nobody before it publishes a track', async () => {
    const { server, connections, broadcast, sentTo } = await setUp('broadcaster')
    server.emits('viewer-joined', { viewerId: 'ann' })
    await settled()
    expect(connections).toEqual([])
    broadcast.publish('camera', camera)
    await settled()
    expect(sentTo('ann')).toEqual(['offer', 'ice-candidate', 'ice-candidate'])
  })

  test('offers to present viewers and to later ones', async () => {
    const { server, broadcast, sentTo } = await setUp('broadcaster', { watchers: [{ viewerId: 'ann' }] })
    broadcast.publish('camera', camera)
    server.emits('viewer-joined', { viewerId: 'late' })
    await settled()
    expect(sentTo('ann')[0]).toBe('offer')
    expect(sentTo('late')[0]).toBe('offer')
  })

  test('connects to at most 24 viewers, and to the next one when one of them leaves', async () => {
    const { server, connections, broadcast } = await setUp('broadcaster')
    broadcast.publish('camera', camera)
    for (let n = 0; n <= maxBroadcastViewers; n++) server.emits('viewer-joined', { viewerId: `v${n}` })
    expect(connections).toHaveLength(maxBroadcastViewers)
    server.emits('viewer-left', { viewerId: 'v0' })
    expect(connections[0]?.isClosed()).toBe(true)
    expect(connections).toHaveLength(maxBroadcastViewers + 1)
  })

  test('keeps its connections to viewers when the connection to the server is lost', async () => {
    const { server, connections, broadcast, joins } = await setUp('broadcaster', {
      watchers: [{ viewerId: 'ann' }, { viewerId: 'bob' }],
    })
    broadcast.publish('camera', camera)
    server.closes('lost')
    server.opens()
    server.emits('session', { ...session, resumed: true })
    await joins({ watchers: [{ viewerId: 'ann' }] })
    expect(connections.map((pc) => pc.isClosed())).toEqual([false, true])
  })
})

describe('a viewer', () => {
  test('answers the offer of the broadcaster', async () => {
    const { server, network, connections, sentTo } = await setUp('viewer', { broadcasterId: 'lea' })
    server.emits('offer', { from: 'lea', target: 'me', offer: await offerOf(network), negotiation: 1 })
    await settled()
    expect(sentTo('lea')[0]).toBe('answer')
    expect(connections.map((pc) => pc.agreed())).toEqual([expect.any(String)])
  })

  test('ignores offers of anybody else', async () => {
    const { server, network, connections, sentTo } = await setUp('viewer', { broadcasterId: 'lea' })
    server.emits('offer', { from: 'eve', target: 'me', offer: await offerOf(network) })
    await settled()
    expect(connections).toEqual([])
    expect(sentTo('eve')).toEqual([])
  })

  test('shows nothing after the broadcaster has left', async () => {
    const { server, network, connections, broadcast, timer } = await setUp('viewer', { broadcasterId: 'lea' })
    server.emits('offer', { from: 'lea', target: 'me', offer: await offerOf(network), negotiation: 1 })
    await settled()
    expect(broadcast.state().shown).not.toBeNull()
    server.emits('broadcaster-left', { broadcasterId: 'lea' })
    expect(broadcast.state().shown).toBeNull()
    expect(connections.every((pc) => pc.isClosed())).toBe(true)
    expect(timer.waiting.size).toBe(0)
  })

  test('connects again when it becomes the broadcaster, and has no timer after close', async () => {
    const { server, network, connections, broadcast, timer, client } = await setUp('viewer', {
      broadcasterId: 'lea',
    })
    server.emits('offer', { from: 'lea', target: 'me', offer: await offerOf(network), negotiation: 1 })
    await settled()
    client.join({ room: 'main', role: 'broadcaster' })
    await server.answers('broadcaster-join', {
      success: true,
      room: 'main',
      memberId: 'me',
      role: 'broadcaster',
      viewers: 1,
      watchers: [{ viewerId: 'ann' }],
    })
    broadcast.publish('camera', camera)
    await settled()
    expect(connections.map((pc) => pc.isClosed())).toEqual([true, false])
    broadcast.close()
    expect(connections.map((pc) => pc.isClosed())).toEqual([true, true])
    expect(timer.waiting.size).toBe(0)
  })
})
