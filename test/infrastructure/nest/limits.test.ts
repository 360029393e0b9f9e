import type { Socket } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import { runningServer } from '../http/running-server.js'
import type { TestServer } from '../http/running-server.js'

let server: TestServer

afterEach(() => server.stop())

interface Answer {
  readonly success: boolean
  readonly error?: { readonly code: string; readonly retryAfterMs?: number; readonly message: string }
}

const join = (socket: Socket, room: string): Promise<Answer> =>
  socket.emitWithAck('join', { room, create: true }) as Promise<Answer>

const outcome = ({ success, error }: Answer): unknown => (success ? 'ok' : [error?.code, error?.retryAfterMs])

/** The value of a metric in the text format; undefined: it has no such line. */
const metric = async (line: string): Promise<number | undefined> => {
  const found = (await server.metrics()).split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

describe('the rate of new rooms', () => {
  it('is limited per session, and does not concern a room that exists', async () => {
    server = await runningServer({ env: { RATE_ROOMS_SESSION: '2/1' } })
    const { socket } = await server.client('/rooms')
    expect(outcome(await join(socket, 'one'))).toBe('ok')
    expect(outcome(await join(socket, 'two'))).toBe('ok')
    expect(outcome(await join(socket, 'three'))).toEqual(['rate-limited', 1_000])
    expect(outcome(await join(socket, 'one'))).toBe('ok')
    const other = await server.client('/rooms')
    for (const room of ['one', 'two', 'one', 'two', 'one']) {
      expect(outcome(await join(other.socket, room))).toBe('ok')
    }
    expect(outcome(await join(other.socket, 'three'))).toBe('ok')
    server.clock.advance(999)
    expect(outcome(await join(socket, 'four'))).toEqual(['rate-limited', 1])
    server.clock.advance(1)
    expect(outcome(await join(socket, 'four'))).toBe('ok')
    expect(await metric('roomreel_transport_total{what="limited",code="",reason="rooms"}')).toBe(2)
    expect(await metric('roomreel_limit_entries{limit="rooms"}')).toBe(3)
  })

  it.each([
    ['picker', '/', 'viewer-join', (room: string) => ({ room })],
    ['mesh', '/', 'create:room', (room: string) => ({ roomCode: room })],
    ['mesh join', '/', 'join:room', (room: string) => ({ roomCode: room, create: true })],
    ['Connect Four', '/', 'createGame', (room: string) => ({ room, opponent: 'human' })],
    [
      'party',
      '/',
      'JOIN_USER_REQUEST',
      (room: string) => ({ roomId: room, user: { id: 'ann', name: 'Ann' } }),
    ],
    ['native', '/rooms', 'join', (room: string) => ({ room, create: true })],
  ])('counts the rooms of the %s protocol', async (_protocol, namespace, event, payload) => {
    server = await runningServer({ env: { RATE_ROOMS_SESSION: '1/1' } })
    const { socket } = await server.client(namespace)
    const create = async (room: string): Promise<unknown> =>
      outcome((await socket.emitWithAck(event, payload(room))) as Answer)
    expect(await create('one')).toBe('ok')
    expect(await create('two')).toEqual(['rate-limited', 1_000])
  })

  it('is limited per address, for new sessions and for HTTP together', async () => {
    server = await runningServer({ env: { RATE_ROOMS_ADDRESS: '3/10' } })
    for (const room of ['one', 'two']) {
      const { socket } = await server.client('/rooms')
      expect(outcome(await join(socket, room))).toBe('ok')
    }
    expect((await server.request('/rooms', { method: 'POST' })).status).toBe(201)
    const refused = await server.request('/rooms', { method: 'POST' })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'rate-limited', retryAfterMs: 100 } })
    const { socket } = await server.client('/rooms')
    expect(outcome(await join(socket, 'four'))).toEqual(['rate-limited', 100])
  })

  it('closes a connection that is refused rooms in ten successive seconds', async () => {
    server = await runningServer({ env: { RATE_ROOMS_SESSION: '1/1', RATE_ROOMS_ADDRESS: '1/1' } })
    const { socket } = await server.client('/rooms')
    await join(socket, 'first')
    const disconnected = new Promise((resolve) => void socket.once('disconnect', resolve))
    let seconds = 0
    while (socket.connected && seconds < 20) {
      seconds++
      const refused = join(socket, `room-${seconds}`).catch(() => undefined)
      const again = join(socket, `more-${seconds}`).catch(() => undefined)
      await Promise.race([Promise.all([refused, again]), disconnected])
      server.clock.advance(1_000)
    }
    expect(await disconnected).toBe('io server disconnect')
    expect(seconds).toBe(10)
  })

  it('is lifted by RATE_LIMIT=off', async () => {
    server = await runningServer({ env: { RATE_LIMIT: 'off' } })
    const { socket } = await server.client('/rooms')
    for (let room = 0; room < 50; room++) expect(outcome(await join(socket, `room-${room}`))).toBe('ok')
  })
})

describe('IDLE_LOGOFF_MINUTES', () => {
  const twoNamespaces = async (): Promise<ReadonlyArray<Socket>> => {
    const first = await server.client('/rooms')
    const second = first.socket.io.socket('/')
    await new Promise((resolve) => void second.once('session', resolve))
    return [first.socket, second]
  }

  const ends = (socket: Socket): Promise<readonly [unknown, unknown]> =>
    Promise.all([
      new Promise((resolve) => void socket.once('error', resolve)),
      new Promise((resolve) => void socket.once('disconnect', resolve)),
    ])

  it('closes a connection without events in all its namespaces, and says why', async () => {
    server = await runningServer({ env: { IDLE_LOGOFF_MINUTES: '15' } })
    const sockets = await twoNamespaces()
    const ended = Promise.all(sockets.map(ends))
    server.clock.advance(15 * 60_000)
    const error = {
      code: 'unauthenticated',
      message: 'You were logged off after 15 minutes without activity; sign in again',
      timestamp: '2026-01-01T00:15:00.000Z',
    }
    expect(await ended).toEqual([
      [error, 'io server disconnect'],
      [error, 'io server disconnect'],
    ])
    expect(await metric('roomreel_transport_total{what="disconnected",code="",reason="idle"}')).toBe(1)
  })

  it('counts an event in any namespace, also a refused one, but not auth:refresh and pings', async () => {
    server = await runningServer({ env: { IDLE_LOGOFF_MINUTES: '1' } })
    const [rooms, root] = (await twoNamespaces()) as [Socket, Socket]
    server.clock.advance(50_000)
    await root.emitWithAck('leave', {})
    server.clock.advance(50_000)
    expect(rooms.connected).toBe(true)
    await rooms.emitWithAck('no-such-event')
    server.clock.advance(50_000)
    const ended = ends(rooms)
    await root.emitWithAck('auth:refresh', { token: 'new' })
    server.clock.advance(9_999)
    await root.emitWithAck('auth:refresh', { token: 'new' })
    server.clock.advance(1)
    expect((await ended)[0]).toMatchObject({ code: 'unauthenticated' })
  })

  it('is off by default', async () => {
    server = await runningServer()
    const { socket } = await server.client('/rooms')
    server.clock.advance(24 * 3_600_000)
    expect(outcome(await join(socket, 'late'))).toBe('ok')
  })
})
