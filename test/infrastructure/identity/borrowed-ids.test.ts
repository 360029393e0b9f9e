import * as E from '#fp/Either'
import { io } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import { createAuthenticate } from '../../../src/infrastructure/identity/authenticate.js'
import type { Authenticate } from '../../../src/infrastructure/transport/handshake-guard.js'
import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import type { FakeClaims } from './fake-tokens.js'
import { fakeToken } from './fake-tokens.js'

const clock = virtualClock()
/** As in `AUTH_MODE=open`. The verification of real tokens has tests of its own. */
const authenticateOpen = createAuthenticate('open', {
  verify: (token) => async () => {
    const { sub, roles = [], exp, iat } = JSON.parse(token) as FakeClaims
    return E.right({ userId: sub, name: null, roles, isVerified: true, issuedAt: iat, expiresAt: exp })
  },
})

let server: LiveServer
const expectedDefects: Array<unknown> = []

const started = async (authenticate: Authenticate = authenticateOpen): Promise<void> => {
  server = await liveServer({ clock, authenticate })
}

afterEach(async () => {
  await server.close()
  expect(server.defects).toEqual(expectedDefects.splice(0))
})

const tokenOf = (sub: string): string =>
  fakeToken({ sub, iat: clock.now(), exp: clock.now() + 3_600_000, roles: [] })

const proven = (namespace: string, sub: string): Promise<Client> =>
  server.client(namespace, { token: tokenOf(sub) })

const partyOf = (client: Client, user: object, token?: unknown): Promise<Payload> =>
  client.ask('JOIN_USER_REQUEST', { roomId: 'hall', user, token })

const denied = { error: { code: 'access-denied' } }

describe('a user id that a token proves elsewhere is not taken in a party', () => {
  const ann = { id: 'ann', name: 'Ann' }

  it('by a client without a token, whatever it states at its handshake', async () => {
    await started()
    await proven('/rooms', 'ann')
    for (const auth of [{}, { userId: 'ann' }, { userId: 'bob' }, { userId: ['ann'] }, { token: null }])
      expect([auth, await partyOf(await server.client('/', auth), ann)]).toMatchObject([auth, denied])
  })

  it('by an anonymous guest whom the application itself has admitted', async () => {
    await started((handshake) =>
      handshake.auth['token'] === undefined
        ? { type: 'authenticated', principal: { userId: null } }
        : authenticateOpen(handshake),
    )
    await proven('/rooms', 'ann')
    const guest = await server.client('/')
    expect(await partyOf(guest, ann)).toMatchObject(denied)
    expect(await partyOf(guest, { id: 'guest', name: 'Guest' })).toMatchObject({ success: true })
  })

  it('by another user with a token', async () => {
    await started()
    await proven('/rooms', 'ann')
    expect(await partyOf(await proven('/', 'bob'), ann)).toMatchObject(denied)
  })
})

it('a member that stated the user id first leaves the party, and gets nothing for it any more', async () => {
  await started()
  const impostor = await server.client('/')
  const bob = await server.client('/')
  const { joinToken } = await partyOf(impostor, { id: 'ann', name: 'Ann' })
  await partyOf(bob, { id: 'bob', name: 'Bob' }, joinToken)
  const ann = await proven('/', 'ann')
  expect(await partyOf(ann, { id: 'ann', name: 'Ann' }, joinToken)).toMatchObject({ success: true })
  const seen = impostor.events.length
  const signalData = { type: 'offer', sdp: 'v=0' }
  expect(await bob.ask('PEER_RELAY_SIGNAL', { targetUser: 'ann', signalData })).toEqual({ success: true })
  expect(await ann.waitFor('PEER_RELAY_SIGNAL')).toEqual({ senderUser: 'bob', signalData })
  expect(await impostor.ask('PEER_RELAY_SIGNAL', { targetUser: 'bob', signalData })).toMatchObject({
    error: { code: 'not-in-room' },
  })
  await impostor.flush()
  expect(impostor.payloadsOf('PEER_RELAY_SIGNAL', 'NEW_USER').length).toBe(1)
  expect(impostor.events.slice(seen).map(([event]) => event)).not.toContain('PEER_RELAY_SIGNAL')
  expect(await partyOf(impostor, { id: 'ann', name: 'Ann' }, joinToken)).toMatchObject(denied)
})

