import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import * as E from '#fp/Either'
import { afterEach, describe, expect, it } from 'vitest'
import type { Append, EventStore } from '../../../src/application/ports/event-store.js'
import { memberId, roomId, sessionKey } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { lengthPrefixed, sha256, toHex } from '../../../src/domain/kernel/bytes.js'
import { created, hasJoined, person, recorded, settled, testEpoch } from '../../kit/index.js'
import { runningServer } from './running-server.js'
import type { TestServer } from './running-server.js'

interface Line {
  readonly room: string
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly by?: string
  readonly data: unknown
}

const running: TestServer[] = []
const started = async (...options: Parameters<typeof runningServer>): Promise<TestServer> => {
  const server = await runningServer(...options)
  running.push(server)
  return server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

const asMember = (sessionId: string): RequestInit => ({ headers: { authorization: `Session ${sessionId}` } })

const linesOf = async (response: Response): Promise<ReadonlyArray<Line>> =>
  (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

const joined = async (server: TestServer, event: string, room = 'main') => {
  const client = await server.client()
  const reply = (await client.socket.emitWithAck(event, { room })) as { readonly memberId: string }
  return { ...client, memberId: reply.memberId }
}

describe('GET /rooms/:room/events', () => {
  it('gives a member the log from its own first join on, a line for each event, without what is secret', async () => {
    const server = await started()
    await joined(server, 'broadcaster-join')
    const { sessionId, memberId: viewer, socket } = await joined(server, 'viewer-join')
    await socket.emitWithAck('contribute-entropy', { entropy: 'ab'.repeat(16) })
    const response = await server.request('/rooms/main/events', asMember(sessionId))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')

    const lines = await linesOf(response)
    const stored = await server.store.read(roomId('main'), 0, 1_000)()
    const records = E.isRight(stored) ? stored.right : []
    const join = records.find(
      (record) => record.type === 'room.member-joined' && record.data.memberId === viewer,
    )
    expect(join?.seq).toBeGreaterThan(1)
    expect(lines.map(({ seq }) => seq)).toStrictEqual(
      records.map(({ seq }) => seq).filter((seq) => seq >= (join?.seq ?? 0)),
    )
    expect(lines[0]).toStrictEqual({
      room: 'main',
      seq: join?.seq,
      at: server.clock.now(),
      type: 'room.member-joined',
      ...(join?.by === null ? {} : { by: join?.by }),
      data: join?.data,
    })
    expect(lines.at(-1)).toMatchObject({ type: 'random-picker.contributed', by: viewer })
    for (const line of lines) expect(Object.keys(line)).not.toContain('secret')
    for (const { secret } of records) {
      if (secret === undefined) continue
      for (const [name, value] of Object.entries<unknown>({ ...secret })) {
        // A member's id is that of the connection with which it first came: it is no secret under that name.
        if (name === 'connection') continue
        expect(JSON.stringify(lines)).not.toContain(JSON.stringify(value))
      }
    }
  })

  it('goes on behind `after`, and gives `limit` events at most', async () => {
    const server = await started()
    const { sessionId } = await joined(server, 'broadcaster-join')
    for (let viewer = 0; viewer < 3; viewer++) await joined(server, 'viewer-join')
    const all = await linesOf(await server.request('/rooms/main/events', asMember(sessionId)))
    expect(all.length).toBeGreaterThan(4)
    const second = all[1]?.seq ?? 0
    const part = await server.request(`/rooms/main/events?after=${second}&limit=2`, asMember(sessionId))
    expect(await linesOf(part)).toStrictEqual(all.slice(2, 4))
    const end = await server.request(`/rooms/main/events?after=${all.at(-1)?.seq}`, asMember(sessionId))
    expect(await linesOf(end)).toStrictEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['a token of an operator', 'Bearer abc'],
    ['no session', 'Session'],
    ['two words', 'Session a b'],
  ])('asks for a session where it gets %s', async (_what, authorization) => {
    const server = await started()
    await joined(server, 'broadcaster-join')
    const response = await server.request('/rooms/main/events', {
      headers: authorization === undefined ? {} : { authorization },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Session')
    expect(await response.json()).toMatchObject({ success: false, error: { code: 'unauthenticated' } })
  })

  it('gives nothing to a session that is not a member, or no longer', async () => {
    const server = await started()
    await joined(server, 'broadcaster-join')
    const { sessionId: stranger } = await joined(server, 'viewer-join', 'elsewhere')
    const { sessionId: former, socket } = await joined(server, 'viewer-join')
    expect((await server.request('/rooms/main/events', asMember(former))).status).toBe(200)
    await socket.emitWithAck('leave', {})
    for (const sessionId of [stranger, former, 'made-up']) {
      const response = await server.request('/rooms/main/events', asMember(sessionId))
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'access-denied' } })
    }
  })

  it.each([['nobody-made-it'], ['no%20name'], ['x'.repeat(129)]])('knows no room %s', async (room) => {
    const server = await started()
    const response = await server.request(`/rooms/${room}/events`, asMember('made-up'))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'room-not-found' } })
  })

  it.each([
    ['after=-1', 'after'],
    ['after=1.5', 'after'],
    ['after=1&after=2', 'after'],
    ['limit=0', 'limit'],
    ['limit=all', 'limit'],
  ])('refuses ?%s and names the field', async (query, path) => {
    const server = await started()
    const { sessionId } = await joined(server, 'broadcaster-join')
    const response = await server.request(`/rooms/main/events?${query}`, asMember(sessionId))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid-payload', path } })
  })
})

