import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import type { SessionLoad } from '../../../src/application/sessions/index.js'
import { connected } from '../../kit/live-client.js'
import { withServer } from '../protocols/server-kit.js'

const hasOneConnection = ({ subscribers, connections }: SessionLoad): boolean =>
  subscribers === 1 && connections === 1

describe('a session', () => {
  const server = withServer()
  const memberCount = () =>
    new Set(
      server().log.flatMap((record) => (record.type === 'room.member-joined' ? [record.data.memberId] : [])),
    ).size

  it('is the first event of each connection, once per namespace', async () => {
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

  it('is separate for each namespace of a connection', async () => {
    const first = await server().client('/')
    const socket = first.socket.io.socket('/rooms', { auth: { sessionId: first.session.sessionId } })
    const opened = connected(socket)
    const second = await opened
    expect(second.session.resumed).toBe(false)
    expect(second.session.sessionId).not.toBe(first.session.sessionId)
    await first.ask('viewer-join')
    await second.ask('join', { room: 'main' })
    socket.disconnect()
    await server().waitForRecord(({ type }) => type === 'room.member-left')
    expect(await first.ask('viewer-join')).toMatchObject({ success: true, viewers: 1 })
  })

  it('resumes its memberships under the same ids', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join', { name: 'Ann' })
    await server().loseConnection(viewer)
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
    expect(memberCount()).toBe(1)
  })

  it('resumes its picker room, and leaves that room when it joins another', async () => {
    const [viewer, broadcaster] = [await server().client(), await server().client()]
    await viewer.ask('viewer-join', { room: 'a' })
    await broadcaster.ask('broadcaster-join', { room: 'a' })
    await server().loseConnection(viewer)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    expect(await back.ask('viewer-join', { room: 'b' })).toMatchObject({ memberId: back.id, viewers: 1 })
    expect(await broadcaster.waitFor('viewer-left')).toMatchObject({ viewerId: viewer.id, room: 'a' })
  })

  it('resumes after every lost connection, also without a membership', async () => {
    const auth = { sessionId: (await server().client()).session.sessionId }
    const second = await server().client('/', auth)
    expect(second.session).toMatchObject({ ...auth, resumed: true, rooms: [] })
    await second.ask('viewer-join')
    await server().loseConnection(second)
    const third = await server().client('/', auth)
    await server().loseConnection(third)
    expect((await server().client('/', auth)).session).toMatchObject({ resumed: true, rooms: ['main'] })
  })

  it('is unknown in another namespace, for another user, and with an invented id', async () => {
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

  it('disconnects its old socket from the namespace, and ignores the late close of that socket', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const old = await server().client()
    await old.ask('viewer-join')
    const other = await connected(old.socket.io.socket('/rooms'))
    const receivedBefore = old.events.length
    const now = await server().client('/', { sessionId: old.session.sessionId })
    expect(await old.ended).toBe('io server disconnect')
    expect(old.events.length).toBe(receivedBefore)
    expect(other.socket.connected).toBe(true)
    old.cut()
    await other.ended
    await now.flush()
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-left')).toEqual([])
    expect(
      server().log.filter(({ type }) => type === 'room.member-away' || type === 'room.member-left'),
    ).toEqual([])
    expect(await now.ask('viewer-join')).toMatchObject({ memberId: old.id, viewers: 1 })
  })

  it('belongs to the last of several sockets that resume it at once', async () => {
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
    await server().waitForRecord(({ type }) => type === 'room.member-left')
  })

  it('ends with the grace period, or at once when its client disconnects', async () => {
    const [lost, polite] = [await server().client(), await server().client()]
    await lost.ask('viewer-join')
    await polite.ask('viewer-join')
    polite.socket.disconnect()
    await server().waitForRecord(({ type }) => type === 'room.member-left')
    expect((await server().client('/', { sessionId: polite.session.sessionId })).session).toMatchObject({
      resumed: false,
      rooms: [],
    })
    await server().loseConnection(lost)
    server().clock.advance(15_000)
    await server().waitForRecord(
      (record) => record.type === 'room.member-left' && record.data.reason === 'expired',
    )
    expect((await server().client('/', { sessionId: lost.session.sessionId })).session).toMatchObject({
      resumed: false,
      rooms: [],
    })
  })

  it('gives the membership of an away member to the same user at once, under the same id', async () => {
    const [broadcaster, before] = [await server().client('/', { userId: 'lea' }), await server().client()]
    await broadcaster.ask('broadcaster-join', { name: 'Lea' })
    await before.ask('viewer-join')
    await server().loseConnection(broadcaster)
    const again = await server().client('/', { userId: 'lea' })
    expect(again.session.resumed).toBe(false)
    expect(await again.ask('broadcaster-join')).toMatchObject({
      memberId: broadcaster.id,
      role: 'broadcaster',
    })
    expect(await again.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
    const late = await server().client('/', { userId: 'lea', sessionId: broadcaster.session.sessionId })
    expect(late.session).toMatchObject({ rooms: [], memberships: [] })
    expect(await late.ask('viewer-join')).toMatchObject({ memberId: late.id, broadcasterId: broadcaster.id })
    await before.flush()
    expect(before.payloadsOf('broadcaster-left')).toEqual([])
  })

  it('leaves no member behind when it ends during a join', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const [polite, cut] = [await server().client(), await server().client()]
    for (let n = 0; n < 5; n++) polite.socket.emit('viewer-join', { room: n % 2 === 0 ? 'main' : 'other' })
    polite.socket.disconnect()
    cut.socket.emit('viewer-join')
    cut.cut()
    await Promise.all([polite.ended, cut.ended])
    await server().until(() => hasOneConnection(server().sessions.load()))
    server().clock.advance(15_000)
    await broadcaster.flush()
    expect(await broadcaster.ask('viewer-join')).toMatchObject({ viewers: 1 })
  })

  it('leaves no member behind when its connections end during resumption', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await server().loseConnection(viewer)
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
    await server().until(() => hasOneConnection(server().sessions.load()))
    server().clock.advance(15_000)
    await server().waitForRecord(({ type }) => type === 'room.member-left')
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-left')).toMatchObject([{ viewerId: viewer.id }])
  })
})