it('a profile changes neither the id of its user nor what is known of it', async () => {
  await started()
  const bob = await server.client('/', { userId: 'bob' })
  const claims = {
    userId: 'ann',
    memberId: 'ann',
    isVerified: true,
    roles: ['admin'],
    secret: {},
    entries: {},
  }
  const { joinToken } = await partyOf(bob, { ...claims, id: 'bob', name: 'Bob' })
  const ann = await proven('/', 'ann')
  const { users } = await partyOf(ann, { id: 'ann', name: 'Ann' }, joinToken)
  expect(users).toMatchObject([{ id: 'bob' }])
  const joined = server.log.filter(({ type }) => type === 'room.member-joined')
  expect(joined.map(({ data }) => data)).toMatchObject([
    { userId: 'bob' },
    { userId: 'ann', isVerified: true },
  ])
  expect(joined[0]?.data).not.toHaveProperty('isVerified')
})

describe('the author of a command or signal', () => {
  it('is its member, whatever the payload states', async () => {
    await started()
    const [ann, bob] = [await proven('/rooms', 'ann'), await server.client('/rooms', { userId: 'bob' })]
    await ann.ask('join', { room: 'hall', create: true })
    await bob.ask('join', { room: 'hall' })
    const forged = { by: ann.id, memberId: ann.id, from: ann.id, userId: 'ann', actor: ann.id }
    const command = {
      room: 'hall',
      id: '1',
      type: 'room.activate',
      payload: { activity: 'notes', ...forged },
    }
    expect(await bob.ask('command', { ...command, ...forged })).toMatchObject({ success: true })
    expect(server.log.at(-1)).toMatchObject({ type: 'room.activity-activated', by: bob.id })
    const signal = { room: 'hall', to: ann.id, kind: 'hello', data: 1 }
    expect(await bob.ask('signal', { ...signal, ...forged })).toEqual({ success: true })
    expect(await ann.waitFor('signal')).toMatchObject({ from: bob.id })
  })

  it('has command ids of its own, so that the id of another member repeats nothing', async () => {
    await started()
    const [ann, bob] = [await proven('/rooms', 'ann'), await server.client('/rooms', { userId: 'bob' })]
    await ann.ask('join', { room: 'hall', create: true })
    await bob.ask('join', { room: 'hall' })
    const activate = (activity: string) => ({
      room: 'hall',
      id: '1',
      type: 'room.activate',
      payload: { activity },
    })
    const first = await ann.ask('command', activate('notes'))
    const second = await bob.ask('command', activate('board'))
    expect([first, second]).toMatchObject([{ success: true }, { success: true }])
    expect(second['seq']).toBe(Number(first['seq']) + 1)
  })
})

