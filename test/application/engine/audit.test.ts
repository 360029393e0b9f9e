import { fc, test } from '@fast-check/vitest'
import * as E from '#fp/Either'
import { describe, expect } from 'vitest'
import type { AuditScope } from '../../../src/application/identity/audit-scope.js'
import type { AuditEntry, AuditRecord } from '../../../src/application/ports/audit-trail.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import type { Request } from '../../../src/application/engine/index.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { auditScope, trailOf } from '../../kit/audited.js'
import type { EngineKit, EngineKitOptions, EngineOutput } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import { sessions } from '../../kit/index.js'
import type { Session } from '../../kit/index.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { ann, bob, cause, leaves, opened, say } from './scenarios.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'

const audit = { node: 'node-1', retentionMs: 1_000_000_000 }
const rooms = [roomId('one'), roomId('two')] as const

type Answer = Extract<EngineOutput, { type: 'answered' }>

const codeOf = ({ result }: Answer): string | null => {
  if (E.isRight(result)) return null
  return result.left.type === 'activity-rejected' ? result.left.error.code : result.left.type
}

/** Plays sessions with an audit scope for each request. Notes what was recorded when each answer left. */
const play = async (played: ReadonlyArray<Session>, store: EventStore, options: EngineKitOptions = {}) => {
  const scopes: Array<AuditScope> = []
  const recordedAtAnswer: Array<boolean> = []
  const kit = engineKit({
    ...options,
    store,
    audit,
    onOutput: (output) => {
      if (output.type === 'answered') recordedAtAnswer[output.ask] = scopes[output.ask]?.isRecorded === true
    },
  })
  for (const room of rooms) kit.engine.hold(room)
  const longest = Math.max(...played.map(({ turns }) => turns.length))
  for (let place = 0; place < longest; place++) {
    for (const [index, { turns }] of played.entries()) {
      const turn = turns[place]
      if (turn === undefined) continue
      if (turn.waitMs > 0) await kit.clock.advanceSettled(Math.min(turn.waitMs, 400))
      const scope = auditScope(`request-${scopes.length}`)
      scopes.push(scope)
      kit.send(turn.command, {
        room: rooms[index] ?? rooms[0],
        by: turn.by,
        cause: turn.cause,
        audit: scope,
      })
    }
  }
  return { kit, scopes, recordedAtAnswer }
}

const quiet = async (kit: EngineKit): Promise<void> => {
  for (let round = 0; round < 30; round++) await kit.clock.advanceSettled(1_000)
}

const answersOf = (kit: EngineKit): ReadonlyArray<Answer> =>
  kit.outputs.filter((output) => output.type === 'answered')

const outcomeIn = ({ request, room, outcome, reason }: AuditRecord) => ({ request, room, outcome, reason })

const outcomeOf = (answer: Answer) => ({
  request: `request-${answer.ask}`,
  room: answer.room,
  outcome: codeOf(answer) === null ? 'accepted' : 'refused',
  reason: codeOf(answer),
})

const byRequest = (one: { readonly request: string }, other: { readonly request: string }): number =>
  one.request < other.request ? -1 : 1

test.prop([fc.array(sessions, { minLength: 1, maxLength: 2 })])(
  'the trail has exactly one record for each command of any session, with its outcome',
  async (played) => {
    const store = memoryEventStore()
    const { kit, scopes, recordedAtAnswer } = await play(played, store, { clock: virtualClock() })
    await quiet(kit)
    const answers = answersOf(kit)
    expect(answers).toHaveLength(scopes.length)
    expect((await trailOf(store)).map(outcomeIn).toSorted(byRequest)).toEqual(
      answers.map(outcomeOf).toSorted(byRequest),
    )
    expect(recordedAtAnswer).toEqual(scopes.map(() => true))
  },
)

test.prop([fc.array(sessions, { minLength: 1, maxLength: 2 }), commitMoods, readMoods], { numRuns: 150 })(
  'with any store faults each answered command has one record, and no event is without a record',
  async (played, commits, reads) => {
    const clock = virtualClock()
    const store = unreliableStore(clock, commits, reads)
    const { kit, scopes, recordedAtAnswer } = await play(played, store, { clock })
    await quiet(kit)
    store.heal()
    await quiet(kit)
    const trail = await trailOf(store)
    const answers = answersOf(kit)
    expect(answers).toHaveLength(scopes.length)
    for (const answer of answers) {
      const own = trail.filter(({ request }) => request === `request-${answer.ask}`)
      const isUnknown = ['store-unavailable', 'internal-error'].includes(codeOf(answer) ?? '')
      if (!isUnknown) expect(own.map(outcomeIn)).toEqual([outcomeOf(answer)])
      expect(own.length).toBeLessThanOrEqual(1)
      expect(recordedAtAnswer[answer.ask] === true).toBe(!isUnknown)
    }
    for (const room of rooms) {
      for (const record of store.kept(room)) {
        if (record.cause === null) continue
        const asks = scopes.filter((_, ask) => askedWith(played, ask, record.cause?.id ?? ''))
        const accepted = trail.filter(
          ({ request, outcome }) => outcome === 'accepted' && asks.some((scope) => scope.request === request),
        )
        expect(accepted.length).toBeGreaterThan(0)
      }
    }
    expect(kit.engine.load()).toMatchObject({ undecided: 0, undurable: 0 })
  },
)

