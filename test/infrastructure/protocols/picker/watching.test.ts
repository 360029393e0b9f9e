import { describe, expect, it } from 'vitest'
import { withServer } from '../with-server.js'

describe('who is in a picker room', () => {
  const server = withServer()
  it('tells a broadcaster who comes later of those already there, itself last', async () => {
    const [first, second, leader] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await first.ask('viewer-join', { name: 'Ann' })
    await second.ask('viewer-join')
    await leader.ask('broadcaster-join', { name: 'Lea' })
    await first.hears('broadcaster-joined')
    await leader.fence()
    const at = server().clock.now()
    expect(leader.heard.filter(([event]) => event !== 'viewer-count-update')).toEqual([
      ['viewer-joined', { viewerId: first.id, name: 'Ann', room: 'main', seq: 6, at, more: true }],
      ['viewer-joined', { viewerId: second.id, room: 'main', seq: 6, at, more: true }],
      ['broadcaster-joined', { broadcasterId: leader.id, name: 'Lea', room: 'main', seq: 6, at }],
    ])
    expect(first.of('broadcaster-joined')).toEqual([
      { broadcasterId: leader.id, name: 'Lea', room: 'main', seq: 6, at },
    ])
    expect(second.of('viewer-joined', 'viewer-left')).toEqual([])
  })

  it('tells a broadcaster who says again that it is who watches, and says nothing to anybody else', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    expect(await leader.ask('broadcaster-join')).not.toHaveProperty('watchers')
    await viewer.ask('viewer-join', { name: 'Ann' })
    await leader.hears('viewer-joined')
    const heardBefore = viewer.heard.length
    expect(await leader.ask('broadcaster-join')).toMatchObject({
      role: 'broadcaster',
      watchers: [{ viewerId: viewer.id, name: 'Ann' }],
    })
    await viewer.fence()
    expect(viewer.heard.slice(heardBefore)).toEqual([])
    expect(leader.of('viewer-joined')).toHaveLength(1)
  })

  it('tells only the broadcaster of viewers that come and go', async () => {
    const [leader, viewer, other] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await leader.ask('broadcaster-join')
    await other.ask('viewer-join')
    await viewer.ask('viewer-join', { name: 'Ann' })
    await viewer.ask('leave')
    await leader.hears('viewer-left')
    const at = server().clock.now()
    expect(leader.of('viewer-left')).toEqual([{ viewerId: viewer.id, name: 'Ann', room: 'main', seq: 7, at }])
    await other.fence()
    expect(other.of('viewer-joined', 'viewer-left')).toEqual([])
  })

  it('counts the connected viewers: not the broadcaster, and not who is away', async () => {
    const [leader, stays, goes] = [await server().client(), await server().client(), await server().client()]
    expect(await leader.ask('broadcaster-join')).toMatchObject({ viewers: 0 })
    expect(await stays.ask('viewer-join')).toMatchObject({ viewers: 1 })
    expect(await goes.ask('viewer-join')).toMatchObject({ viewers: 2 })
    server().clock.advance(50)
    expect(await leader.hears('viewer-count-update', ({ count }) => count === 2)).toEqual({
      count: 2,
      room: 'main',
    })
    server().clock.advance(50)
    await server().loses(goes)
    // At the cut, not at the end of the grace.
    await stays.fence()
    expect(stays.of('viewer-count-update').map(({ count }) => count)).toEqual([1, 2, 1])
    server().clock.advance(50)
    const back = await server().client('/', { sessionId: goes.session.sessionId })
    await back.hears('viewer-count-update', ({ count }) => count === 2)
    await stays.fence()
    expect(stays.of('viewer-count-update').map(({ count }) => count)).toEqual([1, 2, 1, 2])
    server().clock.advance(50)
    await server().loses(back)
    server().clock.advance(60_000)
    await server().happens(({ type }) => type === 'room.member-left')
    await leader.fence()
    expect(leader.of('viewer-left')).toMatchObject([{ viewerId: goes.id }])
    expect(leader.of('viewer-count-update').at(-1)).toMatchObject({ count: 1 })
  })

  it('tells of many changes within 50 ms once more, with the latest number', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const viewers = await Promise.all(Array.from({ length: 8 }, () => server().client()))
    for (const viewer of viewers) await viewer.ask('viewer-join')
    for (const viewer of viewers.slice(0, 3)) await viewer.ask('leave')
    await leader.fence()
    expect(leader.of('viewer-count-update').map(({ count }) => count)).toEqual([1])
    server().clock.advance(49)
    await leader.fence()
    expect(leader.of('viewer-count-update').map(({ count }) => count)).toEqual([1])
    server().clock.advance(1)
    await leader.fence()
    expect(leader.of('viewer-count-update').map(({ count }) => count)).toEqual([1, 5])
  })

  it('keeps the place of a broadcaster that is away, and gives it to the next who wants it', async () => {
    const [first, viewer] = [await server().client(), await server().client()]
    await first.ask('broadcaster-join', { name: 'Lea' })
    await viewer.ask('viewer-join')
    await server().loses(first)
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await viewer.ask('cancelRandom')).toMatchObject({ error: { code: 'not-broadcaster' } })
    const second = await server().client()
    expect(await second.ask('viewer-join')).toMatchObject({ broadcasterId: first.id, viewers: 2 })
    expect(await second.ask('broadcaster-join')).toMatchObject({ role: 'broadcaster', viewers: 1 })
    await viewer.hears('broadcaster-joined')
    expect(viewer.of('broadcaster-left', 'broadcaster-joined')).toMatchObject([
      { broadcasterId: first.id, name: 'Lea' },
      { broadcasterId: second.id },
    ])
    const back = await server().client('/', { sessionId: first.session.sessionId })
    expect(back.session.memberships).toMatchObject([{ room: 'main', memberId: first.id, role: 'viewer' }])
    expect(await back.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await back.ask('broadcaster-join')).toMatchObject({ error: { code: 'broadcaster-taken' } })
    expect(await second.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
  })

  it('has the broadcaster leave when its grace is over, and lets anybody lead then', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await server().loses(leader)
    server().clock.advance(14_999)
    await viewer.fence()
    expect(viewer.of('broadcaster-left')).toEqual([])
    server().clock.advance(1)
    expect(await viewer.hears('broadcaster-left')).toMatchObject({ broadcasterId: leader.id })
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
  })

  it('lets the broadcaster alone put somebody out, who hears why and nothing more, and may come again', async () => {
    const [leader, viewer, other] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await other.ask('viewer-join')
    expect(await viewer.ask('remove-member', { memberId: other.id })).toMatchObject({
      error: { code: 'not-broadcaster', event: 'remove-member' },
    })
    expect(await leader.ask('remove-member', { memberId: leader.id })).toMatchObject({
      error: { code: 'invalid-payload', path: 'memberId' },
    })
    expect(await leader.ask('remove-member', { memberId: 'nobody' })).toMatchObject({
      error: { code: 'target-not-found' },
    })
    expect(await leader.ask('remove-member', {})).toMatchObject({
      error: { code: 'invalid-payload', path: 'memberId' },
    })
    expect(await leader.ask('remove-member', { memberId: viewer.id })).toEqual({ success: true })
    expect(await viewer.hears('removed')).toEqual({
      reason: 'removed',
      room: 'main',
      seq: 7,
      at: server().clock.now(),
    })
    const before = viewer.heard.length
    await leader.ask('startRandom', ['Ann'])
    server().clock.advance(100)
    await other.hears('randomHighlight')
    await viewer.fence()
    expect(viewer.heard.slice(before)).toEqual([])
    expect(leader.of('viewer-left')).toMatchObject([{ viewerId: viewer.id }])
    expect(other.of('removed', 'viewer-left')).toEqual([])
    expect(await viewer.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({
      error: { code: 'not-in-room' },
    })
    expect(await viewer.ask('viewer-join')).toMatchObject({ success: true, viewers: 2 })
  })

  it('lets somebody leave at once who says goodbye, and keeps the place of one who is cut off', async () => {
    const [leader, polite, cut] = [await server().client(), await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await polite.ask('viewer-join')
    await cut.ask('viewer-join')
    polite.socket.disconnect()
    expect(await leader.hears('viewer-left')).toMatchObject({ viewerId: polite.id })
    await server().loses(cut)
    await leader.fence()
    expect(leader.of('viewer-left').length).toBe(1)
  })
})
