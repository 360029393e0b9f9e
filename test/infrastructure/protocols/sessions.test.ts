import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import type { SessionLoad } from '../../../src/application/sessions/index.js'
import { connected } from '../../kit/live-client.js'
import { withServer } from './with-server.js'

const isAlone = ({ subscribers, connections }: SessionLoad): boolean => subscribers === 1 && connections === 1

describe('a session', () => {
  const server = withServer()
  const membersNow = () =>
    new Set(
      server().log.flatMap((record) => (record.type === 'room.member-joined' ? [record.data.memberId] : [])),
    ).size

  it('is told on each connect, once for each namespace, before anything else', async () => {
    for (const namespace of ['/', '/rooms']) {
      const client = await server().client(namespace)
      expect(client.session).toEqual({
        sessionId: expect.stringMatching(/^.{32,}$/),
        graceMs: 15_000,
        resumed: false,
        rooms: [],
        memberships: [],
      })
    }
  })

  it('is one for each namespace of a connection', async () => {
    const first = await server().client('/')
    const socket = first.socket.io.socket('/rooms', { auth: { sessionId: first.session.sessionId } })
    const opened = connected(socket)
    const second = await opened
    expect(second.session.resumed).toBe(false)
    expect(second.session.sessionId).not.toBe(first.session.sessionId)
    await first.ask('viewer-join')
    await second.ask('join', { room: 'main' })
    socket.disconnect()
    await server().happens(({ type }) => type === 'room.member-left')
    expect(await first.ask('viewer-join')).toMatchObject({ success: true, viewers: 1 })
  })

  it('takes up its memberships under the same ids when it is presented again', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join', { name: 'Ann' })
    await server().loses(viewer)
    server().clock.advance(14_999)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    const [created] = server().log
    expect(back.session).toEqual({
      sessionId: viewer.session.sessionId,
      graceMs: 15_000,
      resumed: true,
      rooms: ['main'],
      memberships: [{ room: 'main', memberId: viewer.id, role: 'viewer', epoch: created?.epoch, seq: 6 }],
    })
    expect(back.id).not.toBe(viewer.id)
    expect(await back.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({ drawNo: 1 })
    expect(await back.ask('viewer-join')).toMatchObject({ memberId: viewer.id, viewers: 1 })
    expect(membersNow()).toBe(1)
  })

  it('is in the picker room in which it was, and leaves that one for another', async () => {
    const [viewer, leader] = [await server().client(), await server().client()]
    await viewer.ask('viewer-join', { room: 'a' })
    await leader.ask('broadcaster-join', { room: 'a' })
    await server().loses(viewer)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    expect(await back.ask('viewer-join', { room: 'b' })).toMatchObject({ memberId: back.id, viewers: 1 })
    expect(await leader.hears('viewer-left')).toMatchObject({ viewerId: viewer.id, room: 'a' })
  })

  it('is resumed as often as the connection is lost, also without a membership', async () => {
    const auth = { sessionId: (await server().client()).session.sessionId }
    const second = await server().client('/', auth)
    expect(second.session).toMatchObject({ ...auth, resumed: true, rooms: [] })
    await second.ask('viewer-join')
    await server().loses(second)
    const third = await server().client('/', auth)
    await server().loses(third)
    expect((await server().client('/', auth)).session).toMatchObject({ resumed: true, rooms: ['main'] })
  })

  it('is unknown to another namespace, to another user, and where it was invented', async () => {
    const viewer = await server().client('/', { userId: 'u1' })
    await viewer.ask('viewer-join')
    const { sessionId } = viewer.session
    const strangers = [
      await server().client('/rooms', { sessionId, userId: 'u1' }),
      await server().client('/', { sessionId, userId: 'u2' }),
      await server().client('/', { sessionId }),
      await server().client('/', { sessionId: 'invented', userId: 'u1' }),
      await server().client('/', { sessionId: 7, userId: 'u1' }),
      await server().client('/', { sessionId: 'x'.repeat(4_000) }),
    ]
    for (const { session } of strangers) {
      expect(session).toMatchObject({ resumed: false, rooms: [], memberships: [] })
      expect(session.sessionId).not.toBe(sessionId)
    }
    expect(viewer.socket.connected).toBe(true)
    expect((await server().client('/', { sessionId, userId: 'u1' })).session.resumed).toBe(true)
  })

  it('disconnects its old socket from that namespace, whose late close changes nothing', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const old = await server().client()
    await old.ask('viewer-join')
    const other = await connected(old.socket.io.socket('/rooms'))
    const heard = old.heard.length
    const now = await server().client('/', { sessionId: old.session.sessionId })
    expect(await old.ended).toBe('io server disconnect')
    expect(old.heard.length).toBe(heard)
    expect(other.socket.connected).toBe(true)
    old.cut()
    await other.ended
    await now.fence()
    await leader.fence()
    expect(leader.of('viewer-left')).toEqual([])
    expect(
      server().log.filter(({ type }) => type === 'room.member-away' || type === 'room.member-left'),
    ).toEqual([])
    expect(await now.ask('viewer-join')).toMatchObject({ memberId: old.id, viewers: 1 })
  })

  it('moves to the last of several sockets that take it up at once', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    const auth = { sessionId: viewer.session.sessionId }
    const sockets = Array.from({ length: 6 }, () =>
      io(server().url, { auth, transports: ['websocket'], reconnection: false, forceNew: true }),
    )
    const clients = await Promise.all(sockets.map((socket) => connected(socket)))
    expect(clients.every(({ session }) => session.resumed)).toBe(true)
    await server().until(() => sockets.filter((socket) => socket.connected).length === 1)
    const last = clients.find(({ socket }) => socket.connected)
    expect(await last?.ask('viewer-join')).toMatchObject({ memberId: viewer.id, viewers: 1 })
    for (const socket of sockets) socket.disconnect()
    await server().happens(({ type }) => type === 'room.member-left')
  })

  it('is over when the grace is, or at once after a goodbye', async () => {
    const [lost, polite] = [await server().client(), await server().client()]
    await lost.ask('viewer-join')
    await polite.ask('viewer-join')
    polite.socket.disconnect()
    await server().happens(({ type }) => type === 'room.member-left')
    expect((await server().client('/', { sessionId: polite.session.sessionId })).session).toMatchObject({
      resumed: false,
      rooms: [],
    })
    await server().loses(lost)
    server().clock.advance(15_000)
    await server().happens((record) => record.type === 'room.member-left' && record.data.reason === 'expired')
    expect((await server().client('/', { sessionId: lost.session.sessionId })).session).toMatchObject({
      resumed: false,
      rooms: [],
    })
  })

  it('gives the place of one who is away to the same user at once, under the same id', async () => {
    const [leader, before] = [await server().client('/', { userId: 'lea' }), await server().client()]
    await leader.ask('broadcaster-join', { name: 'Lea' })
    await before.ask('viewer-join')
    await server().loses(leader)
    const again = await server().client('/', { userId: 'lea' })
    expect(again.session.resumed).toBe(false)
    expect(await again.ask('broadcaster-join')).toMatchObject({ memberId: leader.id, role: 'broadcaster' })
    expect(await again.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
    const late = await server().client('/', { userId: 'lea', sessionId: leader.session.sessionId })
    expect(late.session).toMatchObject({ rooms: [], memberships: [] })
    expect(await late.ask('viewer-join')).toMatchObject({ memberId: late.id, broadcasterId: leader.id })
    await before.fence()
    expect(before.of('broadcaster-left')).toEqual([])
  })

  it('leaves no member behind when it ends while a join is on its way', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const [polite, cut] = [await server().client(), await server().client()]
    for (let n = 0; n < 5; n++) polite.socket.emit('viewer-join', { room: n % 2 === 0 ? 'main' : 'other' })
    polite.socket.disconnect()
    cut.socket.emit('viewer-join')
    cut.cut()
    await Promise.all([polite.ended, cut.ended])
    await server().until(() => isAlone(server().sessions.load()))
    server().clock.advance(15_000)
    await leader.fence()
    expect(await leader.ask('viewer-join')).toMatchObject({ viewers: 1 })
  })

  it('leaves no member behind when it ends while it is being taken up', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await server().loses(viewer)
    for (let n = 0; n < 20; n++) {
      const auth = { sessionId: viewer.session.sessionId, offsets: { main: 0 } }
      const socket = io(server().url, {
        auth,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      })
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      socket.io.engine.close()
    }
    await server().until(() => isAlone(server().sessions.load()))
    server().clock.advance(15_000)
    await server().happens(({ type }) => type === 'room.member-left')
    await leader.fence()
    expect(leader.of('viewer-left')).toMatchObject([{ viewerId: viewer.id }])
  })
})
