import { describe, expect, it } from 'vitest'
import type { Client } from '../../kit/live-client.js'
import { expectServerContract } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'
import { gatedStore } from './gated-store.js'
import { loseIncoming, withServer } from '../protocols/server-kit.js'

/** The memberships that `session` reports as ended by others. */
const endedOf = ({ session }: Client): unknown => ('ended' in session ? session.ended : 'none')

describe('a member that is removed while it is away', () => {
  const server = withServer()
  const returns = (client: Client, more: object = {}) =>
    server().client('/', { sessionId: client.session.sessionId, ...more })

  /** A broadcaster, and a viewer that it removed while the viewer was away. */
  const removeAwayViewer = async (
    room = 'main',
  ): Promise<{ readonly broadcaster: Client; readonly viewer: Client }> => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join', { room })
    await viewer.ask('viewer-join', { room, name: 'Ann' })
    await viewer.flush()
    await server().loseConnection(viewer)
    expect(await broadcaster.ask('remove-member', { memberId: viewer.id })).toEqual({ success: true })
    return { broadcaster, viewer }
  }

  it('receives the removal and its reason when it reconnects', async () => {
    const { viewer } = await removeAwayViewer()
    const back = await returns(viewer)
    expect(back.session).toMatchObject({ resumed: true, rooms: [], memberships: [] })
    expect(endedOf(back)).toEqual([{ room: 'main', memberId: viewer.id, role: 'viewer', reason: 'removed' }])
    await back.flush()
    const record = server().log.find(({ type }) => type === 'room.member-left')
    expect(back.events.slice(0, 1)).toEqual([
      ['removed', { room: 'main', seq: record?.seq, at: record?.at, reason: 'removed' }],
    ])
    expect(await back.ask('cancelRandom')).toMatchObject({ error: { code: 'not-in-room' } })
  })

  it('receives the removal only once', async () => {
    const { viewer } = await removeAwayViewer()
    await server().until(() => server().sessions.load().notified === 1)
    const first = await returns(viewer)
    expect(endedOf(first)).toHaveLength(1)
    expect(server().sessions.load().notified).toBe(0)
    first.cut()
    await first.ended
    const second = await returns(viewer)
    await second.flush()
    expect(endedOf(second)).toBe('none')
    expect(second.payloadsOf('removed')).toEqual([])
    expect(await second.ask('viewer-join')).toMatchObject({ success: true, memberId: second.id })
  })

  it('receives the removal up to ten minutes later, even if its session has ended', async () => {
    const { viewer } = await removeAwayViewer()
    server().clock.advance(599_999)
    const back = await returns(viewer)
    expect(back.session.resumed).toBe(false)
    expect(back.session.sessionId).not.toBe(viewer.session.sessionId)
    expect(endedOf(back)).toHaveLength(1)
    await back.flush()
    expect(back.payloadsOf('removed')).toHaveLength(1)

    const late = await removeAwayViewer('other')
    server().clock.advance(600_000)
    expect(endedOf(await returns(late.viewer))).toBe('none')
    expect(server().sessions.load().notified).toBe(0)
  })

  it('receives the removal only under its own session id', async () => {
    const { viewer } = await removeAwayViewer()
    const sessionId = viewer.session.sessionId
    const strangers = [
      await server().client(),
      await server().client('/rooms', { sessionId }),
      await server().client('/', { sessionId, userId: 'u' }),
      await server().client('/', { sessionId: 'invented' }),
    ]
    for (const stranger of strangers) {
      await stranger.flush()
      expect(endedOf(stranger)).toBe('none')
      expect(stranger.payloadsOf('removed')).toEqual([])
    }
    expect(endedOf(await returns(viewer))).toHaveLength(1)
  })

  it('receives no second notice if it was connected when it was removed', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.ask('remove-member', { memberId: viewer.id })
    expect(await viewer.waitFor('removed')).toMatchObject({ reason: 'removed' })
    // The pong that confirms the emit precedes this request.
    await viewer.flush()
    viewer.cut()
    await viewer.ended
    expect(endedOf(await returns(viewer))).toBe('none')
  })

  it('receives the removal after a half-open connection, whether or not the server noticed the loss', async () => {
    for (const isNoticed of [true, false]) {
      const room = `noticed-${isNoticed}`
      const [broadcaster, viewer] = [await server().client(), await server().client()]
      await broadcaster.ask('broadcaster-join', { room })
      await viewer.ask('viewer-join', { room })
      await viewer.flush()
      loseIncoming(viewer)
      await broadcaster.ask('remove-member', { memberId: viewer.id })
      if (isNoticed) {
        viewer.cut()
        await viewer.ended
        await server().until(() => server().sessions.load().notified === 1)
      }
      const back = await returns(viewer)
      expect(endedOf(back)).toMatchObject([{ room, reason: 'removed' }])
      await back.flush()
      expect(back.payloadsOf('removed')).toMatchObject([{ room, reason: 'removed' }])
      expect(viewer.payloadsOf('removed')).toEqual([])
    }
  })

  it('receives no notice of its own leave or of the end of its grace period', async () => {
    const [polite, lost] = [await server().client(), await server().client()]
    await polite.ask('viewer-join')
    await lost.ask('viewer-join')
    await polite.ask('leave')
    polite.cut()
    await polite.ended
    expect(endedOf(await returns(polite))).toBe('none')
    await server().loseConnection(lost)
    server().clock.advance(15_000)
    await server().waitForRecord(
      (record) => record.type === 'room.member-left' && record.data.reason === 'expired',
    )
    expect(endedOf(await returns(lost))).toBe('none')
  })
})

describe('a peer slot that a newcomer takes', () => {
  const server = withServer({ maxPeers: 2 })

  it('is reported as displaced to the peer that was away', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    await ann.ask('join:room', { roomCode: 'abc', create: true })
    await bob.ask('join:room', { roomCode: 'abc' })
    await server().loseConnection(ann)
    expect(await (await server().client()).ask('join:room', { roomCode: 'abc' })).toMatchObject({
      success: true,
    })
    const back = await server().client('/', { sessionId: ann.session.sessionId })
    expect(endedOf(back)).toEqual([{ room: 'room_abc', memberId: ann.id, role: 'peer', reason: 'displaced' }])
  })
})

it('drops a client that is removed during its catch-up, and notifies it when it reconnects', async () => {
  const { store, close, isWaiting, open } = gatedStore()
  const server = await liveServer({ store })
  const [broadcaster, viewer] = [await server.client(), await server.client()]
  await viewer.ask('viewer-join')
  await viewer.flush()
  await server.loseConnection(viewer)
  server.clock.advance(1_000)
  close()
  const auth = { sessionId: viewer.session.sessionId, offsets: { main: 0 } }
  const back = await server.client('/', auth)
  await server.until(isWaiting)
  await broadcaster.ask('broadcaster-join')
  await broadcaster.ask('remove-member', { memberId: viewer.id })
  expect(await back.ended).toBe('transport close')
  open()
  expect(back.payloadsOf('removed')).toEqual([])
  const again = await server.client('/', auth)
  expect(endedOf(again)).toMatchObject([{ room: 'main', reason: 'removed' }])
  await again.flush()
  expect(again.payloadsOf('removed')).toHaveLength(1)
  await expectServerContract(server)
})
