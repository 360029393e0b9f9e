import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runningServer } from './running-server.js'
import type { TestServer } from './running-server.js'
import { firstInstant } from '../../kit/index.js'

const timestamp = new Date(firstInstant).toISOString()

const postOf = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

describe('POST /rooms', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await runningServer()
  })
  afterEach(() => server.stop())

  const createdRooms = async (): Promise<ReadonlyArray<string>> => {
    const listed = await server.store.list(null, 100)()
    return listed._tag === 'Right' ? listed.right.map(({ room }) => room) : []
  }

  it('creates the room of a code, in upper or lower case', async () => {
    const response = await server.request('/rooms', postOf({ roomCode: 'ABC-123' }))
    expect(response.status).toBe(201)
    expect(await response.json()).toStrictEqual({ roomId: 'room_abc-123', roomCode: 'ABC-123' })
    expect(await createdRooms()).toStrictEqual(['room_abc-123'])
  })

  it('rejects the code of an existing room, in upper or lower case', async () => {
    await server.request('/rooms', postOf({ roomCode: 'ABC123' }))
    const response = await server.request('/rooms', postOf({ roomCode: 'abc123' }))
    expect(response.status).toBe(409)
    expect(await response.json()).toStrictEqual({
      success: false,
      error: { code: 'room-exists', message: expect.any(String), timestamp },
    })
  })

  it('generates a code without ambiguous letters', async () => {
    const response = await server.request('/rooms', { method: 'POST' })
    expect(response.status).toBe(201)
    const { roomCode, roomId: room, ...rest } = (await response.json()) as Record<string, string>
    expect(roomCode).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/)
    expect(room).toBe(`room_${roomCode?.toLowerCase()}`)
    expect(rest).toStrictEqual({})
  })

  it('creates a private room that opens with its token only', async () => {
    const response = await server.request('/rooms', postOf({ roomCode: 'secret', private: true }))
    const { roomId: room, joinToken } = (await response.json()) as Record<string, string>
    expect(Buffer.from(joinToken ?? '', 'base64url')).toHaveLength(16)
    const { socket } = await server.client()
    expect(await socket.emitWithAck('viewer-join', { room })).toMatchObject({
      success: false,
      error: { code: 'access-denied' },
    })
    expect(await socket.emitWithAck('viewer-join', { room, token: `${joinToken}x` })).toMatchObject({
      success: false,
    })
    expect(await socket.emitWithAck('viewer-join', { room, token: joinToken })).toMatchObject({
      success: true,
    })
  })

  it.each([
    ['a code that is too long', { roomCode: 'x'.repeat(33) }, 'roomCode'],
    ['a code with a blank', { roomCode: 'a b' }, 'roomCode'],
    ['a code that is not a string', { roomCode: 7 }, 'roomCode'],
    ['`private` that is not a boolean', { private: 'yes' }, 'private'],
  ])('rejects %s, names the field and creates nothing', async (_what, body, path) => {
    const response = await server.request('/rooms', postOf(body))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ success: false, error: { code: 'invalid-payload', path } })
    expect(await createdRooms()).toStrictEqual([])
  })

  it.each([
    ['not JSON', '{"private":', 400, 'invalid-payload'],
    ['an array', '[]', 400, 'invalid-payload'],
    ['more than 64 KB', JSON.stringify({ roomCode: 'x'.repeat(65_536) }), 413, 'payload-too-large'],
  ])('rejects a body that is %s without quoting it', async (_what, body, status, code) => {
    const response = await server.request('/rooms', { ...postOf({}), body })
    expect(response.status).toBe(status)
    expect(await response.json()).toStrictEqual({
      success: false,
      error: { code, message: expect.any(String), timestamp },
    })
    expect(await createdRooms()).toStrictEqual([])
  })

  it('reads the body for any content type, so that a private room never becomes a public one', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"private":true}' }
    expect(await (await server.request('/rooms', init)).json()).toHaveProperty('joinToken')
    expect((await server.request('/rooms', { ...init, body: 'private=true' })).status).toBe(400)
  })

  it('creates nothing for a page of another origin', async () => {
    const init = postOf({ roomCode: 'stolen' })
    const foreignPost = { ...init, headers: { ...init.headers, origin: 'https://evil.example.org' } }
    const response = await server.request('/rooms', foreignPost)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: { code: 'access-denied' } })
    expect(await createdRooms()).toStrictEqual([])
  })

  it('allows credentials for a page of an allowed origin', async () => {
    const init = postOf({})
    const response = await server.request('/rooms', {
      ...init,
      headers: { ...init.headers, origin: 'http://localhost:5173' },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('allows thirty requests of one address at once, and then one per second', async () => {
    const statuses: number[] = []
    for (let count = 0; count < 30; count++) {
      statuses.push((await server.request('/rooms', { method: 'POST' })).status)
    }
    expect(new Set(statuses)).toStrictEqual(new Set([201]))
    const response = await server.request('/rooms', { method: 'POST' })
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({ error: { code: 'rate-limited', retryAfterMs: 1_000 } })
    server.clock.advance(1_000)
    expect((await server.request('/rooms', { method: 'POST' })).status).toBe(201)
    expect((await server.request('/rooms', { method: 'POST' })).status).toBe(429)
  })

  it('rejects requests while the server stops', async () => {
    server.lifecycle.stopping()
    const response = await server.request('/rooms', { method: 'POST' })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'shutting-down' } })
  })

  it('replies with the error code of a store fault, without its message', async () => {
    await server.stop()
    const working = server.store
    server = await runningServer({
      store: {
        ...working,
        find: () => async () => ({ _tag: 'Left', left: { type: 'unavailable', problem: 'canary' } }),
        commit: (appends) => async () =>
          appends.map(() => ({ type: 'fault', fault: { type: 'unavailable', problem: 'canary' } })),
      },
    })
    const pending = server.request('/rooms', postOf({ roomCode: 'x' }))
    server.clock.advance(10)
    const response = await pending
    const text = await response.text()
    expect(response.status).toBe(503)
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'store-unavailable', retryable: true } })
    expect(text).not.toContain('canary')
  })
})

it('POST /rooms has no rate limit with RATE_LIMIT=off', async () => {
  const server = await runningServer({ env: { RATE_LIMIT: 'off' } })
  try {
    for (let count = 0; count < 40; count++) {
      expect((await server.request('/rooms', { method: 'POST' })).status).toBe(201)
    }
    expect(server.engine.load().rooms).toBe(40)
  } finally {
    await server.stop()
  }
})
