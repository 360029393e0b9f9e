import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { denialOf } from '../../../src/application/identity/permissions.js'
import type { UserRole } from '../../../src/application/identity/principal.js'
import { unverifiedPrincipal } from '../../../src/application/identity/principal.js'
import { withAuth } from '../../../src/infrastructure/protocols/auth/index.js'
import { permissionPage, permissionTable } from '../../../src/infrastructure/protocols/permission-table.js'
import { builtInProtocols } from '../../../src/plugins.js'
import type { Client } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { roomreel } from '../cli/cli-kit.js'
import { user } from '../../application/identity/identity-kit.js'
import { authenticateFake, fakeToken } from './fake-tokens.js'

const table = permissionTable(withAuth(builtInProtocols))

const offer = { type: 'offer', sdp: 'v=0' }
const answer = { type: 'answer', sdp: 'v=0' }
const entropy = 'ab'.repeat(16)

/** A valid payload of each event, for a room. */
const payloads: Readonly<Record<string, (room: string, userId: string) => unknown>> = {
  '/ broadcaster-join': (room) => ({ room }),
  '/ viewer-join': (room) => ({ room }),
  '/ startRandom': () => ['Ann', 'Bob'],
  '/ start-random': () => ['Ann', 'Bob'],
  '/ contribute-entropy': () => ({ entropy }),
  '/ cancelRandom': () => ({}),
  '/ cancel-random': () => ({}),
  '/ remove-member': () => ({ memberId: 'nobody' }),
  '/ offer': () => ({ target: 'nobody', offer }),
  '/ answer': () => ({ target: 'nobody', answer }),
  '/ ice-candidate': () => ({ target: 'nobody', candidate: null }),
  '/ leave': () => ({}),
  '/ create:room': () => ({ maxPeers: 2 }),
  '/ join:room': (room) => ({ roomCode: room, create: true }),
  '/ leave:room': () => undefined,
  '/ webrtc:offer': () => ({ targetPeerId: 'nobody', offer }),
  '/ webrtc:answer': () => ({ targetPeerId: 'nobody', answer }),
  '/ webrtc:ice': () => ({ targetPeerId: 'nobody', candidate: null }),
  '/ JOIN_USER_REQUEST': (room, id) => ({ roomId: room, user: { id, name: 'Ann' } }),
  '/ PEER_RELAY_SIGNAL': () => ({ targetUser: 'nobody', signalData: { type: 'offer' } }),
  '/ ACTIVATE_MODULE': () => ({ module: 'notes' }),
  '/ DEACTIVATE_MODULE': () => ({ module: 'notes' }),
  '/ CUSTOM_MODULE_EVENT': () => ({ module: 'notes', event: 'write', payload: {} }),
  '/ join-activity-request': () => ({ activity: 'random-picker' }),
  '/ createGame': () => ({ opponent: 'human' }),
  '/ joinGame': (room) => ({ room }),
  '/ dropDisc': (room) => ({ room, column: 3 }),
  '/ resign': (room) => ({ room }),
  '/ rematch': (room) => ({ room }),
  '/ auth:refresh': () => ({ token: 'none' }),
  '/rooms join': (room) => ({ room, create: true }),
  '/rooms command': (room) => ({ room, id: '1', type: 'room.activate', payload: { activity: 'notes' } }),
  '/rooms signal': (room) => ({ room, to: 'nobody', kind: 'hello' }),
  '/rooms leave': (room) => ({ room }),
  '/rooms auth:refresh': () => ({ token: 'none' }),
  '/admin emergency-access': () => ({ reason: 'fire' }),
  '/admin admin:room': (room) => ({ room }),
  '/admin admin:revoke': () => ({ userId: 'nobody' }),
  '/admin auth:refresh': () => ({ token: 'none' }),
}

const roles: ReadonlyArray<readonly [name: string, roles: ReadonlyArray<UserRole> | null]> = [
  ['nobody', null],
  ['a user', []],
  ['staff', ['staff']],
  ['admin', ['admin']],
  ['super_admin', ['super_admin']],
]

type Standing = 'never a member' | 'member' | 'former member' | 'member of another room'

const standings: ReadonlyArray<Standing> = [
  'never a member',
  'member',
  'former member',
  'member of another room',
]

/** How a client enters and leaves by the protocol of an event. */
const entries: Readonly<
  Record<
    string,
    {
      enter: (room: string, userId: string) => [string, unknown]
      leave: (room: string) => [string, unknown] | null
    }
  >