const longRoom = roomId('long')
const events = 3_000
const someone = person('someone')
const sessionId = 'session-of-someone'

/** A room with 60 MB of log in which the session is a member, and how often its log was read. */
const longLog = async (
  atRead: (read: number) => boolean = () => true,
  joins: 'first' | 'last' = 'first',
): Promise<{ readonly store: EventStore; readonly reads: () => number }> => {
  const store = memoryEventStore()
  const session = sessionKey(toHex(sha256(lengthPrefixed('session/2', '/rooms', sessionId))))
  const payload = 'x'.repeat(20_000)
  const join = hasJoined({ ...someone, session }, 'native', 'member')
  const facts: ReadonlyArray<RoomEvent> = [
    { ...created, data: { ...created.data, room: longRoom } },
    ...(joins === 'first' ? [join] : []),
    ...Array.from({ length: events }, () => ({
      type: 'relay.event' as const,
      data: { module: 'notes', event: 'noted', payload },
    })),
    ...(joins === 'last' ? [join] : []),
  ]
  const append: Append = {
    room: longRoom,
    epoch: testEpoch,
    expectedSeq: 0,
    records: recorded(facts, 0, { at: 0, by: memberId('x'), cause: null }, longRoom),
    due: null,
    occupied: true,
    addedSessions: [session],
    removedSessions: [],
  }
  await store.commit([append])()
  let reads = 0
  return {
    reads: () => reads,
    store: {
      ...store,
      read: (room, after, limit) => async () => {
        // The engine, which reads the log to have the room in memory, takes more at once.
        if (limit > 500) return store.read(room, after, limit)()
        reads++
        return atRead(reads)
          ? store.read(room, after, limit)()
          : E.left({ type: 'unavailable', problem: 'canary' })
      },
    },
  }
}

const opened = (server: TestServer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = { headers: { authorization: `Session ${sessionId}` } }
    httpRequest(`${server.url}/rooms/long/events`, options, resolve).once('error', reject).end()
  })

describe('a log of 60 MB', () => {
  it('is read no faster than the client takes it', async () => {
    const { store, reads } = await longLog()
    const server = await started({ store })
    const response = await opened(server)
    response.pause()
    for (let turn = 0; turn < 200; turn++) await settled()
    expect(reads()).toBeLessThan(8)
    let bytes = 0
    for await (const chunk of response) bytes += (chunk as Buffer).length
    expect(bytes).toBeGreaterThan(events * 20_000)
    expect(reads()).toBe(16)
  })

  it('is not read before the place from which on the member may read', async () => {
    const { store, reads } = await longLog(() => true, 'last')
    const server = await started({ store })
    const lines = await linesOf(await server.request('/rooms/long/events', asMember(sessionId)))
    expect(lines.map(({ seq }) => seq)).toStrictEqual([events + 2, events + 3])
    expect(reads()).toBe(1)
  })

  it('is read no further when the client has gone', async () => {
    const { store, reads } = await longLog()
    const server = await started({ store })
    const response = await opened(server)
    response.destroy()
    for (let turn = 0; turn < 200; turn++) await settled()
    expect(reads()).toBeLessThan(8)
  })

  it('that cannot be read to its end is cut off, not ended', async () => {
    const { store } = await longLog((read) => read < 4)
    const server = await started({ store })
    const response = await server.request('/rooms/long/events', asMember(sessionId))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it('that cannot be read at all is refused', async () => {
    const { store } = await longLog(() => false)
    const server = await started({ store })
    const response = await server.request('/rooms/long/events', asMember(sessionId))
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'store-unavailable' } })
  })
})
