import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserRole } from '../../../src/application/identity/principal.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { authenticateFake, fakeToken } from './fake-tokens.js'

const namespaces = ['/', '/rooms', '/admin']

let clock: VirtualClock
let store: EventStore
let server: LiveServer

beforeEach(async () => {
  clock = virtualClock()
  store = memoryEventStore()
  server = await liveServer({ clock, store, authenticate: authenticateFake(clock) })
})

afterEach(async () => {
  await server.close()
  expect(server.defects).toEqual([])
})

interface TokenOptions {
  readonly roles?: ReadonlyArray<UserRole>
  readonly issuedAgoMs?: number
  readonly livesMs?: number
}

const tokenOf = (
  sub: string,
  { roles = [], issuedAgoMs = 0, livesMs = 3_600_000 }: TokenOptions = {},
): string => fakeToken({ sub, roles, iat: clock.now() - issuedAgoMs, exp: clock.now() + livesMs })

const clientOf = (namespace: string, token: string, auth: object = {}): Promise<Client> =>
  server.client(namespace, { ...auth, token })

const connectError = async (connecting: Promise<unknown>): Promise<unknown> => {
  try {
    await connecting
  } catch (error) {
    return (error as { data?: unknown }).data
  }
  throw new Error('The connection was accepted')
}

const ownError = (client: Client): Promise<Payload> => client.waitFor('error')

const restart = async (): Promise<void> => {
  await server.crash()
  server = await liveServer({ clock, store, authenticate: authenticateFake(clock) })
}

describe.each(namespaces)('in %s', (namespace) => {
  it('a token is announced to expire, and then closes the connection', async () => {
    const client = await clientOf(namespace, tokenOf('ann', { livesMs: 100_000 }))
    const expiresAt = clock.now() + 100_000
    clock.advance(40_000)
    expect(await client.waitFor('token-expiring')).toEqual({ expiresAt })
    clock.advance(60_000)
    expect(await ownError(client)).toMatchObject({ code: 'token-expired' })
    expect(await client.ended).toBe('io server disconnect')
  })

  it('a new token keeps the connection, and is acknowledged with its expiry', async () => {
    const client = await clientOf(namespace, tokenOf('ann', { livesMs: 100_000 }))
    clock.advance(50_000)
    const token = tokenOf('ann', { livesMs: 100_000 })
    expect(await client.ask('auth:refresh', { token })).toEqual({
      success: true,
      expiresAt: clock.now() + 100_000,
    })
    clock.advance(60_000)
    await client.flush()
    expect(client.socket.connected).toBe(true)
  })

  it.each<[string, () => string, string]>([
    ['of another user', () => tokenOf('bob'), 'access-denied'],
    ['that has expired', () => tokenOf('ann', { livesMs: 0 }), 'token-expired'],
  ])('a new token %s is refused, and the connection goes on', async (_name, token, code) => {
    const client = await clientOf(namespace, tokenOf('ann'))
    expect(await client.ask('auth:refresh', { token: token() })).toMatchObject({ error: { code } })
    expect(client.socket.connected).toBe(true)
  })

  it('a new token is refused to a connection without one', async () => {
    const client = await server.client(namespace, { userId: 'ann' })
    expect(await client.ask('auth:refresh', { token: tokenOf('ann') })).toMatchObject({
      error: { code: 'access-denied' },
    })
  })

  it('a revoked user is disconnected, and its tokens are refused, also after a restart', async () => {
    const token = tokenOf('ann')
    const client = await clientOf(namespace, token)
    const operator = await clientOf('/admin', tokenOf('op', { roles: ['admin'] }))
    expect(await operator.ask('admin:revoke', { userId: 'ann' })).toEqual({ success: true })
    expect(await ownError(client)).toMatchObject({ code: 'unauthenticated' })
    expect(await client.ended).toBe('io server disconnect')
    const { sessionId } = client.session
    expect(await connectError(clientOf(namespace, token, { sessionId }))).toMatchObject({
      code: 'unauthenticated',
    })
    await restart()
    expect(await connectError(clientOf(namespace, token, { sessionId }))).toMatchObject({
      code: 'unauthenticated',
    })
    clock.advance(1)
    expect((await clientOf(namespace, tokenOf('ann'))).socket.connected).toBe(true)
  })
})

it('a new token is effective in all namespaces of a connection', async () => {
  const token = tokenOf('ann', { roles: ['admin'], livesMs: 100_000 })
  const root = await clientOf('/', token)
  const admin = root.socket.io.socket('/admin', { auth: { token } })
  const closed = new Promise((resolve) => admin.once('disconnect', resolve))
  await new Promise((resolve) => admin.once('session', resolve))
  const next = tokenOf('ann', { livesMs: 200_000 })
  expect(await root.ask('auth:refresh', { token: next })).toMatchObject({ success: true })
  expect(await admin.emitWithAck('admin:revoke', { userId: 'bob' })).toMatchObject({
    error: { code: 'access-denied', event: 'admin:revoke' },
  })
  clock.advance(150_000)
  expect(await admin.emitWithAck('admin:revoke', { userId: 'bob' })).toMatchObject({ success: false })
  clock.advance(50_000)
  await closed
})

