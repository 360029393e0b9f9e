import { fc, test } from '@fast-check/vitest'
import { entryIn } from '../../../src/domain/kernel/table.js'
import * as E from '#fp/Either'
import { expect } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Cause } from '../../../src/domain/kernel/domain-event.js'
import type { RoomId } from '../../../src/domain/kernel/ids.js'
import { commandId, roomId } from '../../../src/domain/kernel/ids.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { sessions } from '../../kit/index.js'
import type { Session, Turn } from '../../kit/index.js'
import type { EngineKit, EngineOutput } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import type { UnreliableStore } from './unreliable-store.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'

const { evolve } = builtInModel

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

interface Asked extends Turn {
  readonly room: RoomId
  readonly cause: Cause
}

const rooms = [roomId('one'), roomId('two'), roomId('three')] as const

/**
 * Requests to several rooms in turn, each with its own command id. Some earlier requests of the same room are repeated
 * with the same id, as by a client that got no answer.
 */
const requestsOf = (
  played: ReadonlyArray<Session>,
  again: ReadonlyArray<number> = [],
): ReadonlyArray<Asked> => {
  const longest = Math.max(...played.map(({ turns }) => turns.length))
  const asked: Array<Asked> = []
  for (let place = 0; place < longest; place++) {
    for (const [which, { turns }] of played.entries()) {
      const turn = turns[place]
      const room = rooms[which]
      if (turn === undefined || room === undefined) continue
      const cause = { id: commandId(`ask-${asked.length}`), digest: `digest-${asked.length}` }
      asked.push({ ...turn, room, cause })
      const back = again[asked.length % Math.max(1, again.length)] ?? 0
      const earlier = asked.filter((each) => each.room === room).at(-back)
      if (back > 0 && earlier !== undefined && earlier.by !== null) asked.push({ ...earlier, waitMs: 0 })
    }
  }
  return asked
}

const sendAll = async (kit: EngineKit, requests: ReadonlyArray<Asked>): Promise<void> => {
  for (const { room, command, by, cause, waitMs, late } of requests) {
    if (late) kit.clock.standStill(waitMs)
    else if (waitMs > 0) await kit.clock.advanceSettled(waitMs)
    kit.send(command, { room, by, cause })
  }
}

/** Longer than every delay, every retry pause and every draw. */
const untilQuiet = async (kit: EngineKit): Promise<void> => {
  for (let round = 0; round < 30; round++) await kit.clock.advanceSettled(1_000)
}

type Answer = Extract<EngineOutput, { type: 'answered' }>

/** Checks each output at the moment it leaves the engine. */
const watching = (
  store: UnreliableStore,
): { readonly seen: (heard: EngineOutput) => void; readonly wrong: Array<string> } => {
  const wrong: Array<string> = []
  return {
    wrong,
    seen: (heard) => {
      if (heard.type === 'settled') return
      const kept = store.kept(heard.room)
      if (heard.type === 'delivered') {
        if (kept[heard.record.seq - 1] !== heard.record)
          wrong.push(`delivered before it was kept: ${heard.record.seq}`)
        return
      }
      if (E.isLeft(heard.result)) return
      const { seq, events } = heard.result.right
      if (seq > kept.length) wrong.push(`answered at ${seq}, but ${kept.length} are kept`)
      for (const event of events)
        if (kept[event.seq - 1] !== event) wrong.push(`answered with what is not kept`)
    },
  }
}

const repeats = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })), {
  maxLength: 7,
})

const outcomeOf = ({ result }: Answer): string => (E.isLeft(result) ? result.left.type : 'done')

const unknown = 'store-unavailable'

test.prop(
  [fc.array(sessions, { minLength: 1, maxLength: 3 }), commitMoods, readMoods, fc.boolean(), repeats],
  {
    numRuns: 200,
  },
)(
  'with any store faults everything is published once, in order and after it is durable, and the engine recovers',
  async (played, commits, reads, tight, again) => {
    const clock = virtualClock()
    const store = unreliableStore(clock, commits, reads)
    const watch = watching(store)
    const kit = engineKit({
      clock,
      store,
      limits: tight ? { maxUndurablePerRoom: 3, maxPageRecords: 2 } : { maxPageRecords: 7 },
      onOutput: watch.seen,
    })
    for (const room of rooms) kit.engine.hold(room)
    const requests = requestsOf(played, again)

    await sendAll(kit, requests)
    await untilQuiet(kit)
    store.heal()
    await untilQuiet(kit)
    const answers = kit.outputs.filter((heard) => heard.type === 'answered')

    expect(watch.wrong).toEqual([])
    expect(answers.map(({ ask: context }) => context).toSorted((one, other) => one - other)).toEqual([
      ...requests.keys(),
    ])
    expect(kit.outputs.filter(({ type }) => type === 'settled')).toHaveLength(requests.length)
    expect(kit.engine.load()).toMatchObject({ undecided: 0, undurable: 0 })
    expect(store.commitsAtOnce()).toBeLessThanOrEqual(1)
    expect(kit.monitorCalls.defects).toEqual([])

    for (const room of rooms) {
      const log = await kit.log(room)
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1))
      expect(log.map(({ at }) => at)).toEqual(log.map(({ at }) => at).toSorted((one, other) => one - other))
      expect(kit.delivered(room)).toEqual(log)
      const decided = answers.filter((answer) => answer.room === room && outcomeOf(answer) !== unknown)
      const order = decided.map(({ ask }) => ask)
      const originals = order.filter((ask) => !isRepeat(ask, requests))
      expect(originals).toEqual(originals.toSorted((one, other) => one - other))
      for (const ask of order.filter((each) => isRepeat(each, requests))) {
        const first = requests.findIndex(({ cause }) => cause === requests[ask]?.cause)
        if (order.includes(first)) expect(order.indexOf(ask)).toBeGreaterThan(order.indexOf(first))
      }
      const seen = await kit.ask(null, { room })
      expect(seen).toMatchObject({ right: { seq: log.length, state: log.reduce(evolve, initial(room)) } })
    }
    expectWhatTheySay(answers, requests, store)
  },
  patienceMs,
)

