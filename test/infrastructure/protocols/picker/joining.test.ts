import { describe, expect, it } from 'vitest'
import { withServer } from '../with-server.js'

const iceServers = [{ urls: 'stun:stun.example.org' }]
const commitment = expect.stringMatching(/^[0-9a-f]{64}$/)

describe('joining a picker room', () => {
  const server = withServer()

  it('makes the room main when none is named, with a payload or without', async () => {
    const leader = await server().client()
    const viewer = await server().client()
    expect(await leader.ask('broadcaster-join')).toEqual({
      success: true,
      room: 'main',
      memberId: leader.id,
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
      broadcasterId: leader.id,
      viewers: 1,
      next: { drawNo: 1, commitment },
      iceServers,
    })
  })

  it('tells a viewer that nobody broadcasts', async () => {
    const viewer = await server().client()
    expect(
      await viewer.ask('viewer-join', { room: 'a-1_.:Z', name: 'Vi', more: 'is dropped' }),
    ).toMatchObject({
      room: 'a-1_.:Z',
      broadcasterId: null,
      viewers: 1,
    })
  })

  it('answers before it tells of what the join led to', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    await leader.hears('randomCommitted')
    await leader.ask('startRandom', ['Ann'])
    await leader.ask('cancelRandom')
    await leader.fence()
    expect(leader.seen.map(([event]) => event).slice(1, -1)).toEqual([
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

  it('refuses a second broadcaster while the first is connected, and changes nothing', async () => {
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
    await first.fence()
    expect(first.heard.map(([event]) => event)).toEqual(['broadcaster-joined', 'randomCommitted'])
  })

  it('takes the name of the handshake where the join gives none', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const named = await server().client('/', { name: 'Hanna' })
    const renamed = await server().client('/', { name: 'Hanna' })
    const nameless = await server().client()
    await named.ask('viewer-join')
    await renamed.ask('viewer-join', { name: 'Johanna' })
    await nameless.ask('viewer-join', { name: '' })
    await leader.fence()
    expect(leader.of('viewer-joined')).toEqual([
      { viewerId: named.id, name: 'Hanna', room: 'main', seq: 5, at: server().clock.now() },
      { viewerId: renamed.id, name: 'Johanna', room: 'main', seq: 6, at: server().clock.now() },
      { viewerId: nameless.id, room: 'main', seq: 7, at: server().clock.now() },
    ])
  })

  it('changes the role of one who joins the same room with another', async () => {
    const leader = await server().client()
    const viewer = await server().client()
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    expect(await leader.ask('viewer-join')).toMatchObject({
      role: 'viewer',
      memberId: leader.id,
      broadcasterId: null,
      viewers: 2,
    })
    expect(await viewer.ask('broadcaster-join')).toMatchObject({ role: 'broadcaster', viewers: 1 })
    await viewer.fence()
    expect(viewer.of('broadcaster-left', 'broadcaster-joined')).toMatchObject([
      { broadcasterId: leader.id },
      { broadcasterId: viewer.id },
    ])
    expect(viewer.of('viewer-joined')).toMatchObject([{ viewerId: leader.id, more: true }])
  })

  it('does nothing when one joins again as what one is', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    const before = server().log.length
    expect(await viewer.ask('viewer-join')).toMatchObject({ success: true, memberId: viewer.id, viewers: 1 })
    expect(server().log.length).toBe(before)
  })

  it('leaves the first room only after the second is entered, and not if that is refused', async () => {
    const viewer = await server().client()
    const leader = await server().client()
    await leader.ask('broadcaster-join', { room: 'a' })
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
    await server().happens(({ type, room }) => type === 'room.member-left' && room === 'a')
    const order = server()
      .log.filter(({ type }) => type === 'room.member-joined' || type === 'room.member-left')
      .map(({ type, room }) => `${type} ${room}`)
    expect(order.slice(-2)).toEqual(['room.member-joined b', 'room.member-left a'])
    await leader.hears('viewer-left', ({ viewerId }) => viewerId === viewer.id)
  })

  it('takes commands that come without waiting for answers in their order', async () => {
    const leader = await server().client()
    const replies = await Promise.all([
      leader.ask('broadcaster-join', { room: 'a' }),
      leader.ask('startRandom', ['Ann', 'Bob']),
      leader.ask('leave'),
      leader.ask('cancelRandom'),
      leader.ask('viewer-join', { room: 'b' }),
      leader.ask('broadcaster-join', { room: 'c' }),
      leader.ask('startRandom', ['Cy']),
      leader.ask('leave', {}),
      leader.ask('viewer-join', { room: 'c' }),
    ])
    expect(
      replies.map((reply) => reply.error?.['code'] ?? reply['room'] ?? reply['drawNo'] ?? 'done'),
    ).toEqual(['a', 1, 'done', 'not-in-room', 'b', 'c', 1, 'done', 'c'])
    expect(replies.at(-1)).toMatchObject({ role: 'viewer', memberId: leader.id, viewers: 1 })
  })

  it('says nothing more of a room that was left, not even that', async () => {
    const leader = await server().client()
    const viewer = await server().client()
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await leader.fence()
    const before = leader.heard.length
    expect(await leader.ask('leave')).toEqual({ success: true })
    await viewer.hears('broadcaster-left')
    await viewer.ask('startRandom', ['Ann'])
    await leader.fence()
    expect(leader.heard.slice(before)).toEqual([])
    expect(await leader.ask('leave')).toEqual({ success: true })
    expect(viewer.of('broadcaster-left')).toMatchObject([{ broadcasterId: leader.id }])
  })

  it('enters a room with a token with that token only', async () => {
    const leader = await server().client()
    const viewer = await server().client()
    await leader.ask('broadcaster-join', { room: 'private', token: 'open sesame' })
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
