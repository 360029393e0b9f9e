import { describe, expect, test } from 'vitest'
import { pickerClient } from '../../../src/client/picker/picker-client.js'
import type { PickerEmit } from '../../../src/client/picker/picker-wire.js'
import { fakeServer, fakeStorage, fakeTimer } from '../fake-server.js'

const joinResult = { success: true, room: 'main', memberId: 'me', role: 'viewer', viewers: 1, iceServers: [] }
const session = (resumed = false, memberships: ReadonlyArray<object> = []) => ({
  sessionId: 'secret-1',
  graceMs: 15_000,
  resumed,
  rooms: [],
  memberships,
})

const setUp = (storage = fakeStorage()) => {
  const server = fakeServer()
  const timer = fakeTimer()
  const client = pickerClient({ connect: server.connect, storage, after: timer.after })
  const emits: PickerEmit[] = []
  const statuses: string[] = []
  client.listen({
    received: (emit) => void emits.push(emit),
    changed: ({ type }) => void statuses.push(type),
  })
  const emitted = () => emits.map(({ event, payload }) => [event, payload])
  return { server, timer, client, storage, emits, statuses, emitted }
}

const joinMain = async (context = setUp()) => {
  context.client.join({ room: 'main', role: 'viewer' })
  context.server.opens()
  context.server.emits('session', session())
  await context.server.answers('viewer-join', joinResult)
  return context
}

describe('joining', () => {
  test('opens the connection at the first join, and sends the join once the session has begun', async () => {
    const { server, client } = setUp()
    client.join({ room: 'main', role: 'viewer', name: 'Ann', token: 't' })
    expect(server.calls).toEqual(['open'])
    server.opens()
    expect(server.sent).toEqual([])
    server.emits('session', session())
    expect(server.sent.map(({ event, payload }) => [event, payload])).toEqual([
      ['viewer-join', { room: 'main', name: 'Ann', token: 't' }],
    ])
    await server.answers('viewer-join', joinResult)
    expect(client.state().status).toMatchObject({ type: 'joined', result: { memberId: 'me' } })
  })

  test('reports a refused second broadcaster with its error, and can join as a viewer instead', async () => {
    const { server, client } = setUp()
    client.join({ room: 'main', role: 'broadcaster' })
    server.opens()
    server.emits('session', session())
    await server.answers('broadcaster-join', {
      success: false,
      error: { code: 'broadcaster-taken', message: '', timestamp: '' },
    })
    expect(client.state().status).toMatchObject({ type: 'refused', error: { code: 'broadcaster-taken' } })
    client.join({ room: 'main', role: 'viewer' })
    await server.answers('viewer-join', joinResult)
    expect(client.state().status.type).toBe('joined')
  })

  test('ignores the answer to an earlier join', async () => {
    const { server, client } = setUp()
    client.join({ room: 'main', role: 'viewer' })
    server.opens()
    server.emits('session', session())
    client.join({ room: 'other', role: 'viewer' })
    server.sent[0]?.answer(joinResult)
    await Promise.resolve()
    expect(client.state().status).toMatchObject({ type: 'joining', options: { room: 'other' } })
  })

  test('does not join again after a removal and a reconnect', async () => {
    const { server, client, storage } = await joinMain()
    server.emits('randomCommitted', { room: 'main', seq: 4, at: 1, drawNo: 1, commitment: 'c' })
    server.emits('removed', { reason: 'removed by the leader', room: 'main', seq: 5, at: 1 })
    expect(client.state().status).toEqual({
      type: 'removed',
      reason: 'removed by the leader',
      connection: { type: 'connected' },
    })
    const asked = server.sent.length
    server.closes('lost')
    server.opens()
    server.emits('session', session(true))
    expect(server.sent).toHaveLength(asked)
    expect(storage.held.get('roomreel.session./')).not.toContain('main')
  })
})

