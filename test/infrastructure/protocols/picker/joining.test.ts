import { describe, expect, it } from 'vitest'
import { withServer } from '../server-kit.js'

const iceServers = [{ urls: 'stun:stun.example.org' }]
const commitment = expect.stringMatching(/^[0-9a-f]{64}$/)

describe('a picker join', () => {
  const server = withServer()

  it('creates the room `main` if it names none, with or without a payload', async () => {
    const broadcaster = await server().client()
    const viewer = await server().client()
    expect(await broadcaster.ask('broadcaster-join')).toEqual({
      success: true,
      room: 'main',
      memberId: broadcaster.id,
      role: 'broadcaster',
      viewers: 0,
      next: { drawNo: 1, commitment },
      iceServers,
    })
    expect(await viewer.ask('viewer-join', null)).toEqual({
      success: true,
      room: 'main',
      memberId: viewer.id,
      role: 'viewer',
      broadcasterId: broadcaster.id,
      viewers: 1,
      next: { drawNo: 1, commitment },
      iceServers,
    })
  })

  it('returns no broadcasterId if there is no broadcaster', async () => {
    const viewer = await server().client()
    expect(
      await viewer.ask('viewer-join', { room: 'a-1_.:Z', name: 'Vi', more: 'is dropped' }),
    ).toMatchObject({
      room: 'a-1_.:Z',
      broadcasterId: null,
      viewers: 1,
    })
  })

  it('is acknowledged before the emits that it causes', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    await broadcaster.waitFor('randomCommitted')
    await broadcaster.ask('startRandom', ['Ann'])
    await broadcaster.ask('cancelRandom')
    await broadcaster.flush()
    expect(broadcaster.seen.map(([event]) => event).slice(1, -1)).toEqual([
      'answer broadcaster-join',
      'broadcaster-joined',
      'randomCommitted',
      'answer startRandom',
      'randomStarted',
      'answer cancelRandom',
      'randomCancelled',
      'randomCommitted',
    ])
  })

  it('of a second broadcaster is rejected while the first is connected, and changes nothing', async () => {
    const first = await server().client()
    const second = await server().client()
    await first.ask('broadcaster-join')
    const before = server().log.length
    expect(await second.ask('broadcaster-join')).toEqual({
      success: false,
      error: {
        code: 'broadcaster-taken',
        message: expect.any(String),
        timestamp: new Date(server().clock.now()).toISOString(),
        event: 'broadcaster-join',
      },
    })
    expect(await second.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-in-room' } })
    expect(server().log.length).toBe(before)
    await first.flush()
    expect(first.events.map(([event]) => event)).toEqual(['broadcaster-joined', 'randomCommitted'])
  })

  it('uses the name of the handshake if it has none', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const named = await server().client('/', { name: 'Hanna' })
    const renamed = await server().client('/', { name: 'Hanna' })
    const nameless = await server().client()
    await named.ask('viewer-join')
    await renamed.ask('viewer-join', { name: 'Johanna' })
    await nameless.ask('viewer-join', { name: '' })
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-joined')).toEqual([
      { viewerId: named.id, name: 'Hanna', room: 'main', seq: 5, at: server().clock.now() },
      { viewerId: renamed.id, name: 'Johanna', room: 'main', seq: 6, at: server().clock.now() },
      { viewerId: nameless.id, room: 'main', seq: 7, at: server().clock.now() },
    ])
  })

  it('with another role changes the role of the member', async () => {
    const broadcaster = await server().client()
    const viewer = await server().client()
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    expect(await broadcaster.ask('viewer-join')).toMatchObject({
      role: 'viewer',
      memberId: broadcaster.id,
      broadcasterId: null,
      viewers: 2,
    })
    expect(await viewer.ask('broadcaster-join')).toMatchObject({ role: 'broadcaster', viewers: 1 })
    await viewer.flush()
    expect(viewer.payloadsOf('broadcaster-left', 'broadcaster-joined')).toMatchObject([
      { broadcasterId: broadcaster.id },
      { broadcasterId: viewer.id },
    ])
    expect(viewer.payloadsOf('viewer-joined')).toMatchObject([{ viewerId: broadcaster.id, more: true }])
  })

  it('with the same role changes nothing', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    const before = server().log.length
    expect(await viewer.ask('viewer-join')).toMatchObject({ success: true, memberId: viewer.id, viewers: 1 })
    expect(server().log.length).toBe(before)
  })

  it('leaves the previous room after it has entered the next one, and stays if it is rejected', async () => {
    const viewer = await server().client()
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join', { room: 'a' })
    await viewer.ask('viewer-join', { room: 'a' })
    expect(await viewer.ask('broadcaster-join', { room: 'no such name!' })).toMatchObject({
      error: { code: 'invalid-payload', path: 'room' },
    })
    const other = await server().client()
    await other.ask('broadcaster-join', { room: 'b' })
    expect(await viewer.ask('broadcaster-join', { room: 'b' })).toMatchObject({
      error: { code: 'broadcaster-taken' },
    })
    expect(await viewer.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({ drawNo: 1 })
    expect(await viewer.ask('viewer-join', { room: 'b' })).toMatchObject({ success: true, room: 'b' })
    await server().waitForRecord(({ type, room }) => type === 'room.member-left' && room === 'a')
    const order = server()
      .log.filter(({ type }) => type === 'room.member-joined' || type === 'room.member-left')
      .map(({ type, room }) => `${type} ${room}`)
    expect(order.slice(-2)).toEqual(['room.member-joined b', 'room.member-left a'])
    await broadcaster.waitFor('viewer-left', ({ viewerId }) => viewerId === viewer.id)
  })

  it('is executed before later requests that do not wait for its acknowledgement', async () => {
    const broadcaster = await server().client()
    const replies = await Promise.all([
      broadcaster.ask('broadcaster-join', { room: 'a' }),
      broadcaster.ask('startRandom', ['Ann', 'Bob']),
      broadcaster.ask('leave'),
      broadcaster.ask('cancelRandom'),
      broadcaster.ask('viewer-join', { room: 'b' }),
      broadcaster.ask('broadcaster-join', { room: 'c' }),
      broadcaster.ask('startRandom', ['Cy']),
      broadcaster.ask('leave', {}),
      broadcaster.ask('viewer-join', { room: 'c' }),
    ])
    expect(
      replies.map((reply) => reply.error?.['code'] ?? reply['room'] ?? reply['drawNo'] ?? 'done'),
    ).toEqual(['a', 1, 'done', 'not-in-room', 'b', 'c', 1, 'done', 'c'])
    expect(replies.at(-1)).toMatchObject({ role: 'viewer', memberId: broadcaster.id, viewers: 1 })
  })

  it('ends the emits of the previous room, also those about its own leaving', async () => {
    const broadcaster = await server().client()
    const viewer = await server().client()
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.flush()
    const before = broadcaster.events.length
    expect(await broadcaster.ask('leave')).toEqual({ success: true })
    await viewer.waitFor('broadcaster-left')
    await viewer.ask('startRandom', ['Ann'])
    await broadcaster.flush()
    expect(broadcaster.events.slice(before)).toEqual([])
    expect(await broadcaster.ask('leave')).toEqual({ success: true })
    expect(viewer.payloadsOf('broadcaster-left')).toMatchObject([{ broadcasterId: broadcaster.id }])
  })

  it('of a private room needs its token', async () => {
    const broadcaster = await server().client()
    const viewer = await server().client()
    await broadcaster.ask('broadcaster-join', { room: 'private', token: 'open sesame' })
    for (const join of ['viewer-join', 'broadcaster-join']) {
      for (const payload of [{ room: 'private' }, { room: 'private', token: 'open barley' }]) {
        expect(await viewer.ask(join, payload)).toMatchObject({
          error: { code: 'access-denied', event: join },
        })
      }
    }
    expect(await viewer.ask('viewer-join', { room: 'private', token: 'open sesame' })).toMatchObject({
      success: true,
    })
    expect(JSON.stringify(server().log)).not.toContain('sesame')
  })
})
