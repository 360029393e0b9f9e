import { unverifiedPrincipal } from '../../../src/application/identity/principal.js'
import * as E from '#fp/Either'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../../src/application/ports/audit-trail.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { firstInstant, settled, virtualClock } from '../../kit/virtual-clock.js'
import { trailOf } from '../../kit/audited.js'
import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer, LiveServerOptions } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { io } from 'socket.io-client'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { builtInProtocols } from '../../../src/plugins.js'

const audit = { node: 'node-1', retentionMs: 1e12 }

let server: LiveServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const started = async (options: LiveServerOptions = {}) => {
  const store = options.store ?? memoryEventStore()
  const running = await liveServer({ audit, ...options, store })
  server = running
  return { ...running, trail: () => trailOf(store) }
}

const short = ({ action, outcome, reason }: AuditRecord) => `${action}: ${reason ?? outcome}`

/** Events of which an accepted one has no record of its own, or none at all. */
const signals = new Set(
  builtInProtocols.flatMap(({ incoming }) =>
    Object.entries(incoming).flatMap(([event, { isFrequent }]) =>
      isFrequent === true && event !== 'CUSTOM_MODULE_EVENT' ? [event] : [],
    ),
  ),
)

const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    'main',
    'other',
    'r',
    'poll',
    'random-picker',
    'random-picker.start',
    'connect-four.drop',
    'Ann',
  ),
  fc.constantFrom<unknown>(
    ['Ann', 'Bob'],
    3,
    { id: 'ann', name: 'Ann' },
    { type: 'offer', sdp: 'x' },
    true,
    'id-1',
  ),
  fc.jsonValue({ maxDepth: 1 }),
)

const payloads: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant({}),
  fc.jsonValue({ maxDepth: 1 }),
  fc.dictionary(
    fc.constantFrom(
      ...'room roomCode roomId name create role user module event payload members id type column opponent'.split(
        ' ',
      ),
      ...'target targetPeerId targetUser offer candidate signalData entropy memberId activity options to kind'.split(
        ' ',
      ),
    ),
    values,
    { maxKeys: 6 },
  ),
)

/** Requests that take part in rooms, so that many of the others are accepted. */
const roomRequests: fc.Arbitrary<readonly [event: string, payload: unknown]> = fc.constantFrom(
  ['viewer-join', { room: 'main' }],
  ['broadcaster-join', { room: 'other' }],
  ['startRandom', ['Ann', 'Bob']],
  ['create:room', {}],
  ['join:room', { roomCode: 'main', create: true }],
  ['createGame', { opponent: 'human' }],
  ['JOIN_USER_REQUEST', { roomId: 'main', user: { id: 'ann', name: 'Ann' } }],
  ['JOIN_USER_REQUEST', { roomId: 'main', user: { id: 'bob', name: 'Bob' } }],
  ['ACTIVATE_MODULE', { module: 'poll' }],
  ['CUSTOM_MODULE_EVENT', { module: 'poll', event: 'vote', payload: 1 }],
  ['leave', {}],
)

const eventsIn = (namespace: string): ReadonlyArray<string> =>
  builtInProtocols.flatMap((each) => (each.namespace === namespace ? Object.keys(each.incoming) : []))

const requestsTo = (namespace: string): fc.Arbitrary<readonly [event: string, payload: unknown]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...eventsIn(namespace), 'invented'), payloads) },
    { weight: namespace === '/' ? 2 : 0, arbitrary: roomRequests },
    {
      weight: namespace === '/rooms' ? 2 : 0,
      arbitrary: fc.constantFrom(
        ['join', { room: 'main', create: true }] as const,
        ['command', { room: 'main', id: 'a', type: 'room.activate', payload: { activity: 'poll' } }] as const,
        ['command', { room: 'main', id: 'b', type: 'poll.vote', payload: 1 }] as const,
      ),
    },
  )

