import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import * as E from '#fp/Either'
import { afterEach, describe, expect, it } from 'vitest'
import type { Append, EventStore } from '../../../src/application/ports/event-store.js'
import { keyOfSessionId } from '../../../src/application/sessions/connection.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { created, hasJoined, person, recorded, settled, testEpoch, roomRecord } from '../../kit/index.js'
import type { BuiltInEvent } from '../../kit/index.js'
import { nowSeconds, secret as jwtSecret, tokenWith } from '../identity/forge.js'
import { issuer } from '../identity/issuer.js'
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

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

const withToken = (claims: object): RequestInit => bearer(tokenWith(claims))

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
  it('gives an operator the whole log without secrets, also of a room that it never entered (H-6)', async () => {
    const server = await started({ env: { JWT_SECRET: jwtSecret } })
    const { socket } = await joined(server, 'broadcaster-join')
    await joined(server, 'viewer-join')
    await socket.emitWithAck('contribute-entropy', { entropy: 'ab'.repeat(16) })
    const stored = await server.store.read(roomId('main'), 0, 1_000)()
    const records = E.isRight(stored) ? stored.right : []
    const secrets = records.flatMap(({ secret }) =>
      // A member's id is that of its first connection, so the connection id is not secret.
      Object.entries<unknown>(secret === undefined ? {} : { ...secret }).flatMap(([name, value]) =>
        name === 'connection' ? [] : [JSON.stringify(value)],
      ),
    )
    expect(secrets.length).toBeGreaterThan(2)
    for (const role of ['admin', 'super_admin']) {
      const response = await server.request('/rooms/main/events', withToken({ role }))
      expect(response.status).toBe(200)
      const lines = await linesOf(response)
      expect(lines.map(({ seq }) => seq)).toStrictEqual(records.map(({ seq }) => seq))
      for (const secret of secrets) expect(JSON.stringify(lines)).not.toContain(secret)
    }
    const part = await server.request('/rooms/main/events?after=1&limit=2', withToken({ role: 'admin' }))
    expect((await linesOf(part)).map(({ seq }) => seq)).toStrictEqual([2, 3])
  })

  it('rejects a user that is no operator, whether or not it is a member', async () => {
    const server = await started({ env: { JWT_SECRET: jwtSecret } })
    await joined(server, 'broadcaster-join')
    for (const claims of [{}, { role: 'staff' }, { role: 'Admin' }, { role: { role: 'admin' } }]) {
      const response = await server.request('/rooms/main/events', withToken(claims))
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'access-denied' } })
    }
  })

  it.each<readonly [string, number, string, string]>([
    ['abc', 401, 'unauthenticated', 'The token is not a signed JWT'],
    ['', 401, 'unauthenticated', 'The token is not a signed JWT'],
    [
      tokenWith({ role: 'admin', exp: nowSeconds }),
      401,
      'token-expired',
      'The token has expired; sign in again',
    ],
    [
      tokenWith({ role: 'admin' }, 'another secret of 32 bytes or more!!'),
      401,
      'unauthenticated',
      'The signature of the token is wrong',
    ],
  ])('rejects the invalid bearer token %s', async (token, status, code, message) => {
    const server = await started({ env: { JWT_SECRET: jwtSecret } })
    await joined(server, 'broadcaster-join')
    const response = await server.request('/rooms/main/events', bearer(token))
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(await response.json()).toStrictEqual({
      success: false,
      error: { code, message, timestamp: new Date(server.clock.now()).toISOString() },
    })
  })

  it('asks an operator to try again while the keys cannot be fetched', async () => {
    const from = await issuer()
    from.answer((response) => void response.writeHead(500).end())
    try {
      const server = await started({ env: { JWKS_URL: from.url } })
      const response = await server.request('/rooms/main/events', withToken({ role: 'admin' }))
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      expect(await response.json()).toMatchObject({ error: { code: 'unauthenticated', retryable: true } })
    } finally {
      await from.close()
    }
  })

  it('tells an operator that a room does not exist', async () => {
    const server = await started({ env: { JWT_SECRET: jwtSecret } })
    for (const room of ['unknown', 'no%20name']) {
      const response = await server.request(`/rooms/${room}/events`, withToken({ role: 'admin' }))
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ error: { code: 'room-not-found' } })
    }
  })

  it('gives a member the log from its first join on, one event per line, without secrets', async () => {
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
        // A member's id is that of its first connection, so the connection id is not secret.
        if (name === 'connection') continue
        expect(JSON.stringify(lines)).not.toContain(JSON.stringify(value))
      }
    }
  })

  it('continues after `after` and gives at most `limit` events', async () => {
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
    ['another scheme', 'Basic YTpi'],
    ['no session id', 'Session'],
    ['two words', 'Session a b'],
  ])('replies unauthenticated to a request with %s', async (_what, authorization) => {
    const server = await started()
    await joined(server, 'broadcaster-join')
    const response = await server.request('/rooms/main/events', {
      headers: authorization === undefined ? {} : { authorization },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Session, Bearer')
    expect(await response.json()).toMatchObject({ success: false, error: { code: 'unauthenticated' } })
  })

  it('rejects a session without a member, and that of a former member', async () => {
    const server = await started()
    await joined(server, 'broadcaster-join')
    const { sessionId: other } = await joined(server, 'viewer-join', 'elsewhere')
    const { sessionId: former, socket } = await joined(server, 'viewer-join')
    expect((await server.request('/rooms/main/events', asMember(former))).status).toBe(200)
    await socket.emitWithAck('leave', {})
    for (const sessionId of [other, former, 'unknown']) {
      const response = await server.request('/rooms/main/events', asMember(sessionId))
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'access-denied' } })
    }
  })

  it.each([['unknown'], ['no%20name'], ['x'.repeat(129)]])(
    'replies room-not-found for the room %s',
    async (room) => {
      const server = await started()
      const response = await server.request(`/rooms/${room}/events`, asMember('unknown'))
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ error: { code: 'room-not-found' } })
    },
  )

  it.each([
    ['after=-1', 'after'],
    ['after=1.5', 'after'],
    ['after=1&after=2', 'after'],
    ['limit=0', 'limit'],
    ['limit=all', 'limit'],
  ])('rejects ?%s and names the field', async (query, path) => {
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

/** A room with a log of 60 MB and the session as a member; counts how often its log is read. */
const longLog = async (
  atRead: (read: number) => boolean = () => true,
  joins: 'first' | 'last' = 'first',
): Promise<{
  readonly store: EventStore
  readonly reads: () => number
  readonly largestPageBytes: () => number
}> => {
  const store = memoryEventStore()
  const session = keyOfSessionId(sessionId)
  const payload = 'x'.repeat(20_000)
  const join: BuiltInEvent = hasJoined({ ...someone, session }, 'native', 'member')
  const logEvents: ReadonlyArray<BuiltInEvent> = [
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
    records: recorded(logEvents, 0, { at: 0, by: memberId('x'), cause: null }, longRoom).map(roomRecord),
    due: null,
    occupied: true,
    addedSessions: [session],
    removedSessions: [],
  }
  await store.commit([append])()
  let reads = 0
  let largestPageBytes = 0
  return {
    reads: () => reads,
    largestPageBytes: () => largestPageBytes,
    store: {
      ...store,
      read: (room, after, limit, maxBytes) => async () => {
        // The engine reads larger pages when it rehydrates the room.
        if (limit > 500) return store.read(room, after, limit)()
        reads++
        if (!atRead(reads)) return E.left({ type: 'unavailable', problem: 'canary' })
        const page = await store.read(room, after, limit, maxBytes)()
        if (E.isRight(page)) largestPageBytes = Math.max(largestPageBytes, JSON.stringify(page.right).length)
        return page
      },
    },
  }
}

const opened = (server: TestServer, address?: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const forwarded = address === undefined ? {} : { 'x-forwarded-for': address }
    const options = { headers: { authorization: `Session ${sessionId}`, ...forwarded } }
    httpRequest(`${server.url}/rooms/long/events`, options, resolve).once('error', reject).end()
  })

/** A client that does not read the response. */
const stalled = async (server: TestServer, address?: string): Promise<IncomingMessage> => {
  const response = await opened(server, address)
  response.pause()
  return response
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await settled()
}

const metric = async (server: TestServer, name: string): Promise<string | undefined> =>
  (await server.metrics())
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1)

