import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserRole } from '../../../src/application/identity/principal.js'
import type { Authenticate } from '../../../src/infrastructure/transport/handshake-guard.js'
import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { authenticateFake, fakeToken } from './fake-tokens.js'
import type { GatedStore } from './gated-store.js'
import { gatedStore, moment } from './gated-store.js'

// What a client may do changes while something else of it is waiting.

let clock: VirtualClock
let store: GatedStore
let server: LiveServer
/** A handshake or new token waits for this, as for the keys of an issuer. */
let keys: Promise<void>
let verifications: number

beforeEach(async () => {
  clock = virtualClock()
  store = gatedStore()
  keys = Promise.resolve()
  verifications = 0
  const verify = authenticateFake(clock)
  const authenticate: Authenticate = async (handshake) => {
    const authenticated = await verify(handshake)
    verifications += 1
    await keys
    return authenticated
  }
  server = await liveServer({ clock, store, authenticate })
})

afterEach(async () => {
  store.release()
  await server.close()
  expect(server.defects).toEqual([])
})

const hourMs = 3_600_000

const tokenOf = (sub: string, roles: ReadonlyArray<UserRole> = [], livesMs = hourMs): string =>
  fakeToken({ sub, roles, iat: clock.now(), exp: clock.now() + livesMs })

const clientOf = (namespace: string, token: string, auth: object = {}): Promise<Client> =>
  server.client(namespace, { ...auth, token })

const revoke = async (userId: string): Promise<void> => {
  const operator = await clientOf('/admin', tokenOf('op', ['admin']))
  expect(await operator.ask('admin:revoke', { userId })).toEqual({ success: true })
}

/** Another connection of the user presents a token without roles. */
const lowerRoles = async (sub: string, roles: ReadonlyArray<UserRole>): Promise<void> => {
  const other = await clientOf('/admin', tokenOf(sub, roles))
  expect(await other.ask('auth:refresh', { token: tokenOf(sub) })).toMatchObject({ success: true })
}

const denied = { error: { code: 'access-denied' } }

describe('a request that waits for an earlier one of its client is refused', () => {
  it.each<[string, ReadonlyArray<UserRole>, (client: Client) => Promise<unknown>, () => Promise<void>]>([
    [
      'when a new token has taken the role',
      ['admin'],
      () => Promise.resolve(),
      () => lowerRoles('ann', ['admin']),
    ],
    [
      'when emergency access has ended',
      ['staff'],
      (client) => client.ask('emergency-access', { reason: 'fire' }),
      () => Promise.resolve(clock.advance(30 * 60_000)),
    ],
  ])('%s', async (_name, roles, begin, loseRight) => {
    await clientOf('/rooms', tokenOf('bob'))
    const ann = await clientOf('/admin', tokenOf('ann', roles))
    await begin(ann)
    store.hold('find')
    const answers = Promise.all([
      ann.ask('admin:room', { room: 'ward' }),
      ann.ask('admin:revoke', { userId: 'bob' }),
      ann.ask('emergency-access', { reason: 7 }),
    ])
    await store.held()
    await loseRight()
    store.release()
    const [room, revocation, invalid] = await answers
    expect([room, revocation]).toMatchObject([denied, denied])
    expect(invalid).toMatchObject({ error: { code: 'invalid-payload' } })
    expect(server.identity.isHeldByToken('bob')).toBe(true)
  })
})

describe('a member that a room admits by its role leaves', () => {
  const join = { room: 'ward', create: true, admit: { roles: ['staff'] } }
  const left = (): Promise<unknown> => server.waitForRecord(({ type }) => type === 'room.member-left')

  it('when the role is lost while its join is being saved', async () => {
    const ann = await clientOf('/rooms', tokenOf('ann', ['staff']))
    store.hold('commit')
    const joined = ann.ask('join', join)
    await store.held()
    await lowerRoles('ann', ['staff'])
    store.release()
    expect(await joined).toMatchObject({ success: true })
    expect(await left()).toMatchObject({ data: { reason: 'removed' } })
    const command = { room: 'ward', id: '1', type: 'room.activate', payload: { activity: 'notes' } }
    expect(await ann.ask('command', command)).toMatchObject({ error: { code: 'not-in-room' } })
  })

  it('when the role is lost while its session is being resumed', async () => {
    const token = tokenOf('ann', ['staff'])
    const ann = await clientOf('/rooms', token)
    await ann.ask('join', join)
    await server.loseConnection(ann)
    store.hold('commit')
    const returning = clientOf('/rooms', token, { sessionId: ann.session.sessionId })
    await store.held()
    await lowerRoles('ann', ['staff'])
    store.release()
    await returning
    expect(await left()).toMatchObject({ data: { reason: 'removed' } })
  })
})