/** What the trail must say of a request; undefined: nothing. */
const expected = (namespace: string, event: string, reply: Payload): string | undefined => {
  const code = reply.error?.['code']
  const isKnown = eventsIn(namespace).includes(event)
  const action = `${namespace} ${isKnown ? event : '?'}`
  if (event === 'join-activity-request' && code !== 'invalid-payload') return undefined
  if (code === undefined) return signals.has(event) ? undefined : `${action}: accepted`
  return `${action}: ${JSON.stringify(code).slice(1, -1)}`
}

describe('the audit trail of a server', () => {
  it('has exactly one record for each request of a random run over all protocols', async () => {
    const { client, trail } = await started()
    const clients = [
      // A user of a party that enters again would disconnect its first client.
      ['/', await client('/', { userId: 'ann' })],
      ['/', await client('/', { userId: 'bob' })],
      ['/rooms', await client('/rooms')],
      ['/rooms', await client('/rooms')],
      ['/admin', await client('/admin')],
    ] as const
    let accepted = 0
    const some = fc.constantFrom(...clients).chain(([namespace, each]) =>
      fc.record({
        namespace: fc.constant(namespace),
        each: fc.constant<Client>(each),
        requests: fc.array(requestsTo(namespace), { minLength: 1, maxLength: 4 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(some, async ({ namespace, each, requests }) => {
        const before = (await trail()).length
        const replies = await Promise.all(requests.map(([event, payload]) => each.ask(event, payload)))
        const records = (await trail()).slice(before).filter(({ action }) => action !== 'signal')
        const told = requests.flatMap(
          ([event], index) => expected(namespace, event, replies[index] ?? {}) ?? [],
        )
        accepted += replies.filter(({ success }) => success === true).length
        expect(records.map(short).toSorted()).toEqual(told.toSorted())
        expect(new Set(records.map(({ request }) => request)).size).toBe(records.length)
      }),
      { numRuns: 400 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('names the user, the roles, the address, the room and the target', async () => {
    const { client, trail, clock } = await started({
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'ann', roles: ['admin'] } }),
    })
    const ann = await client('/')
    await ann.ask('broadcaster-join', { room: 'ward' })
    await ann.ask('remove-member', { memberId: ann.id })
    const subject = {
      at: clock.now(),
      user: 'ann',
      isVerified: true,
      roles: ['admin'],
      address: expect.stringContaining('127.0.0.1'),
      node: 'node-1',
      request: expect.any(String),
      seq: expect.any(Number),
      hash: expect.any(String),
    }
    const found = await trail()
    expect(found).toMatchObject([
      { ...subject, action: '/ connect', outcome: 'accepted', room: null },
      { ...subject, action: '/ broadcaster-join', outcome: 'accepted', room: 'ward', target: null },
      { ...subject, action: '/ remove-member', room: 'ward', target: ann.id },
    ])
  })

  it('names what an operator does, to whom, and why it took emergency access', async () => {
    const { client, trail } = await started({
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'olaf', roles: ['admin'] } }),
    })
    const olaf = await client('/admin')
    await olaf.ask('admin:room', { room: 'ward' })
    await olaf.ask('emergency-access', { reason: 'a patient is unconscious' })
    await olaf.ask('admin:revoke', { userId: 'stan' })
    expect((await trail()).map(({ action, room, target, reason }) => [action, room, target, reason])).toEqual(
      [
        ['/admin connect', null, null, null],
        ['/admin admin:room', 'ward', null, 'room-not-found'],
        ['/admin emergency-access', null, null, 'a patient is unconscious'],
        ['/admin admin:revoke', null, 'stan', null],
      ],
    )
  })

  it('marks what a user does by emergency access, and only that', async () => {
    const { client, trail, clock } = await started({
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'nora', roles: ['staff'] } }),
    })
    const nora = await client('/admin')
    const inspect = (): Promise<unknown> => nora.ask('admin:room', { room: 'ward' })
    await inspect()
    await nora.ask('emergency-access', { reason: 'fire' })
    await inspect()
    clock.advance(30 * 60_000)
    await inspect()
    expect((await trail()).map(({ action, reason, emergency }) => [action, reason, emergency])).toEqual([
      ['/admin connect', null, undefined],
      ['/admin admin:room', 'access-denied', undefined],
      ['/admin emergency-access', 'fire', undefined],
      ['/admin admin:room', 'room-not-found', true],
      ['/admin admin:room', 'access-denied', undefined],
    ])
  })

  it('has one record of a join that leaves another room', async () => {
    const { client, trail, waitForRecord } = await started()
    const ann = await client('/')
    await ann.ask('viewer-join', { room: 'one' })
    await ann.ask('viewer-join', { room: 'two' })
    await waitForRecord(({ type }) => type === 'room.member-left')
    expect((await trail()).map(({ action, room }) => [action, room])).toEqual([
      ['/ viewer-join', 'one'],
      ['/ viewer-join', 'two'],
    ])
  })

  it('contains no text, signal or token', async () => {
    const { client, trail, clock } = await started()
    const canary = 'canary-7d1f'
    const [ann, bob] = [await client('/'), await client('/')]
    const native = await client('/rooms', { token: canary })
    await ann.ask('broadcaster-join', { room: 'r', name: canary, token: canary })
    await bob.ask('viewer-join', { room: 'r', token: canary })
    await ann.ask('startRandom', [canary, 'x', 'y'])
    await ann.ask('offer', { target: bob.id, offer: { type: 'offer', sdp: canary } })
    await ann.ask('offer', { target: canary, offer: { type: 'offer', sdp: canary } })
    await ann.ask('remove-member', { memberId: canary })
    await ann.ask(canary, canary)
    await ann.ask('viewer-join', { room: `${canary} with spaces` })
    await native.ask('join', { room: 'r', token: canary })
    await native.ask('command', { room: 'r', id: canary, type: canary, payload: canary })
    await native.ask('signal', { room: 'other', to: canary, kind: canary, data: canary })
    await clock.advanceSettled(3_000)
    const found = await trail()
    expect(found.length).toBeGreaterThan(9)
    expect(JSON.stringify(found)).not.toContain('canary')
  })

  it('sums up requests beyond the rate limit', async () => {
    const { client, trail, clock } = await started({
      limits: { eventsPerSocket: { burst: 3, perSecond: 1 } },
    })
    const ann = await client('/')
    for (let each = 0; each < 40; each++) await ann.ask('leave')
    expect((await trail()).map(short)).toEqual(Array(3).fill('/ leave: accepted'))
    await clock.advanceSettled(1_000)
    expect((await trail()).slice(3)).toMatchObject([
      { action: '/ leave', outcome: 'refused', reason: 'rate-limited', count: 37 },
    ])
  })

  it('sums up refused connections', async () => {
    const { client, trail, clock } = await started({
      authenticate: () => ({ type: 'refused', code: 'token-expired' }),
    })
    for (let each = 0; each < 5; each++) await expect(client('/rooms')).rejects.toThrow('needed')
    expect(await trail()).toEqual([])
    await clock.advanceSettled(1_000)
    expect(await trail()).toMatchObject([
      { action: '/rooms connect', outcome: 'refused', reason: 'token-expired', count: 5, user: null },
    ])
  })
})