/** Whether the n-th request of `play` had this command id. */
const askedWith = (played: ReadonlyArray<Session>, ask: number, id: string): boolean => {
  const order: Array<string | undefined> = []
  const longest = Math.max(...played.map(({ turns }) => turns.length))
  for (let place = 0; place < longest; place++) {
    for (const { turns } of played) {
      const turn = turns[place]
      if (turn !== undefined) order.push(turn.cause?.id)
    }
  }
  return order[ask] === id
}

const kitWithRoom = async (options: EngineKitOptions = {}) => {
  const store = options.store ?? memoryEventStore()
  const kit = engineKit({ audit, ...options, store })
  await opened(kit)
  return { kit, store }
}

describe('an audit record', () => {
  const full: AuditEntry = {
    at: 0,
    user: 'ann',
    isVerified: true,
    roles: ['staff'],
    room: testRoom,
    action: '/rooms command',
    target: null,
    outcome: 'accepted',
    reason: null,
    node: 'node-1',
    address: '192.0.2.1',
    request: 'r-1',
    count: undefined,
  }

  test('names who, what, where, when and the outcome', async () => {
    const { kit, store } = await kitWithRoom()
    await kit.clock.advanceSettled(123)
    await kit.ask(say('hello'), { by: ann.memberId, audit: auditScope('r-1', { target: 'bob' }) })
    await kit.ask(say('hello'), { by: memberId('nobody'), audit: auditScope('r-2') })
    const at = kit.clock.now()
    expect(await trailOf(store)).toEqual([
      { ...full, at, target: 'bob', seq: 1, hash: expect.any(String) },
      {
        ...full,
        at,
        request: 'r-2',
        outcome: 'refused',
        reason: 'not-in-room',
        seq: 2,
        hash: expect.any(String),
      },
    ])
  })

  test('is written for a read, a no-op and a repeated command, too', async () => {
    const { kit, store } = await kitWithRoom()
    const by = bob.memberId
    await kit.ask(null, { audit: auditScope('read') })
    await kit.ask(say(1), { by, cause: cause('one'), audit: auditScope('first') })
    await kit.ask(say(1), { by, cause: cause('one'), audit: auditScope('again') })
    await kit.ask(say(2), { by, cause: cause('one', 'other'), audit: auditScope('other content') })
    await kit.ask({ type: 'activate', activity: 'poll', options: null }, { by, audit: auditScope('no-op') })
    expect((await trailOf(store)).map(({ request, reason }) => [request, reason])).toEqual([
      ['read', null],
      ['first', null],
      ['again', null],
      ['other content', 'command-id-reused'],
      ['no-op', null],
    ])
  })

  test('is not written for requests without a scope, for timers and for an engine without a trail', async () => {
    const { kit, store } = await kitWithRoom()
    await kit.ask(leaves, { by: ann.memberId })
    await kit.clock.advanceSettled(60_000)
    expect(await trailOf(store)).toEqual([])
    const off = engineKit({ store: memoryEventStore() })
    await opened(off)
    const scope = auditScope('r')
    await off.ask(say(1), { by: ann.memberId, audit: scope })
    expect(await trailOf(off.store)).toEqual([])
    expect([off.engine.audit, scope.isRecorded]).toEqual([null, false])
  })

  test('has no target that the client invented', async () => {
    const { kit, store } = await kitWithRoom()
    const expel: Request['command'] = { type: 'expel', target: memberId('some text') }
    await kit.ask(expel, { by: ann.memberId, audit: auditScope('r', { target: 'some text' }) })
    expect((await trailOf(store)).map(({ reason, target }) => [reason, target])).toEqual([
      ['target-not-found', null],
    ])
  })

  test('is left out for a code after which another room is asked', async () => {
    const { kit, store } = await kitWithRoom()
    const scope = auditScope('r', { retriedCode: 'room-exists' })
    const rules = { maxPeers: 10, history: 'own' } as const
    await kit.ask({ type: 'create', token: null, rules }, { audit: scope })
    expect([await trailOf(store), scope.isRecorded]).toEqual([[], false])
  })
})

