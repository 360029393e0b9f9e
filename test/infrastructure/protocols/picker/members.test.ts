import { describe, expect, it } from 'vitest'
import { withServer } from '../server-kit.js'

describe('the members of a picker room', () => {
  const server = withServer()
  it('are announced to a broadcaster that joins later, the broadcaster itself last', async () => {
    const [first, second, broadcaster] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await first.ask('viewer-join', { name: 'Ann' })
    await second.ask('viewer-join')
    await broadcaster.ask('broadcaster-join', { name: 'Lea' })
    await first.waitFor('broadcaster-joined')
    await broadcaster.flush()
    const at = server().clock.now()
    expect(broadcaster.events.filter(([event]) => event !== 'viewer-count-update')).toEqual([
      ['viewer-joined', { viewerId: first.id, name: 'Ann', room: 'main', seq: 6, at, more: true }],
      ['viewer-joined', { viewerId: second.id, room: 'main', seq: 6, at, more: true }],
      ['broadcaster-joined', { broadcasterId: broadcaster.id, name: 'Lea', room: 'main', seq: 6, at }],
    ])
    expect(first.payloadsOf('broadcaster-joined')).toEqual([
      { broadcasterId: broadcaster.id, name: 'Lea', room: 'main', seq: 6, at },
    ])
    expect(second.payloadsOf('viewer-joined', 'viewer-left')).toEqual([])
  })

  it('are returned to a broadcaster that joins again, without an emit to the others', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    expect(await broadcaster.ask('broadcaster-join')).not.toHaveProperty('watchers')
    await viewer.ask('viewer-join', { name: 'Ann' })
    await broadcaster.waitFor('viewer-joined')
    const heardBefore = viewer.events.length
    expect(await broadcaster.ask('broadcaster-join')).toMatchObject({
      role: 'broadcaster',
      watchers: [{ viewerId: viewer.id, name: 'Ann' }],
    })
    await viewer.flush()
    expect(viewer.events.slice(heardBefore)).toEqual([])
    expect(broadcaster.payloadsOf('viewer-joined')).toHaveLength(1)
  })

  it('are announced only to the broadcaster when they join and leave as viewers', async () => {
    const [broadcaster, viewer, other] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await broadcaster.ask('broadcaster-join')
    await other.ask('viewer-join')
    await viewer.ask('viewer-join', { name: 'Ann' })
    await viewer.ask('leave')
    await broadcaster.waitFor('viewer-left')
    const at = server().clock.now()
    expect(broadcaster.payloadsOf('viewer-left')).toEqual([
      { viewerId: viewer.id, name: 'Ann', room: 'main', seq: 7, at },
    ])
    await other.flush()
    expect(other.payloadsOf('viewer-joined', 'viewer-left')).toEqual([])
  })

  it('are counted if they are connected viewers', async () => {
    const [broadcaster, stays, goes] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    expect(await broadcaster.ask('broadcaster-join')).toMatchObject({ viewers: 0 })
    expect(await stays.ask('viewer-join')).toMatchObject({ viewers: 1 })
    expect(await goes.ask('viewer-join')).toMatchObject({ viewers: 2 })
    server().clock.advance(50)
    expect(await broadcaster.waitFor('viewer-count-update', ({ count }) => count === 2)).toEqual({
      count: 2,
      room: 'main',
    })
    server().clock.advance(50)
    await server().loseConnection(goes)
    // The count drops when the connection is lost, not at the end of the grace period (P-13).
    await stays.flush()
    expect(stays.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1, 2, 1])
    server().clock.advance(50)
    const back = await server().client('/', { sessionId: goes.session.sessionId })
    await back.waitFor('viewer-count-update', ({ count }) => count === 2)
    await stays.flush()
    expect(stays.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1, 2, 1, 2])
    server().clock.advance(50)
    await server().loseConnection(back)
    server().clock.advance(60_000)
    await server().waitForRecord(({ type }) => type === 'room.member-left')
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-left')).toMatchObject([{ viewerId: goes.id }])
    expect(broadcaster.payloadsOf('viewer-count-update').at(-1)).toMatchObject({ count: 1 })
  })

  it('are counted by one emit with the latest number for many changes within 50 ms', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const viewers = await Promise.all(Array.from({ length: 8 }, () => server().client()))
    for (const viewer of viewers) await viewer.ask('viewer-join')
    for (const viewer of viewers.slice(0, 3)) await viewer.ask('leave')
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1])
    server().clock.advance(49)
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1])
    server().clock.advance(1)
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1, 5])
  })

  it('have an away broadcaster until another member joins as broadcaster (P-10)', async () => {
    const [first, viewer] = [await server().client(), await server().client()]
    await first.ask('broadcaster-join', { name: 'Lea' })
    await viewer.ask('viewer-join')
    await server().loseConnection(first)
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await viewer.ask('cancelRandom')).toMatchObject({ error: { code: 'not-broadcaster' } })
    const second = await server().client()
    expect(await second.ask('viewer-join')).toMatchObject({ broadcasterId: first.id, viewers: 2 })
    expect(await second.ask('broadcaster-join')).toMatchObject({ role: 'broadcaster', viewers: 1 })
    await viewer.waitFor('broadcaster-joined')
    expect(viewer.payloadsOf('broadcaster-left', 'broadcaster-joined')).toMatchObject([
      { broadcasterId: first.id, name: 'Lea' },
      { broadcasterId: second.id },
    ])
    const back = await server().client('/', { sessionId: first.session.sessionId })
    expect(back.session.memberships).toMatchObject([{ room: 'main', memberId: first.id, role: 'viewer' }])
    expect(await back.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await back.ask('broadcaster-join')).toMatchObject({ error: { code: 'broadcaster-taken' } })
    expect(await second.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
  })

  it('may start a draw after the grace period of the broadcaster has ended', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loseConnection(broadcaster)
    server().clock.advance(14_999)
    await viewer.flush()
    expect(viewer.payloadsOf('broadcaster-left')).toEqual([])
    server().clock.advance(1)
    expect(await viewer.waitFor('broadcaster-left')).toMatchObject({ broadcasterId: broadcaster.id })
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
  })

  it('are removed by the broadcaster only, receive the reason as their last emit, and may join again', async () => {
    const [broadcaster, viewer, other] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await other.ask('viewer-join')
    expect(await viewer.ask('remove-member', { memberId: other.id })).toMatchObject({
      error: { code: 'not-broadcaster', event: 'remove-member' },
    })
    expect(await broadcaster.ask('remove-member', { memberId: broadcaster.id })).toMatchObject({
      error: { code: 'invalid-payload', path: 'memberId' },
    })
    expect(await broadcaster.ask('remove-member', { memberId: 'nobody' })).toMatchObject({
      error: { code: 'target-not-found' },
    })
    expect(await broadcaster.ask('remove-member', {})).toMatchObject({
      error: { code: 'invalid-payload', path: 'memberId' },
    })
    expect(await broadcaster.ask('remove-member', { memberId: viewer.id })).toEqual({ success: true })
    expect(await viewer.waitFor('removed')).toEqual({
      reason: 'removed',
      room: 'main',
      seq: 7,
      at: server().clock.now(),
    })
    const before = viewer.events.length
    await broadcaster.ask('startRandom', ['Ann'])
    server().clock.advance(100)
    await other.waitFor('randomHighlight')
    await viewer.flush()
    expect(viewer.events.slice(before)).toEqual([])
    expect(broadcaster.payloadsOf('viewer-left')).toMatchObject([{ viewerId: viewer.id }])
    expect(other.payloadsOf('removed', 'viewer-left')).toEqual([])
    expect(await viewer.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({
      error: { code: 'not-in-room' },
    })
    expect(await viewer.ask('viewer-join')).toMatchObject({ success: true, viewers: 2 })
  })

  it('leave at once when they disconnect, and stay during the grace period when their connection is lost', async () => {
    const [broadcaster, polite, cut] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await broadcaster.ask('broadcaster-join')
    await polite.ask('viewer-join')
    await cut.ask('viewer-join')
    polite.socket.disconnect()
    expect(await broadcaster.waitFor('viewer-left')).toMatchObject({ viewerId: polite.id })
    await server().loseConnection(cut)
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('viewer-left').length).toBe(1)
  })
})