> = {
  native: {
    enter: (room) => ['join', { room, create: true }],
    leave: (room) => ['leave', { room }],
  },
  picker: { enter: (room) => ['viewer-join', { room }], leave: () => ['leave', {}] },
  mesh: {
    enter: (room) => ['join:room', { roomCode: room, create: true }],
    leave: () => ['leave:room', undefined],
  },
  party: {
    enter: (room, id) => ['JOIN_USER_REQUEST', { roomId: room, user: { id, name: 'Ann' } }],
    // A party is left by disconnecting (Y-6).
    leave: () => null,
  },
  'connect-four': { enter: (room) => ['createGame', { room, opponent: 'human' }], leave: () => null },
}

/** Events that name their room concern it also for members of another one. */
const namesRoom = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && ('room' in payload || 'roomId' in payload)

describe('the matrix of event, role and membership', () => {
  const clock = virtualClock()
  let server: LiveServer
  beforeAll(async () => {
    server = await liveServer({ clock, authenticate: authenticateFake(clock) })
  })
  afterAll(() => server.close())

  const clientOf = (namespace: string, of: ReadonlyArray<UserRole> | null, userId: string): Promise<Client> =>
    server.client(
      namespace,
      of === null
        ? {}
        : { token: fakeToken({ sub: userId, roles: of, iat: clock.now(), exp: clock.now() + 3_600_000 }) },
    )

  let rooms = 0

  const placed = async (
    client: Client,
    protocol: string,
    standing: Standing,
    room: string,
    userId: string,
  ): Promise<boolean> => {
    const entry = entries[protocol]
    if (entry === undefined || standing === 'never a member') return standing === 'never a member'
    const [event, payload] = entry.enter(
      standing === 'member of another room' ? `other-${room}` : room,
      userId,
    )
    expect(await client.ask(event, payload)).toMatchObject({ success: true })
    if (standing !== 'former member') return true
    const leaving = entry.leave(room)
    if (leaving === null) return false
    expect(await client.ask(...leaving)).toMatchObject({ success: true })
    return true
  }

  it('has a payload for every event of the table', () => {
    expect(Object.keys(payloads).sort()).toEqual(
      table.map(({ namespace, event }) => `${namespace} ${event}`).sort(),
    )
  })

  it.each(table.map((row) => [`${row.namespace} ${row.event}`, row] as const))(
    '%s is allowed to exactly those whom the table names',
    async (key, { namespace, event, protocol, access }) => {
      for (const [name, of] of roles) {
        for (const standing of standings) {
          const room = `m${++rooms}`
          // Emergency access belongs to a user, so each case has a user of its own.
          const userId = `user-${room}`
          const client = await clientOf(namespace, of, userId)
          if (!(await placed(client, protocol, standing, room, userId))) {
            client.socket.disconnect()
            continue
          }
          const payload = payloads[key]?.(room, userId)
          const { error } = await client.ask(event, payload)
          const principal = of === null ? unverifiedPrincipal(null, null) : user(userId, { roles: of })
          const denial = denialOf(access, principal, false)
          const isInside =
            standing === 'member' || (standing === 'member of another room' && !namesRoom(payload))
          const where = [key, name, standing]
          if (denial !== undefined) expect([...where, error?.['code']]).toEqual([...where, denial.type])
          else if (access === 'member' && !isInside)
            expect([...where, error?.['code']]).toEqual([...where, 'not-in-room'])
          else
            expect([...where, error?.['code']]).not.toEqual(
              expect.arrayContaining([expect.stringMatching(/^(not-in-room|invalid-payload)$/)]),
            )
          client.socket.disconnect()
        }
      }
    },
  )

  it('refuses an event that no table has', async () => {
    const client = await clientOf('/admin', ['super_admin'], 'root')
    expect(await client.ask('admin:everything')).toMatchObject({ error: { code: 'unknown-event' } })
  })
})

describe('the page of permissions', () => {
  it('is what the command line generates from the table', async () => {
    const page = readFileSync(new URL('../../../docs/permissions.md', import.meta.url), 'utf8')
    expect(permissionPage(table)).toBe(page)
    const { out, code } = await roomreel(['permissions', '--markdown'])
    expect([code, `${out.join('\n')}\n`]).toEqual([0, page])
  })

  it('is printed as a list and as JSON too', async () => {
    const list = await roomreel(['permissions'])
    expect(list.out).toContain(`${'/admin'.padEnd(16)}${'admin:revoke'.padEnd(23)}operator`)
    expect(list.out).toHaveLength(table.length)
    const json = await roomreel(['permissions', '--json'])
    expect(json.out.map((line) => JSON.parse(line) as unknown)).toEqual(table)
  })
})