describe('the reply to an audited request', () => {
  test('waits for its record, also when it is an error', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const { kit } = await kitWithRoom({ store, clock })
    const before = answersOf(kit).length
    store.hang()
    kit.send(leaves, { by: memberId('nobody'), audit: auditScope('error') })
    kit.send(null, { by: ann.memberId })
    await settled()
    expect(answersOf(kit)).toHaveLength(before)
    store.heal()
    await settled()
    expect(answersOf(kit).slice(before).map(codeOf)).toEqual(['not-in-room', null])
    expect(await trailOf(store)).toHaveLength(1)
  })

  test('is store-unavailable while the disk is full, and neither an event nor a record is written', async () => {
    const clock = virtualClock()
    const working = unreliableStore(clock)
    await kitWithRoom({ store: working, clock })
    const isFull = { value: true }
    const store: EventStore = {
      ...working,
      commit: (appends) => async () =>
        isFull.value
          ? appends.map(() => ({
              type: 'fault',
              fault: { type: 'unavailable', problem: 'the disk is full' },
            }))
          : working.commit(appends)(),
      audit: {
        ...working.audit,
        record: (entries) => async () =>
          isFull.value
            ? E.left({ type: 'unavailable', problem: 'the disk is full' })
            : working.audit.record(entries)(),
      },
    }
    const kit = engineKit({ audit, store, clock, seed: 'second' })
    kit.engine.hold(testRoom)
    await settled()
    const log = await kit.log()
    const scopes = [auditScope('command'), auditScope('error'), auditScope('read')]
    const [command, error, read] = scopes
    kit.send(say('x'), { by: ann.memberId, audit: command ?? auditScope('') })
    kit.send(leaves, { by: memberId('nobody'), audit: error ?? auditScope('') })
    kit.send(null, { audit: read ?? auditScope('') })
    await settled()
    expect(answersOf(kit).map(codeOf)).toEqual(Array(3).fill('store-unavailable'))
    expect(scopes.map(({ isRecorded }) => isRecorded)).toEqual([false, false, false])
    expect(await kit.log()).toEqual(log)
    expect(await trailOf(store)).toEqual([])
    isFull.value = false
    await kit.clock.advanceSettled(10_000)
    await kit.ask(say('y'), { by: ann.memberId, audit: auditScope('later') })
    expect((await trailOf(store)).map(({ request }) => request)).toEqual(['later'])
  })

  test('leaves before the engine has stopped, also that of a repeated command', async () => {
    const { kit, store } = await kitWithRoom()
    await kit.ask(say(1), { by: ann.memberId, cause: cause('one') })
    kit.send(say(1), { by: ann.memberId, cause: cause('one'), audit: auditScope('again') })
    kit.send(leaves, { by: memberId('nobody'), audit: auditScope('error') })
    const before = answersOf(kit).length
    await kit.engine.stop()
    expect(answersOf(kit).slice(before)).toHaveLength(2)
    expect((await trailOf(store)).map(({ request }) => request).toSorted()).toEqual(['again', 'error'])
  })
})

describe('signals', () => {
  const signal = (kind: string): Request['command'] => ({
    type: 'signal',
    signal: {
      to: { type: 'member', id: bob.memberId },
      protocol: 'picker',
      kind,
      negotiation: null,
      bytes: 10,
    },
    content: 'canary',
  })

  test('leave one record for each record of the log, and errors one each', async () => {
    const { kit, store } = await kitWithRoom()
    const scopes = Array.from({ length: 7 }, (_, index) => auditScope(`s-${index}`))
    for (const scope of scopes) {
      await kit.ask(signal('candidate'), { by: ann.memberId, audit: scope })
      await kit.clock.advanceSettled(10)
    }
    await kit.ask(signal('candidate'), { by: bob.memberId, audit: auditScope('self') })
    await kit.clock.advanceSettled(2_000)
    expect(scopes.every(({ isRecorded }) => isRecorded)).toBe(true)
    const found = await trailOf(store)
    expect(
      found.map(({ action, target, count, request, reason }) => [action, target, count, request, reason]),
    ).toEqual([
      ['signal', bob.memberId, undefined, 's-0', null],
      ['/rooms command', null, undefined, 'self', 'self-signal'],
      ['signal', bob.memberId, 6, 's-6', null],
    ])
    expect(JSON.stringify(found)).not.toContain('canary')
  })
})

describe('retention', () => {
  test('removes records that are older than their period, with the rooms', async () => {
    const hourMs = 3_600_000
    const { kit, store } = await kitWithRoom({ audit: { node: 'n', retentionMs: 10 * hourMs } })
    await kit.engine.start()
    await kit.ask(null, { audit: auditScope('old') })
    await kit.clock.advanceSettled(5 * hourMs)
    await kit.ask(null, { audit: auditScope('new') })
    await kit.clock.advanceSettled(4 * hourMs)
    expect((await trailOf(store)).map(({ request }) => request)).toEqual(['old', 'new'])
    await kit.clock.advanceSettled(2 * hourMs)
    expect((await trailOf(store)).map(({ request }) => request)).toEqual(['new'])
    await kit.engine.stop()
  })
})
