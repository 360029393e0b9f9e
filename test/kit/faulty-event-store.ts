import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import fc from 'fast-check'
import type { Clock } from '../../src/application/ports/clock.js'
import type {
  Append,
  EventStore,
  AppendOutcome,
  StoreFault,
} from '../../src/application/ports/event-store.js'

/** What goes wrong with one question to a store. */
export type Mishap =
  | { readonly type: 'none' }
  /** It takes its time: before it does it, or between doing it and saying so. */
  | { readonly type: 'slow'; readonly ms: number; readonly when: 'before' | 'after' }
  /** It is unavailable, and nothing was done. */
  | { readonly type: 'fails' }
  /** It is unavailable, and all was done. */
  | { readonly type: 'fails-after' }
  /** Nothing more can be written, in this commit and in so many after it; reading goes on. */
  | { readonly type: 'full'; readonly commits: number }
  /** One append of the group (`which`, counted round) finds the log elsewhere than it expects. */
  | { readonly type: 'conflicts'; readonly which: number }

export interface FaultyOptions {
  /** What is asked when nothing goes wrong. */
  readonly store: EventStore
  readonly clock: Clock
  /** One mishap for each question, in the order of the asking; after the last nothing goes wrong any more. */
  readonly script: Iterable<Mishap>
  /** What somebody else writes before an append that is to conflict. Without it the conflict is only said. */
  readonly intruder?: (append: Append) => Append | undefined
}

export interface FaultyEventStore extends EventStore {
  /** From now on nothing goes wrong, whatever the script says. */
  readonly heal: () => void
  /** What has gone wrong so far. */
  readonly happened: ReadonlyArray<Mishap>
}

/**
 * A store that is slow, full, fails, fails after it has committed, and conflicts, as its script says. Like every
 * store it writes in the order in which it was asked, however long one question takes.
 */
export const faultyEventStore = ({ store, clock, script, intruder }: FaultyOptions): FaultyEventStore => {
  const mishaps = script[Symbol.iterator]()
  const happened: Array<Mishap> = []
  let healed = false
  let fullFor = 0
  let turn: Promise<unknown> = Promise.resolve()

  const next = (): Mishap => {
    const step = healed ? undefined : mishaps.next()
    const mishap: Mishap = step === undefined || step.done === true ? { type: 'none' } : step.value
    if (mishap.type !== 'none') happened.push(mishap)
    return mishap
  }

  const passed = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.schedule(clock.now() + ms, resolve))

  /** Runs a question with what befalls it; `failed` makes the answer of one that fails. */
  const befallen = async <Answer>(
    mishap: Mishap,
    context: () => Promise<Answer>,
    failed: (problem: string) => Answer,
  ): Promise<Answer> => {
    if (mishap.type === 'fails') return failed('it failed before anything was done')
    if (mishap.type === 'slow' && mishap.when === 'before') await passed(mishap.ms)
    const answer = await context()
    if (mishap.type === 'slow' && mishap.when === 'after') await passed(mishap.ms)
    return mishap.type === 'fails-after' ? failed('it failed, and it was done') : answer
  }

  const inTurn = <Answer>(context: () => Promise<Answer>): Promise<Answer> => {
    const answer = turn.then(context)
    turn = answer
    return answer
  }

  const asking =
    <Answer>(question: TaskEither<StoreFault, Answer>): TaskEither<StoreFault, Answer> =>
    () =>
      befallen(next(), question, (problem) => E.left(unavailable(problem)))

  const commit = async (
    appends: ReadonlyArray<Append>,
    mishap: Mishap,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const failed = (problem: string): ReadonlyArray<AppendOutcome> =>
      appends.map(() => ({ type: 'fault', fault: unavailable(problem) }))
    if (mishap.type === 'full') fullFor = Math.max(fullFor, mishap.commits + 1)
    if (!healed && fullFor > 0) {
      fullFor -= 1
      return failed('the disk is full')
    }
    return befallen(
      mishap,
      () => (mishap.type === 'conflicts' ? conflicting(appends, mishap.which) : store.commit(appends)()),
      failed,
    )
  }

  const conflicting = async (
    appends: ReadonlyArray<Append>,
    which: number,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const place = which % Math.max(appends.length, 1)
    const chosen = appends[place]
    if (chosen === undefined) return store.commit(appends)()
    const intrusion = intruder?.(chosen)
    if (intrusion !== undefined) {
      await store.commit([intrusion])()
      return store.commit(appends)()
    }
    const others = await store.commit(appends.filter((append) => append !== chosen))()
    return [...others.slice(0, place), await conflictOf(chosen), ...others.slice(place)]
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
      return inTurn(() => commit(appends, mishap))
    },
    read: (...page) => asking(store.read(...page)),
    find: (room) => asking(store.find(room)),
    list: (after, limit) => asking(store.list(after, limit)),
    awaiting: () => asking(store.awaiting()),
    roomsOf: (session) => asking(store.roomsOf(session)),
    remove: (room, epoch, seq) => () => inTurn(asking(store.remove(room, epoch, seq))),
    close: async () => {
      await turn
      await store.close()
    },
    heal: () => {
      healed = true
    },
    happened,
  }
}

const unavailable = (problem: string): StoreFault => ({ type: 'unavailable', problem })

/** One mishap, or none: more often none, so that something comes of what is tried. */
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