describe('returning to a room', () => {
  const ended = (reason: string, room = 'main') => ({
    ...session(true),
    ended: [{ room, memberId: 'me', role: 'viewer', reason }],
  })

  test('reports a removal while away once, and does not join again', async () => {
    const { server, client, statuses } = await joinMain()
    server.closes('lost')
    const sent = server.sent.length
    const before = statuses.length
    server.opens()
    server.emits('session', ended('removed'))
    server.emits('removed', { reason: 'removed', room: 'main', seq: 9, at: 1 })
    expect(client.state().status).toEqual({
      type: 'removed',
      reason: 'removed',
      connection: { type: 'connected' },
    })
    expect(statuses.slice(before).filter((type) => type === 'removed')).toHaveLength(1)
    expect(server.sent).toHaveLength(sent)
    client.join({ room: 'main', role: 'viewer' })
    expect(server.sent.slice(sent).map(({ event }) => event)).toEqual(['viewer-join'])
  })

  test('joins its room although it was removed from another one', async () => {
    const { server, client } = await joinMain()
    server.closes('lost')
    client.join({ room: 'other', role: 'viewer' })
    server.opens()
    server.emits('session', ended('removed'))
    server.emits('removed', { reason: 'removed', room: 'main', seq: 9, at: 1 })
    await server.answers('viewer-join', { ...joinResult, room: 'other' })
    expect(client.state().status).toMatchObject({ type: 'joined', options: { room: 'other' } })
  })

  test('joins again after its place in a full room was given away', async () => {
    const { server, client } = await joinMain()
    server.closes('lost')
    server.opens()
    server.emits('session', ended('displaced'))
    await server.answers('viewer-join', joinResult)
    expect(client.state().status.type).toBe('joined')
  })

  test('resumes a lost connection with its session and offsets, and joins the room again', async () => {
    const { server, client } = await joinMain()
    expect(server.handshakes).toEqual([{ offsets: {} }])
    server.emits('randomCommitted', { room: 'main', seq: 7, at: 1, drawNo: 1, commitment: 'c' })
    server.closes('lost')
    expect(client.state().status.connection).toEqual({ type: 'lost' })
    server.opens()
    expect(server.handshakes[1]).toEqual({ sessionId: 'secret-1', offsets: { main: 7 } })
    server.emits('session', session(true, [{ room: 'main', memberId: 'me', role: 'viewer', seq: 9 }]))
    expect(server.sent.filter(({ event }) => event === 'viewer-join')).toHaveLength(2)
  })

  test('sends offset 0 for a joined room without events', async () => {
    const { server } = await joinMain()
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)).toEqual({ sessionId: 'secret-1', offsets: { main: 0 } })
  })

  test('continues a resumed membership without an offset at its position', async () => {
    const { server, client } = setUp()
    client.join({ room: 'main', role: 'viewer' })
    server.opens()
    server.emits('session', session(true, [{ room: 'main', memberId: 'me', role: 'viewer', seq: 9 }]))
    await server.answers('viewer-join', joinResult)
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)).toEqual({ sessionId: 'secret-1', offsets: { main: 9 } })
  })

  test('resumes the same session after a reload', async () => {
    const { server, storage } = await joinMain()
    server.emits('randomCommitted', { room: 'main', seq: 7, at: 1, drawNo: 1, commitment: 'c' })
    const reloaded = setUp(storage)
    reloaded.client.join({ room: 'main', role: 'viewer' })
    reloaded.server.opens()
    expect(reloaded.server.handshakes).toEqual([{ sessionId: 'secret-1', offsets: { main: 7 } }])
  })

  test('discards the offsets of a session that was not resumed', async () => {
    const { server } = await joinMain()
    server.emits('randomCommitted', { room: 'main', seq: 7, at: 1, drawNo: 1, commitment: 'c' })
    server.closes('lost')
    server.opens()
    server.emits('session', { ...session(), sessionId: 'secret-2' })
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)).toEqual({ sessionId: 'secret-2', offsets: {} })
  })

  test('replaces an offset beyond the end of the log by the end', async () => {
    const { server } = await joinMain()
    server.emits('randomCommitted', { room: 'main', seq: 70, at: 1, drawNo: 1, commitment: 'c' })
    server.closes('lost')
    server.opens()
    server.emits('session', session(true, [{ room: 'main', memberId: 'me', role: 'viewer', seq: 3 }]))
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)).toEqual({ sessionId: 'secret-1', offsets: { main: 3 } })
  })

  test('answers a pending request with connection-lost when the connection is lost', async () => {
    const { server, client } = await joinMain()
    const answer = client.request('startRandom', { members: ['Ann'] })
    server.closes('lost')
    expect(await answer).toMatchObject({ success: false, error: { code: 'connection-lost' } })
  })

  test('answers a request without a connection with not-connected, and does not send it later', async () => {
    const { server, client } = await joinMain()
    server.closes('lost')
    expect(await client.request('startRandom', { members: ['Ann'] })).toMatchObject({
      error: { code: 'not-connected' },
    })
    server.opens()
    expect(server.sent.some(({ event }) => event === 'startRandom')).toBe(false)
  })

  test('reconnects to a restarting server after reconnectInMs', async () => {
    const { server, client, timer } = await joinMain()
    server.calls.length = 0
    server.emits('server-shutdown', { reconnectInMs: 3_000 })
    server.closes('lost')
    expect(client.state().status.connection).toEqual({ type: 'server-restarting', reconnectInMs: 3_000 })
    timer.advance(2_999)
    expect(server.calls).toEqual(['stays closed'])
    timer.advance(1)
    expect(server.calls).toEqual(['stays closed', 'reconnects', 'open'])
    expect(client.state().status.connection).toEqual({ type: 'lost' })
    server.opens()
    expect(client.state().status.connection).toEqual({ type: 'connected' })
    expect(timer.waiting.size).toBe(0)
  })

  test('reconnects at once to a server that closes after reconnectInMs', async () => {
    const { server, client, timer } = await joinMain()
    server.calls.length = 0
    server.emits('server-shutdown', { reconnectInMs: 10 })
    timer.advance(10)
    expect(server.calls).toEqual(['stays closed', 'reconnects'])
    server.closes('lost')
    expect(client.state().status.connection).toEqual({ type: 'lost' })
  })

  test('does not reconnect a session that was taken over until takeBack', async () => {
    const { server, client } = await joinMain()
    server.calls.length = 0
    server.closes('ended-by-server')
    expect(client.state().status.connection).toEqual({ type: 'taken-over' })
    expect(server.calls).toEqual([])
    client.takeBack()
    expect(server.calls).toEqual(['open'])
  })

  test('reports a socket that was ended for an expired token', async () => {
    const { server, client } = await joinMain()
    server.emits('error', { code: 'token-expired', message: 'The token has expired.', timestamp: '' })
    server.closes('ended-by-server')
    expect(client.state().status.connection).toMatchObject({
      type: 'refused',
      error: { code: 'token-expired' },
    })
  })

  test('reports the code of a refused handshake', () => {
    const { server, client } = setUp()
    client.join({ room: 'main', role: 'viewer' })
    server.refuses('unauthenticated')
    expect(client.state().status.connection).toMatchObject({
      type: 'refused',
      error: { code: 'unauthenticated' },
    })
  })

  test('cancels timers and calls no listener after close', async () => {
    const { server, client, timer, statuses, emits } = await joinMain()
    server.emits('server-shutdown', { reconnectInMs: 3_000 })
    client.close()
    const before = [statuses.length, emits.length]
    expect(timer.waiting.size).toBe(0)
    server.emits('viewer-count-update', { count: 9 })
    expect([statuses.length, emits.length]).toEqual(before)
  })
})