/** Repeated commands are answered when their events have been read, and so out of the order of the others. */
const isRepeat = (ask: number, requests: ReadonlyArray<Asked>): boolean =>
  requests.findIndex(({ cause }) => cause === requests[ask]?.cause) < ask

/** A successful request has its answered records in the log once, and a rejected one has none. */
const expectWhatTheySay = (
  answers: ReadonlyArray<Answer>,
  requests: ReadonlyArray<Asked>,
  store: UnreliableStore,
): void => {
  const answersTo = new Map<Asked['cause'], Array<Answer>>()
  for (const answer of answers) {
    const cause = requests[answer.ask]?.cause
    if (cause !== undefined) answersTo.set(cause, [...(answersTo.get(cause) ?? []), answer])
  }
  for (const [cause, all] of answersTo) {
    const [first] = all
    const log = first === undefined ? [] : store.kept(first.room)
    const written = runsOf(log.filter((record) => record.cause?.id === cause.id))
    const told = all.flatMap(({ result }) => (E.isLeft(result) ? [] : [result.right.events]))
    for (const events of told) if (events.length > 0) expect(written).toContainEqual(events)
    if (all.every((answer) => outcomeOf(answer) !== unknown)) {
      for (const run of written) expect(told).toContainEqual(run)
    }
    for (const [place, run] of written.slice(0, -1).entries()) {
      const member = run.at(-1)?.by ?? null
      const before = log.slice(0, (written[place + 1]?.[0]?.seq ?? 0) - 1)
      expect(member !== null && isStillIn(member, run.at(-1)?.seq ?? 0, before)).toBe(false)
    }
  }
}

/** Runs of records without a gap. */
const runsOf = (records: ReadonlyArray<RoomRecord>): ReadonlyArray<ReadonlyArray<RoomRecord>> => {
  const runs: Array<Array<RoomRecord>> = []
  for (const record of records) {
    const last = runs.at(-1)
    if (last !== undefined && last.at(-1)?.seq === record.seq - 1) last.push(record)
    else runs.push([record])
  }
  return runs
}

test.prop([sessions, commitMoods, readMoods])(
  'a command that failed with store-unavailable acts once when it is repeated with the same id',
  async (played, commits, reads) => {
    const clock = virtualClock()
    const store = unreliableStore(clock, commits, reads)
    const kit = engineKit({ clock, store, graceMs: 10 ** 9 })
    kit.engine.hold(rooms[0])
    const requests = requestsOf([played])
    await sendAll(kit, requests)
    store.heal()
    await untilQuiet(kit)
    const givenUp = kit.outputs.flatMap((heard) =>
      heard.type === 'answered' && outcomeOf(heard) === unknown ? [heard.ask] : [],
    )
    const before = store.kept(rooms[0])

    for (const context of givenUp) {
      const { room, command, by, cause } = requests[context] ?? {
        room: rooms[0],
        command: null,
        by: null,
        cause: null,
      }
      const own = before.filter((record) => record.cause?.id === cause?.id)
      const isRemembered = by !== null && isStillIn(by, own.at(-1)?.seq ?? 0, store.kept(room))
      const again = await kit.ask(command, { room, by, cause })
      if (own.length > 0 && isRemembered) {
        expect(again).toMatchObject({ right: { events: own } })
        expect(store.kept(room).filter((record) => record.cause?.id === cause?.id)).toEqual(own)
      }
    }
    await settled()
  },
  patienceMs,
)

/** Whether this member has stayed since that position. Its command ids are forgotten with its last entry. */
const isStillIn = (member: string, since: number, log: ReadonlyArray<RoomRecord>): boolean => {
  for (let length = Math.max(1, since); length <= log.length; length++) {
    const state = log.slice(0, length).reduce(evolve, initial(rooms[0]))
    if (state.phase === 'absent' || entryIn(state.members, member) === undefined) return false
  }
  return true
}
