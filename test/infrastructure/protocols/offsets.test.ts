import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../kit/live-client.js'
import { withServer } from './with-server.js'

type Emit = readonly [event: string, payload: Heard]

/** Counts tell the latest state and are not sent again. */
const fromTheLog = ({ heard }: Client): ReadonlyArray<Emit> =>
  heard.filter(([event]) => event !== 'viewer-count-update')

const lastSeq = (client: Client): number =>
  Number(fromTheLog(client).findLast(([, { more }]) => more !== true)?.[1]['seq'])

describe('what a client missed', () => {
  const server = withServer()
  const comesBack = (client: Client, main: unknown, more: object = {}) =>
    server().client('/', { sessionId: client.session.sessionId, offsets: { main }, ...more })

  it('comes in order, each emit once, before anything new, also while ticks come', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await leader.ask('startRandom', ['Ann', 'Bob', 'Cy'])
    server().clock.advance(500)
    await viewer.hears('randomHighlight', ({ tick }) => tick === 5)
    const offset = lastSeq(viewer)
    const heard = fromTheLog(viewer)
    await server().loses(viewer)
    server().clock.advance(1_000)
    const back = comesBack(viewer, offset)
    // Ticks go on while the session is being resumed and caught up.
    for (let n = 0; n < 20; n++) {
      server().clock.advance(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const returned = await back
    server().clock.advance(5_000)
    await returned.hears('randomCommitted', ({ drawNo }) => drawNo === 2)
    await leader.fence()
    const all = [...heard, ...fromTheLog(returned)]
    expect(all.filter(([event]) => event === 'randomHighlight').map(([, { tick }]) => tick)).toEqual(
      Array.from({ length: 50 }, (_, place) => place + 1),
    )
    const drawn = ([event]: Emit) => event.startsWith('random')
    expect(all.filter(drawn)).toEqual(fromTheLog(leader).filter(drawn).slice(1))
  })

  it('is not sent again to who does not ask', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await leader.ask('startRandom', ['Ann'])
    await server().loses(viewer)
    server().clock.advance(2_000)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    await back.fence()
    expect(fromTheLog(back)).toEqual([])
    server().clock.advance(100)
    await back.fence()
    expect(fromTheLog(back)).toMatchObject([['randomHighlight', { tick: 21 }]])
  })

  it('is nothing for an offset at the end, beyond it, of another room, or that is none', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.fence()
    await server().loses(viewer)
    let client = viewer
    for (const offsets of [
      { main: 5 },
      { main: 6 },
      { main: 1_000_000 },
      { other: 0 },
      { main: -1 },
      { main: 'x', other: 0 },
      { main: 1.5 },
      [],
      'x',
      null,
    ]) {
      client = await server().client('/', { sessionId: viewer.session.sessionId, offsets })
      await client.fence()
      expect(fromTheLog(client)).toEqual([])
      expect(client.session.resumed).toBe(true)
      await server().loses(client)
    }
    const last = await comesBack(client, 1_000_000)
    await last.ask('startRandom', ['Ann'])
    await last.fence()
    expect(fromTheLog(last)).toMatchObject([['randomStarted', { drawNo: 1 }]])
  })

  it('comes for the rooms that are said rightly, whatever is said of others', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.fence()
    await server().loses(viewer)
    const back = await server().client('/', {
      sessionId: viewer.session.sessionId,
      offsets: { main: 0, other: null },
    })
    await back.fence()
    expect(fromTheLog(back)).toMatchObject([['randomCommitted', { drawNo: 1 }]])
  })

  it('comes whole where an event was cut in the middle', async () => {
    const viewers = [await server().client(), await server().client(), await server().client()]
    for (const viewer of viewers) await viewer.ask('viewer-join')
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    await leader.fence()
    const [first] = fromTheLog(leader)
    // As if it had been cut behind the first of the four: that one is no offset yet.
    const offset = Number(first?.[1]['seq']) - 1
    await server().loses(leader)
    const back = await comesBack(leader, offset)
    await back.fence()
    expect(fromTheLog(back)).toEqual(fromTheLog(leader))
    expect(fromTheLog(back).map(([event, { more }]) => [event, more])).toEqual([
      ['viewer-joined', true],
      ['viewer-joined', true],
      ['viewer-joined', true],
      ['broadcaster-joined', undefined],
    ])
  })

  it('has the names that this connection asks for', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.fence()
    await server().loses(viewer)
    const back = await comesBack(viewer, 0, { names: 'kebab' })
    await back.ask('start-random', ['Ann'])
    await back.fence()
    expect(fromTheLog(back).map(([event]) => event)).toEqual(['random-committed', 'random-started'])
  })

  it('is for the broadcaster what was for it alone, and for a viewer none of that', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await Promise.all([leader.fence(), viewer.fence()])
    const offset = lastSeq(leader)
    await server().loses(leader)
    await server().loses(viewer)
    const late = await server().client()
    await late.ask('viewer-join', { name: 'Late' })
    await late.ask('leave')
    const [leads, watches] = [await comesBack(leader, offset), await comesBack(viewer, offset)]
    await Promise.all([leads.fence(), watches.fence()])
    expect(fromTheLog(leads)).toMatchObject([
      ['viewer-joined', { viewerId: late.id, name: 'Late' }],
      ['viewer-left', { viewerId: late.id, name: 'Late' }],
    ])
    expect(fromTheLog(watches)).toEqual([])
  })

  it('is nothing from before its own coming, whatever it claims to have seen', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await leader.ask('startRandom', ['Ann'])
    server().clock.advance(500)
    await viewer.ask('viewer-join')
    await server().loses(viewer)
    server().clock.advance(200)
    const back = await comesBack(viewer, 0)
    await back.fence()
    expect(fromTheLog(back).map(([, { tick }]) => tick)).toEqual([6, 7])
  })

  it('comes also where only members of another dialect were there meanwhile', async () => {
    const [viewer, native] = [await server().client(), await server().client('/rooms')]
    await viewer.ask('viewer-join')
    await native.ask('join', { room: 'main' })
    await viewer.ask('startRandom', ['Ann'])
    await viewer.fence()
    const offset = lastSeq(viewer)
    await server().loses(viewer)
    server().clock.advance(500)
    const back = await comesBack(viewer, offset)
    await back.fence()
    expect(fromTheLog(back).map(([, { tick }]) => tick)).toEqual([1, 2, 3, 4, 5])
  })

  it('includes the latest count where that has changed', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await leader.fence()
    await server().loses(leader)
    await server().loses(viewer)
    const offset = lastSeq(leader)
    const back = await comesBack(leader, offset)
    await back.fence()
    expect(back.of('viewer-count-update').at(-1)).toEqual({ count: 0, room: 'main' })
  })

  it('is more than is kept at hand: then the log is read again', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    await leader.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await leader.fence()
    const offset = lastSeq(leader)
    await server().loses(viewer)
    const missed = fromTheLog(leader).length
    for (let draw = 0; draw < 350; draw++) {
      await leader.ask('startRandom', ['Ann', 'Bob'])
      await leader.ask('cancelRandom')
    }
    await leader.fence()
    const back = await comesBack(viewer, offset)
    await back.fence()
    expect(fromTheLog(back)).toEqual(fromTheLog(leader).slice(missed))
    expect(fromTheLog(back).length).toBe(1_050)
    await server().loses(back)
    const near = await comesBack(back, lastSeq(back) - 5)
    await near.fence()
    expect(fromTheLog(near)).toEqual(fromTheLog(leader).slice(-5))
  })
})