describe('receiving emits', () => {
  test('delivers the emits of an event together, and only then advances the offset', async () => {
    const { server, emitted } = await joinMain()
    server.emits('randomHighlight', { room: 'main', seq: 60, at: 1, more: true, tick: 50 })
    expect(emitted().map(([event]) => event)).toEqual(['session'])
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)?.offsets).toEqual({ main: 0 })
    server.emits('randomHighlight', { room: 'main', seq: 60, at: 1, more: true, tick: 50 })
    server.emits('randomComplete', { room: 'main', seq: 60, at: 1, proof: { drawNo: 1, members: [] } })
    expect(emitted().map(([event]) => event)).toEqual(['session', 'randomHighlight', 'randomComplete'])
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)?.offsets).toEqual({ main: 60 })
  })

  test('delivers a count at once, and does not use it as an offset', async () => {
    const { server, emitted } = await joinMain()
    server.emits('viewer-count-update', { room: 'main', seq: 8, at: 1, count: 2 })
    expect(emitted().at(-1)?.[0]).toBe('viewer-count-update')
    server.closes('lost')
    server.opens()
    expect(server.handshakes.at(-1)?.offsets).toEqual({ main: 0 })
  })

  test('ignores unknown names and payloads that are no objects', async () => {
    const { server, emitted } = await joinMain()
    server.emits('toString', {})
    server.emits('gameStarted', { board: [] })
    server.emits('randomStarted', 'text')
    expect(emitted().map(([event]) => event)).toEqual(['session'])
  })

  test('works with a full or broken storage', async () => {
    const storage = {
      ...fakeStorage(),
      getItem: () => '{"sessionId":',
      setItem: () => {
        throw new Error('full')
      },
    }
    const server = fakeServer()
    const client = pickerClient({ connect: server.connect, storage, after: fakeTimer().after })
    client.join({ room: 'main', role: 'viewer' })
    server.opens()
    server.emits('session', session())
    await server.answers('viewer-join', joinResult)
    expect(client.state().status.type).toBe('joined')
  })
})