describe('a server whose trail cannot be written', () => {
  const brokenStore = () => {
    const memory = memoryEventStore()
    const state = { isFull: false }
    const store: EventStore = {
      ...memory,
      commit: (appends) => async () =>
        state.isFull
          ? appends.map(() => ({ type: 'fault', fault: { type: 'unavailable', problem: 'full' } }))
          : memory.commit(appends)(),
      audit: {
        ...memory.audit,
        record: (entries) => async () =>
          state.isFull ? E.left({ type: 'unavailable', problem: 'full' }) : memory.audit.record(entries)(),
      },
    }
    return { store, state, memory }
  }

  it('refuses every request with store-unavailable, and records how many when it can', async () => {
    const { store, state } = brokenStore()
    const { client, trail, clock, engine } = await started({ store })
    const [ann, bob] = [await client('/'), await client('/')]
    await ann.ask('broadcaster-join')
    const log = await engine.records(roomId('main'), 0, 100)()
    const before = (await trail()).length
    state.isFull = true
    const replies = [
      await ann.ask('startRandom', ['A', 'B']),
      await ann.ask('startRandom', 'no list'),
      await bob.ask('leave'),
      await bob.ask('invented'),
      await bob.ask('viewer-join'),
    ]
    expect(replies.map(({ error }) => error?.['code'])).toEqual(Array(5).fill('store-unavailable'))
    expect(await engine.records(roomId('main'), 0, 100)()).toEqual(log)
    await clock.advanceSettled(10_000)
    expect(await trail()).toHaveLength(before)
    state.isFull = false
    await clock.advanceSettled(10_000)
    const sums = (await trail()).slice(before).filter(({ reason }) => reason === 'store-unavailable')
    expect(sums.map(({ action, count }) => `${action} ${count ?? 1}`).toSorted()).toEqual([
      '/ ? 1',
      '/ leave 1',
      '/ startRandom 2',
      '/ viewer-join 1',
    ])
  })

  it('gives no emergency access and revokes nobody', async () => {
    const { store, state } = brokenStore()
    const { client, identity } = await started({
      store,
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'nora', roles: ['super_admin'] } }),
    })
    const nora = await client('/admin')
    state.isFull = true
    const codes = [
      await nora.ask('emergency-access', { reason: 'fire' }),
      await nora.ask('admin:revoke', { userId: 'nora' }),
    ].map(({ error }) => error?.['code'])
    state.isFull = false
    expect(codes).toEqual(['store-unavailable', 'store-unavailable'])
    const principal = { ...unverifiedPrincipal('nora', null), isVerified: true }
    expect([identity.hasEmergencyAccess(principal), nora.socket.connected]).toEqual([false, true])
  })

  it('revokes nobody for an operator whose token expires while the record is written', async () => {
    const memory = memoryEventStore()
    const written: Array<() => void> = []
    let isSlow = false
    const store: EventStore = {
      ...memory,
      audit: {
        ...memory.audit,
        record: (entries) => async () => {
          if (isSlow) await new Promise<void>((resolve) => written.push(resolve))
          return memory.audit.record(entries)()
        },
      },
    }
    const clock = virtualClock()
    const { client, identity, until } = await started({
      store,
      clock,
      authenticate: () => ({
        type: 'authenticated',
        principal: { userId: 'olaf', roles: ['admin'], expiresAt: firstInstant + 90_000 },
      }),
    })
    const olaf = await client('/admin')
    isSlow = true
    olaf.socket.emit('admin:revoke', { userId: 'stan' })
    await until(() => written.length > 0)
    clock.advance(90_000)
    isSlow = false
    for (const resolve of written) resolve()
    await olaf.ended
    await settled()
    const stan = { ...unverifiedPrincipal('stan', null), isVerified: true, issuedAt: 0 }
    expect(identity.admit(stan)).toEqual(E.right(stan))
  })

  it('keeps nothing of a connection that closes while it is recorded', async () => {
    const memory = memoryEventStore()
    const written: Array<() => void> = []
    const store: EventStore = {
      ...memory,
      audit: {
        ...memory.audit,
        record: (entries) => async () => {
          await new Promise<void>((resolve) => written.push(resolve))
          return memory.audit.record(entries)()
        },
      },
    }
    const { url, identity, sessions, until } = await started({
      store,
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'ann' } }),
    })
    const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true })
    await until(() => written.length > 0)
    const closed = new Promise((resolve) => socket.io.engine.once('close', resolve))
    socket.disconnect()
    await closed
    // The server has seen the close when it answers a later request.
    await fetch(url)
    for (const resolve of written) resolve()
    await settled()
    expect([identity.size(), identity.isHeldByToken('ann'), sessions.load().connections]).toEqual([
      0,
      false,
      0,
    ])
  })

  it('does not let a verified user connect', async () => {
    const { store, state, memory } = brokenStore()
    const { url } = await started({
      store,
      authenticate: () => ({ type: 'authenticated', principal: { userId: 'ann' } }),
    })
    state.isFull = true
    const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true })
    let hasSession = false
    socket.on('session', () => (hasSession = true))
    const reason = await new Promise((resolve) => socket.on('disconnect', resolve))
    expect([reason, hasSession]).toEqual(['io server disconnect', false])
    socket.disconnect()
    expect(await trailOf(memory)).toEqual([])
    state.isFull = false
  })
})
