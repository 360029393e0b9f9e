import { describe, expect, it } from 'vitest'
import type { Client, Payload } from '../../kit/live-client.js'
import { withServer } from '../protocols/server-kit.js'

type Emit = readonly [event: string, payload: Payload]

/** Without counts, which are conflated and not sent again. */
const loggedEmits = ({ events: heard }: Client): ReadonlyArray<Emit> =>
  heard.filter(([event]) => event !== 'viewer-count-update')

const lastSeq = (client: Client): number =>
  Number(loggedEmits(client).findLast(([, { more }]) => more !== true)?.[1]['seq'])

describe('resumption with an offset', () => {
  const server = withServer()
  const reconnect = (client: Client, main: unknown, more: object = {}) =>
    server().client('/', { sessionId: client.session.sessionId, offsets: { main }, ...more })

  it('sends each missed emit once and in order, also while a draw continues', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.ask('startRandom', ['Ann', 'Bob', 'Cy'])
    server().clock.advance(500)
    await viewer.waitFor('randomHighlight', ({ tick }) => tick === 5)
    const offset = lastSeq(viewer)
    const received = loggedEmits(viewer)
    await server().loseConnection(viewer)
    server().clock.advance(1_000)
    const back = reconnect(viewer, offset)
    // The draw continues during the resumption and the catch-up.
    for (let n = 0; n < 20; n++) {
      server().clock.advance(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const returned = await back
    server().clock.advance(5_000)
    await returned.waitFor('randomCommitted', ({ drawNo }) => drawNo === 2)
    await broadcaster.flush()
    const all = [...received, ...loggedEmits(returned)]
    expect(all.filter(([event]) => event === 'randomHighlight').map(([, { tick }]) => tick)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    const isOfDraw = ([event]: Emit) => event.startsWith('random')
    expect(all.filter(isOfDraw)).toEqual(loggedEmits(broadcaster).filter(isOfDraw).slice(1))
  })

  it('sends nothing again without an offset', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.ask('startRandom', ['Ann'])
    await server().loseConnection(viewer)
    server().clock.advance(2_000)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    await back.flush()
    expect(loggedEmits(back)).toEqual([])
    server().clock.advance(100)
    await back.flush()
    expect(loggedEmits(back)).toMatchObject([['randomHighlight', { tick: 21 }]])
  })

  it('sends nothing for an offset at the end, beyond it, of another room or of invalid form', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.flush()
    await server().loseConnection(viewer)
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
      await client.flush()
      expect(loggedEmits(client)).toEqual([])
      expect(client.session.resumed).toBe(true)
      await server().loseConnection(client)
    }
    const last = await reconnect(client, 1_000_000)
    await last.ask('startRandom', ['Ann'])
    await last.flush()
    expect(loggedEmits(last)).toMatchObject([['randomStarted', { drawNo: 1 }]])
  })

  it('applies valid offsets although others are invalid', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.flush()
    await server().loseConnection(viewer)
    const back = await server().client('/', {
      sessionId: viewer.session.sessionId,
      offsets: { main: 0, other: null },
    })
    await back.flush()
    expect(loggedEmits(back)).toMatchObject([['randomCommitted', { drawNo: 1 }]])
  })

  it('sends an event that was cut off in the middle again as a whole', async () => {
    const viewers = [await server().client(), await server().client(), await server().client()]
    for (const viewer of viewers) await viewer.ask('viewer-join')
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    await broadcaster.flush()
    const [first] = loggedEmits(broadcaster)
    // As if the connection was lost after the first of four emits: that one does not complete an offset.
    const offset = Number(first?.[1]['seq']) - 1
    await server().loseConnection(broadcaster)
    const back = await reconnect(broadcaster, offset)
    await back.flush()
    expect(loggedEmits(back)).toEqual(loggedEmits(broadcaster))
    expect(loggedEmits(back).map(([event, { more }]) => [event, more])).toEqual([
      ['viewer-joined', true],
      ['viewer-joined', true],
      ['viewer-joined', true],
      ['broadcaster-joined', undefined],
    ])
  })

  it('uses the event names that the new connection requests', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await viewer.flush()
    await server().loseConnection(viewer)
    const back = await reconnect(viewer, 0, { names: 'kebab' })
    await back.ask('start-random', ['Ann'])
    await back.flush()
    expect(loggedEmits(back).map(([event]) => event)).toEqual(['random-committed', 'random-started'])
  })

  it('sends emits for the broadcaster alone only to the broadcaster', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await Promise.all([broadcaster.flush(), viewer.flush()])
    const offset = lastSeq(broadcaster)
    await server().loseConnection(broadcaster)
    await server().loseConnection(viewer)
    const late = await server().client()
    await late.ask('viewer-join', { name: 'Late' })
    await late.ask('leave')
    const [broadcasterAgain, viewerAgain] = [
      await reconnect(broadcaster, offset),
      await reconnect(viewer, offset),
    ]
    await Promise.all([broadcasterAgain.flush(), viewerAgain.flush()])
    expect(loggedEmits(broadcasterAgain)).toMatchObject([
      ['viewer-joined', { viewerId: late.id, name: 'Late' }],
      ['viewer-left', { viewerId: late.id, name: 'Late' }],
    ])
    expect(loggedEmits(viewerAgain)).toEqual([])
  })

  it('sends nothing from before the member joined, whatever the offset', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await broadcaster.ask('startRandom', ['Ann'])
    server().clock.advance(500)
    await viewer.ask('viewer-join')
    await server().loseConnection(viewer)
    server().clock.advance(200)
    const back = await reconnect(viewer, 0)
    await back.flush()
    expect(loggedEmits(back).map(([, { tick }]) => tick)).toEqual([6, 7])
  })

  it('sends what was missed while only members of another protocol were connected', async () => {
    const [viewer, native] = [await server().client(), await server().client('/rooms')]
    await viewer.ask('viewer-join')
    await native.ask('join', { room: 'main' })
    await viewer.ask('startRandom', ['Ann'])
    await viewer.flush()
    const offset = lastSeq(viewer)
    await server().loseConnection(viewer)
    server().clock.advance(500)
    const back = await reconnect(viewer, offset)
    await back.flush()
    expect(loggedEmits(back).map(([, { tick }]) => tick)).toEqual([1, 2, 3, 4, 5])
  })

  it('sends the latest count if it has changed', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.flush()
    await server().loseConnection(broadcaster)
    await server().loseConnection(viewer)
    const offset = lastSeq(broadcaster)
    const back = await reconnect(broadcaster, offset)
    await back.flush()
    expect(back.payloadsOf('viewer-count-update').at(-1)).toEqual({ count: 0, room: 'main' })
  })

  it('reads the log if the emit cache does not reach back to the offset', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    await broadcaster.flush()
    const offset = lastSeq(broadcaster)
    await server().loseConnection(viewer)
    const missed = loggedEmits(broadcaster).length
    for (let draw = 0; draw < 350; draw++) {
      await broadcaster.ask('startRandom', ['Ann', 'Bob'])
      await broadcaster.ask('cancelRandom')
    }
    await broadcaster.flush()
    const back = await reconnect(viewer, offset)
    await back.flush()
    expect(loggedEmits(back)).toEqual(loggedEmits(broadcaster).slice(missed))
    expect(loggedEmits(back).length).toBe(1_050)
    await server().loseConnection(back)
    const near = await reconnect(back, lastSeq(back) - 5)
    await near.flush()
    expect(loggedEmits(near)).toEqual(loggedEmits(broadcaster).slice(-5))
  })
})