describe('a user that is revoked', () => {
  it('while its join is being saved is in the room for its grace period at most', async () => {
    const ann = await clientOf('/rooms', tokenOf('ann'))
    store.hold('commit')
    void ann.ask('join', { room: 'ward', create: true })
    await store.held()
    await revoke('ann')
    expect(await ann.ended).toBe('io server disconnect')
    store.release()
    await server.waitForRecord(({ type }) => type === 'room.member-away')
    const left = server.waitForRecord(({ type }) => type === 'room.member-left')
    clock.advance(15_000)
    expect(await left).toMatchObject({ data: { reason: 'expired' } })
  })

  it('while its handshake waits for the keys of the issuer is refused', async () => {
    const fetched = moment()
    const token = tokenOf('ann')
    const operator = await clientOf('/admin', tokenOf('op', ['admin']))
    keys = fetched.has
    const connecting = clientOf('/rooms', token).then(
      () => 'connected',
      (error: unknown) => (error as { readonly data: Payload }).data['code'],
    )
    await server.until(() => verifications === 2)
    await operator.ask('admin:revoke', { userId: 'ann' })
    fetched.come()
    expect(await connecting).toBe('unauthenticated')
  })

  it('while its new token waits for the keys of the issuer gets no new rights', async () => {
    const fetched = moment()
    const ann = await clientOf('/rooms', tokenOf('ann'))
    const operator = await clientOf('/admin', tokenOf('op', ['admin']))
    keys = fetched.has
    const token = tokenOf('ann', ['admin'])
    ann.socket.emit('auth:refresh', { token })
    await server.until(() => verifications === 3)
    await operator.ask('admin:revoke', { userId: 'ann' })
    fetched.come()
    expect(await ann.ended).toBe('io server disconnect')
    expect(server.identity.isHeldByToken('ann')).toBe(false)
    const refused = clientOf('/rooms', token).catch((error: unknown) => (error as { data: Payload }).data)
    expect(await refused).toMatchObject({ code: 'unauthenticated' })
  })

  it.each<[string, () => Promise<void>]>([
    ['is revoked', () => revoke('ann')],
    ['holds a token that expires', () => Promise.resolve(clock.advance(14_000))],
  ])('or %s while its session is looked up is disconnected, and is no member', async (_name, end) => {
    const first = await clientOf('/rooms', tokenOf('ann'))
    await first.ask('join', { room: 'ward', create: true })
    await server.loseConnection(first)
    const records = server.log.length
    const token = tokenOf('ann', [], 14_000)
    store.hold('roomsOf')
    void clientOf('/rooms', token, { sessionId: first.session.sessionId })
    await store.held()
    expect(server.identity.isHeldByToken('ann')).toBe(true)
    await end()
    await server.until(() => !server.identity.isHeldByToken('ann'))
    store.release()
    const watcher = await clientOf('/rooms', tokenOf('bob'))
    await watcher.flush()
    expect(server.log.slice(records).map(({ type }) => type)).not.toContain('room.member-back')
  })
})

describe('two users on one connection', () => {
  const second = async (client: Client, namespace: string, token: string) => {
    const socket = client.socket.io.socket(namespace, { auth: { token } })
    await new Promise((resolve) => socket.once('session', resolve))
    return socket
  }

  it('are revoked one by one', async () => {
    const ann = await clientOf('/', tokenOf('ann'))
    const bob = await second(ann, '/rooms', tokenOf('bob'))
    await revoke('ann')
    expect(await ann.ended).toBe('io server disconnect')
    expect(await bob.emitWithAck('join', { room: 'ward', create: true })).toMatchObject({ success: true })
    bob.disconnect()
  })

  it('have tokens of their own: one cannot renew that of the other', async () => {
    const ann = await clientOf('/', tokenOf('ann', [], 100_000))
    const bob = await second(ann, '/rooms', tokenOf('bob', [], 100_000))
    const ended = new Promise((resolve) => bob.once('disconnect', resolve))
    expect(await ann.ask('auth:refresh', { token: tokenOf('bob') })).toMatchObject(denied)
    expect(await ann.ask('auth:refresh', { token: tokenOf('ann') })).toMatchObject({ success: true })
    clock.advance(100_000)
    expect(await ended).toBe('io server disconnect')
    expect(await ann.ask('auth:refresh', { token: tokenOf('ann') })).toMatchObject({ success: true })
  })
})

it('two new tokens at once leave the roles of the token that was issued last', async () => {
  const ann = await clientOf('/admin', tokenOf('ann', ['admin']))
  const admin = tokenOf('ann', ['admin'])
  clock.advance(1_000)
  const refresh = (token: string): Promise<Payload> => ann.ask('auth:refresh', { token })
  await Promise.all([refresh(tokenOf('ann')), refresh(admin)])
  expect(await ann.ask('admin:revoke', { userId: 'bob' })).toMatchObject(denied)
})

it('connections that are lost at any moment leave no token, timer or session behind', async () => {
  const rest = [server.identity.size(), clock.pending().length]
  const clients = await Promise.all(
    Array.from({ length: 60 }, (_, place) =>
      clientOf(['/', '/rooms', '/admin'][place % 3] ?? '/', tokenOf(`user-${place}`)),
    ),
  )
  for (const [place, client] of clients.entries()) {
    if (place % 2 === 0) void client.ask('auth:refresh', { token: tokenOf(`user-${place}`) })
    client.cut()
  }
  await server.until(() => server.identity.size() === 0)
  expect([server.identity.size(), clock.pending().length]).toEqual(rest)
})
