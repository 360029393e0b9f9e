import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import fc from 'fast-check'
import type { Clock } from '../../src/application/ports/clock.js'
import type { AuditEntry } from '../../src/application/ports/audit-trail.js'
import type {
  Append,
  EventStore,
  AppendOutcome,
  StoreFault,
} from '../../src/application/ports/event-store.js'

/** How one call of a store fails. */
export type Mishap =
  | { readonly type: 'none' }
  /** The call is slow before or after it takes effect. */
  | { readonly type: 'slow'; readonly ms: number; readonly when: 'before' | 'after' }
  /** The call fails without an effect. */
  | { readonly type: 'fails' }
  /** The call takes effect and then fails. */
  | { readonly type: 'fails-after' }
  /** This commit and the next `commits` fail; reads succeed. */
  | { readonly type: 'full'; readonly commits: number }
  /** One append of the group (`which` modulo its size) conflicts. */
  | { readonly type: 'conflicts'; readonly which: number }

export interface FaultyOptions {
  /** Serves the calls. */
  readonly store: EventStore
  readonly clock: Clock
  /** One mishap for each call, in order. After the last one, no call fails. */
  readonly script: Iterable<Mishap>
  /** What another writer appends before an append that conflicts. Without it, the conflict is only reported. */
  readonly intruder?: (append: Append) => Append | undefined
}

export interface FaultyEventStore extends EventStore {
  /** Ends the script: from now on no call fails. */
  readonly heal: () => void
  /** The mishaps so far. */
  readonly happened: ReadonlyArray<Mishap>
}

/**
 * A store that is slow, full, unavailable or in conflict, as its script says. Like every store it writes in the order of the
 * calls, independently of their duration.
 */
export const faultyEventStore = ({ store, clock, script, intruder }: FaultyOptions): FaultyEventStore => {
  const mishaps = script[Symbol.iterator]()
  const happened: Array<Mishap> = []
  let isHealed = false
  let failingCommits = 0
  let lastWrite: Promise<unknown> = Promise.resolve()

  const next = (): Mishap => {
    const step = isHealed ? undefined : mishaps.next()
    const mishap: Mishap = step === undefined || step.done === true ? { type: 'none' } : step.value
    if (mishap.type !== 'none') happened.push(mishap)
    return mishap
  }

  const delay = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.schedule(clock.now() + ms, resolve))

  /** Runs a call with its mishap; `failed` makes the result of a call that fails. */
  const runWith = async <Result>(
    mishap: Mishap,
    call: () => Promise<Result>,
    failed: (problem: string) => Result,
  ): Promise<Result> => {
    if (mishap.type === 'fails') return failed('the store failed before the call took effect')
    if (mishap.type === 'slow' && mishap.when === 'before') await delay(mishap.ms)
    const result = await call()
    if (mishap.type === 'slow' && mishap.when === 'after') await delay(mishap.ms)
    return mishap.type === 'fails-after' ? failed('the store failed after the call took effect') : result
  }

  const enqueue = <Result>(write: () => Promise<Result>): Promise<Result> => {
    const result = lastWrite.then(write)
    lastWrite = result
    return result
  }

  const withMishap =
    <Found>(query: TaskEither<StoreFault, Found>): TaskEither<StoreFault, Found> =>
    () =>
      runWith(next(), query, (problem) => E.left(unavailable(problem)))

  const commit = async (
    appends: ReadonlyArray<Append>,
    mishap: Mishap,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const failed = (problem: string): ReadonlyArray<AppendOutcome> =>
      appends.map(() => ({ type: 'fault', fault: unavailable(problem) }))
    if (mishap.type === 'full') failingCommits = Math.max(failingCommits, mishap.commits + 1)
    if (!isHealed && failingCommits > 0) {
      failingCommits -= 1
      return failed('the disk is full')
    }
    return runWith(
      mishap,
      () =>
        mishap.type === 'conflicts' ? commitWithConflict(appends, mishap.which) : store.commit(appends)(),
      failed,
    )
  }

  /** Shares the disk with the commits, so it fails while that is full. No entry conflicts with another. */
  const recordAudit = async (entries: ReadonlyArray<AuditEntry>, mishap: Mishap): RecordedAudit => {
    const failed = (problem: string): Awaited<RecordedAudit> => E.left({ type: 'unavailable', problem })
    if (mishap.type === 'full') failingCommits = Math.max(failingCommits, mishap.commits + 1)
    if (!isHealed && failingCommits > 0) {
      failingCommits -= 1
      return failed('the disk is full')
    }
    return runWith(mishap, store.audit.record(entries), failed)
  }

  const commitWithConflict = async (
    appends: ReadonlyArray<Append>,
    which: number,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const index = which % Math.max(appends.length, 1)
    const chosen = appends[index]
    if (chosen === undefined) return store.commit(appends)()
    const intrusion = intruder?.(chosen)
    if (intrusion !== undefined) {
      await store.commit([intrusion])()
      return store.commit(appends)()
    }
    const others = await store.commit(appends.filter((append) => append !== chosen))()
    return [...others.slice(0, index), await conflictOf(chosen), ...others.slice(index)]
  }

  const conflictOf = async ({ room }: Append): Promise<AppendOutcome> => {
    const found = await store.find(room)()
    if (E.isLeft(found)) return { type: 'fault', fault: found.left }
    const entry = found.right
    return {
      type: 'conflict',
      actual: entry._tag === 'None' ? null : { epoch: entry.value.epoch, seq: entry.value.seq },
    }
  }

  return {
    key: store.key,
    commit: (appends) => () => {
      const mishap = next()
      return enqueue(() => commit(appends, mishap))
    },
    read: (...page) => withMishap(store.read(...page)),
    find: (room) => withMishap(store.find(room)),
    list: (after, limit) => withMishap(store.list(after, limit)),
    awaiting: () => withMishap(store.awaiting()),
    roomsOf: (session) => withMishap(store.roomsOf(session)),
    remove: (room, epoch, seq) => () => enqueue(withMishap(store.remove(room, epoch, seq))),
    identity: {
      load: () => withMishap(store.identity.load()),
      save: (restrictions) => () => enqueue(withMishap(store.identity.save(restrictions))),
    },
    audit: {
      ...store.audit,
      record: (entries) => () => {
        const mishap = next()
        return enqueue(() => recordAudit(entries, mishap))
      },
    },
    close: async () => {
      await lastWrite
      await store.close()
    },
    heal: () => {
      isHealed = true
    },
    happened,
  }
}

type RecordedAudit = ReturnType<ReturnType<EventStore['audit']['record']>>

const unavailable = (problem: string): StoreFault => ({ type: 'unavailable', problem })

/** Mostly none, so that most tests make progress. */
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Mishap>({ type: 'none' }) },
  {
    weight: 2,
    arbitrary: fc.record<Mishap & { readonly type: 'slow' }>({
      type: fc.constant('slow'),
      ms: fc.integer({ min: 1, max: 2_000 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Mishap>({ type: 'fails' }) },
  { weight: 2, arbitrary: fc.constant<Mishap>({ type: 'fails-after' }) },
  {
    weight: 1,
    arbitrary: fc.record<Mishap & { readonly type: 'full' }>({
      type: fc.constant('full'),
      commits: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Mishap & { readonly type: 'conflicts' }>({
      type: fc.constant('conflicts'),
      which: fc.nat({ max: 20 }),
    }),
  },
)

/** A script for `faultyEventStore`. */
export const mishaps: fc.Arbitrary<ReadonlyArray<Mishap>> = fc.array(mishap, { maxLength: 60 })
