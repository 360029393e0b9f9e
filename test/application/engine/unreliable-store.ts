import * as E from '#fp/Either'
import * as O from '#fp/Option'
import fc from 'fast-check'
import type { TaskEither } from '#fp/TaskEither'
import type {
  Append,
  EventStore,
  IndexEntry,
  AppendOutcome,
  RoomRecord,
  StoreFault,
} from '../../../src/application/ports/event-store.js'
import type { RoomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { roomRecord } from '../../kit/index.js'

/** The fault of one append or query. */
export interface Mood {
  readonly delayMs: number
  readonly way:
    | 'well'
    /** Nothing was written, and the outcome is unknown to the caller. */
    | 'fails'
    /** The append was written, and the outcome is unknown to the caller. */
    | 'fails-afterwards'
    /** A conflict without another writer. */
    | 'conflicts'
    /** Another writer appended first. */
    | 'overtaken'
    /** It throws, against its contract. */
    | 'throws'
}

const delays = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 900 }) },
)

const mood = (...ways: ReadonlyArray<Mood['way']>): fc.Arbitrary<Mood> =>
  fc.record({ delayMs: delays, way: fc.constantFrom(...ways) })

const long = { maxLength: 40, size: 'max' } as const

/** Faults of a store, append by append. A full disk fails many times in a row. */
export const commitMoods: fc.Arbitrary<ReadonlyArray<Mood>> = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.array(
          mood('well', 'well', 'fails', 'fails-afterwards', 'conflicts', 'overtaken'),
          long,
        ),
      },
      { weight: 1, arbitrary: fc.array(mood('fails'), long) },
      { weight: 1, arbitrary: fc.array(mood('conflicts', 'overtaken'), long) },
      { weight: 1, arbitrary: fc.array(mood('throws', 'fails-afterwards'), { maxLength: 4 }) },
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.flat())

export const readMoods: fc.Arbitrary<ReadonlyArray<Mood>> = fc.array(
  mood('well', 'well', 'well', 'well', 'fails', 'throws'),
  long,
)

export interface UnreliableStore extends EventStore {
  /** The records of a room, without a query. */
  readonly kept: (room: RoomId) => ReadonlyArray<RoomRecord>
  /** Rooms and records of each group commit. */
  readonly groups: ReadonlyArray<ReadonlyArray<Append>>
  /** The largest number of concurrent commits. */
  readonly commitsAtOnce: () => number
  /** Imports a room's log, without sessions and with all its members. */
  readonly adopt: (records: ReadonlyArray<RoomRecord>) => Promise<void>
  /** No more faults from now on. */
  readonly heal: () => void
  /** No more answers until `heal`. */
  readonly hang: () => void
}

/** Wraps a correct store with these faults, one after another, and without faults afterwards. */
export const unreliableStore = (
  clock: VirtualClock,
  commits: ReadonlyArray<Mood> = [],
  reads: ReadonlyArray<Mood> = [],
): UnreliableStore => {
  const memory = memoryEventStore()
  const logs = new Map<RoomId, Array<RoomRecord>>()
  const groups: Array<ReadonlyArray<Append>> = []
  const well: Mood = { delayMs: 0, way: 'well' }
  let commit = 0
  let read = 0
  let openCommits = 0
  let mostOpenCommits = 0
  let hanging: Array<() => void> | null = null

  const delayOrHang = async ({ delayMs }: Mood): Promise<void> => {
    const waiters = hanging
    if (waiters !== null) await new Promise<void>((resolve) => waiters.push(resolve))
    if (delayMs > 0) await new Promise<void>((resolve) => void clock.schedule(clock.now() + delayMs, resolve))
  }

  const write = async (append: Append): Promise<AppendOutcome> => {
    const [outcome] = await memory.commit([append])()
    if (outcome?.type === 'appended')
      logs.set(append.room, [...(logs.get(append.room) ?? []), ...append.records])
    return outcome ?? failed
  }

  const overtake = async ({ room }: Append): Promise<void> => {
    const found = await memory.find(room)()
    if (E.isLeft(found) || O.isNone(found.right)) return
    await write(rivalAppend(found.right.value))
  }

  const one = async (append: Append, { way }: Mood): Promise<AppendOutcome> => {
    switch (way) {
      case 'well':
        return write(append)
      case 'fails':
        return failed
      case 'fails-afterwards':
        await write(append)
        return failed
      case 'conflicts':
        return { type: 'conflict', actual: null }
      case 'overtaken':
        await overtake(append)
        return write(append)
      case 'throws':
        throw new Error('the store threw')
    }
  }

  const query =
    <Found>(run: TaskEither<StoreFault, Found>): TaskEither<StoreFault, Found> =>
    async () => {
      const next = reads[read++] ?? well
      await delayOrHang(next)
      if (next.way === 'throws') throw new Error('the store threw')
      return next.way === 'fails' ? E.left(fault) : run()
    }

  return {
    key: memory.key,
    identity: memory.identity,
    commit: (appends) => async () => {
      groups.push(appends)
      mostOpenCommits = Math.max(mostOpenCommits, ++openCommits)
      try {
        const moods = appends.map(() => commits[commit++] ?? well)
        await delayOrHang(moods[0] ?? well)
        const outcomes: Array<AppendOutcome> = []
        for (const [place, append] of appends.entries())
          outcomes.push(await one(append, moods[place] ?? well))
        return outcomes
      } finally {
        openCommits--
      }
    },
    read: (room, after, limit) => query(memory.read(room, after, limit)),
    find: (room) => query(memory.find(room)),
    list: (after, limit) => query(memory.list(after, limit)),
    awaiting: () => query(memory.awaiting()),
    roomsOf: (session) => query(memory.roomsOf(session)),
    remove: (room, epoch, seq) => query(memory.remove(room, epoch, seq)),
    audit: {
      ...memory.audit,
      record: (entries) => async () => {
        const next = commits[commit++] ?? well
        await delayOrHang(next)
        if (next.way === 'throws') throw new Error('the store threw')
        if (next.way !== 'fails') await memory.audit.record(entries)()
        return next.way === 'fails' || next.way === 'fails-afterwards'
          ? E.left({ type: 'unavailable', problem: 'the disk is full' })
          : E.right(undefined)
      },
    },
    close: memory.close,
    kept: (room) => logs.get(room) ?? [],
    groups,
    commitsAtOnce: () => mostOpenCommits,
    adopt: async (records) => {
      const [first] = records
      if (first === undefined) return
      const { room, epoch } = first
      await write({ ...withoutSessions, room, epoch, expectedSeq: 0, records, occupied: true })
    },
    heal: () => {
      commit = commits.length
      read = reads.length
      const waiters = hanging ?? []
      hanging = null
      for (const resume of waiters) resume()
    },
    hang: () => {
      hanging ??= []
    },
  }
}

const fault: StoreFault = { type: 'unavailable', problem: 'the disk is full' }
const failed: AppendOutcome = { type: 'fault', fault }

const withoutSessions = { due: null, occupied: false, addedSessions: [], removedSessions: [] } as const

/** A record that only moves the end of the log. */
const rivalAppend = ({ room, epoch, seq, lastAt, due, occupied }: IndexEntry): Append => ({
  room,
  epoch,
  expectedSeq: seq,
  records: [
    roomRecord({
      type: 'relay.event',
      data: { module: 'rival', event: 'was-quicker', payload: null },
      room,
      epoch,
      seq: seq + 1,
      at: lastAt,
      by: null,
      cause: null,
    }),
  ],
  ...withoutSessions,
  due,
  occupied,
})