describe('a session', () => {
  it.each<[string, () => object]>([
    ['of another user', () => ({ token: tokenOf('bob') })],
    ['of the same user id without a token', () => ({ userId: 'ann' })],
  ])('is not resumed by a connection %s', async (_name, auth) => {
    const ann = await clientOf('/rooms', tokenOf('ann'))
    await ann.ask('join', { room: 'ward', create: true })
    await server.loseConnection(ann)
    const other = await server.client('/rooms', { ...auth(), sessionId: ann.session.sessionId })
    expect(other.session).toMatchObject({ resumed: false, rooms: [] })
  })

  it('does not return to a room by a token that has lost the role that the room wants', async () => {
    const ann = await clientOf('/rooms', tokenOf('ann', { roles: ['staff'] }))
    await ann.ask('join', { room: 'ward', create: true, admit: { roles: ['staff'] } })
    await server.loseConnection(ann)
    const { sessionId } = ann.session
    const back = await clientOf('/rooms', tokenOf('ann'), { sessionId })
    expect(back.session).toMatchObject({ rooms: [], memberships: [] })
    expect(await back.ask('join', { room: 'ward' })).toMatchObject({ error: { code: 'access-denied' } })
  })

  it('in its grace period ends for a revoked user, who takes over nothing afterwards', async () => {
    const ann = await clientOf('/rooms', tokenOf('ann'))
    await ann.ask('join', { room: 'ward', create: true })
    const operator = await clientOf('/admin', tokenOf('op', { roles: ['admin'] }))
    await server.loseConnection(ann)
    await operator.ask('admin:revoke', { userId: 'ann' })
    clock.advance(1)
    const self = await server.client('/rooms', { userId: 'ann', sessionId: ann.session.sessionId })
    expect(self.session.resumed).toBe(false)
    expect(await self.ask('join', { room: 'ward' })).toMatchObject({ error: { code: 'access-denied' } })
    const left = server.waitForRecord(({ type }) => type === 'room.member-left')
    clock.advance(15_000)
    expect(await left).toMatchObject({ data: { reason: 'expired' } })
  })
})

it('a member leaves a room at once when a new token takes the role by which it was admitted', async () => {
  const ann = await clientOf('/rooms', tokenOf('ann', { roles: ['staff'] }))
  await ann.ask('join', { room: 'ward', create: true, admit: { roles: ['staff'] } })
  const left = server.waitForRecord(({ type }) => type === 'room.member-left')
  await ann.ask('auth:refresh', { token: tokenOf('ann') })
  expect(await left).toMatchObject({ data: { reason: 'removed' } })
  const command = { room: 'ward', id: '1', type: 'room.activate', payload: { activity: 'notes' } }
  expect(await ann.ask('command', command)).toMatchObject({ error: { code: 'not-in-room' } })
})

describe('a user id that a connection proves by a token', () => {
  it.each<[string, string, string, object]>([
    ['a party', '/', 'JOIN_USER_REQUEST', { roomId: 'hall', user: { id: 'ann', name: 'Ann' } }],
    ['a room', '/rooms', 'join', { room: 'hall', create: true }],
    ['a call', '/', 'join:room', { roomCode: 'hall', create: true }],
  ])('is not taken in %s by a connection without a token', async (_name, namespace, event, payload) => {
    const proven = await clientOf('/rooms', tokenOf('ann'))
    const self = await server.client(namespace, { userId: 'ann' })
    expect(await self.ask(event, payload)).toMatchObject({ error: { code: 'access-denied' } })
    proven.socket.disconnect()
    await server.until(() => server.identity.size() === 1)
    expect(await self.ask(event, payload)).toMatchObject({ success: true })
  })

  it('is the only one under which its connection joins a party', async () => {
    const ann = await clientOf('/', tokenOf('ann'))
    const joining = { roomId: 'hall', user: { id: 'bob', name: 'Bob' } }
    expect(await ann.ask('JOIN_USER_REQUEST', joining)).toMatchObject({ error: { code: 'access-denied' } })
  })
})

describe('emergency access', () => {
  it('gives staff the rights of an operator, alerts operators, and ends', async () => {
    const operator = await clientOf('/admin', tokenOf('op', { roles: ['super_admin'] }))
    const nurse = await clientOf('/admin', tokenOf('ann', { roles: ['staff'] }))
    const until = clock.now() + 1_800_000
    expect(await nurse.ask('emergency-access', { reason: 'fire' })).toEqual({ success: true, until })
    expect(await operator.waitFor('emergency')).toMatchObject({ severity: 'critical', raisedBy: 'ann' })
    expect(await nurse.ask('admin:revoke', { userId: 'bob' })).toEqual({ success: true })
    clock.advance(1_800_000)
    expect(await nurse.ask('admin:revoke', { userId: 'bob' })).toMatchObject({
      error: { code: 'access-denied' },
    })
  })

  it.each<[string, object]>([
    ['without a role', { token: true }],
    ['without a token', { userId: 'ann' }],
  ])('is refused to a user %s', async (_name, auth) => {
    const client = await server.client('/admin', 'token' in auth ? { token: tokenOf('ann') } : auth)
    expect(await client.ask('emergency-access', { reason: 'fire' })).toMatchObject({
      error: { code: 'access-denied' },
    })
  })

  it.each([[''], ['   '], [7], [undefined]])('wants a reason: %j', async (reason) => {
    const nurse = await clientOf('/admin', tokenOf('ann', { roles: ['staff'] }))
    expect(await nurse.ask('emergency-access', { reason })).toMatchObject({
      error: { code: 'invalid-payload', path: 'reason' },
    })
  })
})