describe('user ids are compared by their exact text', () => {
  it.each([
    ['another case', 'ann', 'Ann'],
    ['another Unicode normalisation', 'Zo\u00eb', 'Zoe\u0308'],
    ['a compatibility form', 'ann', '\uff41nn'],
    ['a control character', 'ann', 'ann\u0000'],
    ['an invisible character', 'ann', 'ann\u200b'],
    ['a blank', 'ann', 'ann '],
    ['a name of JavaScript', 'proto', '__proto__'],
  ])('and not with %s', async (_difference, held, other) => {
    await started()
    const owner = await proven('/rooms', held)
    await owner.ask('join', { room: 'ward', create: true, admit: { users: [held] } })
    const stranger = await proven('/rooms', other)
    expect(await stranger.ask('join', { room: 'ward' })).toMatchObject(denied)
    await server.loseConnection(owner)
    const { sessionId } = owner.session
    const thief = await server.client('/rooms', { token: tokenOf(other), sessionId })
    expect(thief.session).toMatchObject({ resumed: false, rooms: [] })
    await server.identity.revoke(held)()
    expect(stranger.socket.connected).toBe(true)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '\u0000', ' '])(
    'and %j is one like any other, in a party, a quiz and a game',
    async (id) => {
      await started()
      const [host, player] = [await proven('/', 'host'), await proven('/', id)]
      const { joinToken } = await partyOf(host, { id: 'host', name: 'Host' })
      expect(await partyOf(player, { id, name: 'P' }, joinToken)).toMatchObject({ user: { id } })
      const act = (client: Client, event: string, payload: object): Promise<Payload> =>
        client.ask('CUSTOM_MODULE_EVENT', { module: 'telequiz', event, payload })
      await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
      const question = { text: '1 + 1?', choices: ['1', '2'], answer: 1, seconds: 5 }
      expect(await act(host, 'start', { questions: [question] })).toMatchObject({ success: true })
      expect(await act(player, 'answer', { choice: 1 })).toMatchObject({ success: true })
      await server.clock.advanceSettled(60_000)
      const finished = await player.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'finished')
      expect(finished).toMatchObject({ payload: { table: [{ user: id }] } })
      expect(await host.ask('createGame', { room: 'game', opponent: 'human' })).toMatchObject({
        success: true,
      })
      expect(await player.ask('joinGame', { room: 'game' })).toMatchObject({ success: true })
    },
  )
})

describe('what a client states in its handshake', () => {
  it.each<[string, unknown]>([
    ['longer than 200 characters', 'x'.repeat(201)],
    ['empty', ''],
    ['a number', 7],
    ['a list', ['ann']],
    ['an object', { toString: 'ann' }],
    ['null', null],
  ])('is no user id if it is %s', async (_name, userId) => {
    await started()
    const client = await server.client('/rooms', { userId })
    await client.ask('join', { room: 'ward', create: true })
    expect(server.log.at(-1)).toMatchObject({ type: 'room.member-joined', data: { userId: null } })
  })

  it('gives no rights by the names of fields of our own', async () => {
    await started()
    const rights = { roles: ['admin'], isVerified: true, principal: { userId: 'ann', roles: ['admin'] } }
    const client = await server.client('/admin', { userId: 'bob', ...rights })
    for (const event of ['admin:revoke', 'admin:room', 'emergency-access'])
      expect(await client.ask(event, { userId: 'ann', room: 'ward', reason: 'fire' })).toMatchObject(denied)
  })

  it.each<[string, string]>([
    ['a key of prototypes', '{"__proto__": {"userId": "ann", "roles": ["admin"]}}'],
    ['a constructor', '{"constructor": {"prototype": {"isVerified": true}}}'],
    ['ill-formed Unicode', '{"userId": "\\ud800"}'],
  ])('ends the connection if it has %s', async (_name, auth) => {
    await started()
    const socket = io(`${server.url}/admin`, {
      auth: JSON.parse(auth) as object,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    const reached = await new Promise((resolve) => {
      socket.once('connect', () => resolve('connected'))
      socket.once('session', () => resolve('session'))
      socket.io.once('close', () => resolve('closed'))
    })
    socket.disconnect()
    expect([reached, server.identity.size()]).toEqual(['closed', 0])
  })

  it('is refused if an application names a user by it that no user can have', async () => {
    await started(({ auth }) => ({
      type: 'authenticated',
      principal: { userId: auth['userId'] as string, name: auth['name'] as string },
    }))
    for (const userId of [7, '', ['ann'], { id: 'ann' }, 'x'.repeat(201), undefined])
      await expect(server.client('/rooms', { userId })).rejects.toMatchObject({
        data: { code: 'internal-error' },
      })
    const problem = expect.stringContaining('`authenticate` names a user')
    expectedDefects.push(...Array.from({ length: 6 }, () => expect.objectContaining({ message: problem })))
    const client = await server.client('/rooms', { userId: 'ann', name: 7 })
    expect(await client.ask('join', { room: 'ward', create: true })).toMatchObject({ success: true })
  })
})