const readersOf = (server: TestServer): Promise<string | undefined> => metric(server, 'roomreel_log_readers')

const readsWithOutcome = (server: TestServer, outcome: string): Promise<string | undefined> =>
  metric(server, `roomreel_log_reads_total{outcome="${outcome}"}`)

describe('a log of 60 MB', () => {
  it('is read at the pace of the client', async () => {
    const { store, reads, largestPageBytes } = await longLog()
    const server = await started({ store })
    const response = await stalled(server)
    await turns(200)
    // The operating system buffers these pages.
    expect(reads()).toBeLessThan(60)
    let bytes = 0
    for await (const chunk of response) bytes += (chunk as Buffer).length
    expect(bytes).toBeGreaterThan(events * 20_000)
    expect(reads()).toBe(215)
    expect(largestPageBytes()).toBeLessThan(256 * 1024 + 21_000)
    expect(await readsWithOutcome(server, 'complete')).toBe('1')
    expect(await readersOf(server)).toBe('0')
  })

  it('is read from the first record that the member may see', async () => {
    const { store, reads } = await longLog(() => true, 'last')
    const server = await started({ store })
    const lines = await linesOf(await server.request('/rooms/long/events', asMember(sessionId)))
    expect(lines.map(({ seq }) => seq)).toStrictEqual([events + 2, events + 3])
    expect(reads()).toBe(1)
  })

  it('is not read after the client has gone', async () => {
    const { store, reads } = await longLog()
    const server = await started({ store })
    const response = await opened(server)
    response.destroy()
    await turns(200)
    expect(reads()).toBeLessThan(60)
    expect(await readsWithOutcome(server, 'aborted')).toBe('1')
    expect(await readersOf(server)).toBe('0')
  })

  it('is no longer sent to a client that reads nothing for 30 s, and the reader is not counted any more', async () => {
    const { store, reads } = await longLog()
    const server = await started({ store })
    const response = await stalled(server)
    await turns(200)
    const before = reads()
    server.clock.advance(29_999)
    await turns(20)
    expect(await readersOf(server)).toBe('1')
    server.clock.advance(1)
    await turns(20)
    expect(await readersOf(server)).toBe('0')
    expect(await readsWithOutcome(server, 'timeout')).toBe('1')
    expect(reads()).toBe(before)
    await expect(response.toArray()).rejects.toThrow('aborted')
  })

  it.each([
    ['readers', 503, ['10.0.0.1', '10.0.0.2', '10.0.0.3']],
    ['readers of one address', 429, ['10.0.0.1', '10.0.0.1', '10.0.0.1']],
  ])(
    'is not sent to a client above the limit of %s: it gets %i rate-limited',
    async (_limit, status, addresses) => {
      const { store } = await longLog()
      const server = await started({
        store,
        env: { TRUST_PROXY: '1' },
        logReadLimits: status === 503 ? { maxReaders: 2 } : { maxReadersPerAddress: 2 },
      })
      const [first, second, third] = addresses
      const readers = [await stalled(server, first), await stalled(server, second)]
      const response = await opened(server, third)
      expect(response.statusCode).toBe(status)
      expect(response.headers['retry-after']).toBe('5')
      expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject({
        error: { code: 'rate-limited', retryAfterMs: 5_000 },
      })
      expect(await readersOf(server)).toBe('2')
      expect(await readsWithOutcome(server, 'rejected')).toBe('1')
      for (const reader of readers) reader.destroy()
      await turns(20)
      const again = await opened(server, third)
      expect(again.statusCode).toBe(200)
      again.destroy()
    },
  )

  it('is sent incompletely when it becomes unreadable', async () => {
    const { store } = await longLog((read) => read < 4)
    const server = await started({ store })
    const response = await server.request('/rooms/long/events', asMember(sessionId))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it('is answered with store-unavailable when it is unreadable', async () => {
    const { store } = await longLog(() => false)
    const server = await started({ store })
    const response = await server.request('/rooms/long/events', asMember(sessionId))
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'store-unavailable' } })
  })
})
