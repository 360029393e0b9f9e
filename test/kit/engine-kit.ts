import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { Clock } from '../../src/application/ports/clock.js'
import type { EventStore, RoomRecord, StoreFault } from '../../src/application/ports/event-store.js'
import type { Monitor } from '../../src/application/ports/monitor.js'
import type { Publisher } from '../../src/application/ports/publisher.js'
import type {
  CommandResult,
  Engine,
  EngineLimits,
  RequestFailure,
  Request,
} from '../../src/application/engine/index.js'
import { createEngine } from '../../src/application/engine/index.js'
import type { Cause } from '../../src/domain/kernel/domain-event.js'
import type { MemberId, RoomId } from '../../src/domain/kernel/ids.js'
import type { RoomModel } from '../../src/domain/room/index.js'
import { memoryEventStore } from '../../src/infrastructure/storage/memory-event-store.js'
import { builtInModel } from '../../src/plugins.js'
import { testRoom } from './recording.js'
import { seededEntropy } from './seeded-entropy.js'
import type { VirtualClock } from './virtual-clock.js'
import { virtualClock } from './virtual-clock.js'

export interface EngineKitOptions {
  /** The rules; those with the built-in activities unless given. */
  readonly model?: RoomModel
  readonly clock?: VirtualClock
  readonly store?: EventStore
  readonly seed?: string | number
  readonly graceMs?: number
  readonly retentionMs?: number
  readonly limits?: Partial<EngineLimits>
  /** Instead of a publisher that only notes what was delivered. */
  readonly publisher?: (noting: Publisher) => Publisher
  /** Told of everything that leaves the engine, at that moment. */
  readonly heard?: (heard: Heard) => void
}

/** What left the engine, and in which order. `ask` counts the requests of the kit from 0. */
export type Heard =
  | {
      readonly type: 'answered'
      readonly ask: number
      readonly room: RoomId
      readonly result: Either<RequestFailure, CommandResult>
    }
  | { readonly type: 'delivered'; readonly room: RoomId; readonly record: RoomRecord }
  | { readonly type: 'settled'; readonly ask: number; readonly room: RoomId }

/** What the monitor was told. */
export interface Noticed {
  readonly commits: Array<{ readonly rooms: number; readonly records: number }>
  readonly rejections: Array<string>
  readonly faults: Array<StoreFault>
  readonly conflicts: Array<RoomId>
  readonly lateMs: Array<number>
  readonly defects: Array<unknown>
}

export interface Asking {
  readonly room?: RoomId
  readonly by?: MemberId | null
  readonly cause?: Cause | null
}

/** A whole engine in memory, on a clock that passes when it is told to: a room lives for an hour in a millisecond. */
export interface EngineKit {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly heard: ReadonlyArray<Heard>
  readonly noticed: Noticed
  /** The answer to come. `null` looks at the room. Where the store takes its time, let the clock pass meanwhile. */
  readonly ask: (
    command: Request['command'],
    asking?: Asking,
  ) => Promise<Either<RequestFailure, CommandResult>>
  /** Like `ask`, for those who read the answer in `heard`; tells its number there. */
  readonly send: (command: Request['command'], asking?: Asking) => number
  /** What the room was shown, in order. */
  readonly delivered: (room?: RoomId) => ReadonlyArray<RoomRecord>
  /** The room's whole log, from the store. */
  readonly log: (room?: RoomId) => Promise<ReadonlyArray<RoomRecord>>
  /** As if the process were killed: this engine does, hears and is heard no more. Gives one that finds its store. */
  readonly crash: () => EngineKit
}

export const engineKit = (options: EngineKitOptions = {}): EngineKit =>
  kitOf({ ...options, clock: options.clock ?? virtualClock(), store: options.store ?? memoryEventStore() }, 0)

type Surroundings = EngineKitOptions & { readonly clock: VirtualClock; readonly store: EventStore }

const kitOf = (surroundings: Surroundings, life: number): EngineKit => {
  const { clock, store, seed = 0, graceMs = 15_000, retentionMs = 30 * 24 * 60 * 60 * 1_000 } = surroundings
  const own = mortal(clock, store)
  const heard: Array<Heard> = []
  const hear = (what: Heard): void => {
    if (!own.isAlive()) return
    heard.push(what)
    surroundings.heard?.(what)
  }
  const noticed: Noticed = {
    commits: [],
    rejections: [],
    faults: [],
    conflicts: [],
    lateMs: [],
    defects: [],
  }
  const noting: Publisher = {
    prepare: (record) => () => hear({ type: 'delivered', room: record.room, record }),
  }
  const engine = createEngine({
    model: surroundings.model ?? builtInModel,
    store: own.store,
    clock: own.clock,
    entropy: seededEntropy(`${seed} in life ${life}`),
    publisher: surroundings.publisher?.(noting) ?? noting,
    monitor: notingMonitor(noticed),
    graceMs,
    retentionMs,
    ...(surroundings.limits === undefined ? {} : { limits: surroundings.limits }),
  })
  let asks = 0

  const submit = (
    command: Request['command'],
    { room = testRoom, by = null, cause = null }: Asking,
    answered: Request['reply'],
  ): number => {
    const context = asks++
    engine.submit(room, {
      command,
      by,
      cause,
      reply: (result) => {
        hear({ type: 'answered', ask: context, room, result })
        if (own.isAlive()) answered(result)
      },
      afterPublish: () => hear({ type: 'settled', ask: context, room }),
    })
    return context
  }

  return {
    engine,
    clock,
    store,
    heard,
    noticed,
    ask: (command, asking = {}) => new Promise((resolve) => submit(command, asking, resolve)),
    send: (command, asking = {}) => submit(command, asking, () => undefined),
    delivered: (room = testRoom) =>
      heard.flatMap((each) => (each.type === 'delivered' && each.room === room ? [each.record] : [])),
    log: (room = testRoom) => logOf(store, room),
    crash: () => {
      own.end()
      return kitOf(surroundings, life + 1)
    },
  }
}

/** A room's whole log; throws where the store gives none. */
export const logOf = async (
  store: Pick<EventStore, 'read'>,
  room: RoomId,
): Promise<ReadonlyArray<RoomRecord>> => {
  const records = await store.read(room, 0, Number.MAX_SAFE_INTEGER)()
  if (E.isLeft(records)) throw new Error(`the log cannot be read: ${JSON.stringify(records.left)}`)
  return records.right
}

const notingMonitor = (noticed: Noticed): Monitor => ({
  committed: (rooms, records) => void noticed.commits.push({ rooms, records }),
  rejected: (code) => void noticed.rejections.push(code),
  faulted: (_room, fault) => void noticed.faults.push(fault),
  conflicted: (room) => void noticed.conflicts.push(room),
  timerLate: (ms) => void noticed.lateMs.push(ms),
  defect: (_room, error) => void noticed.defects.push(error),
})

interface Mortal {
  readonly clock: Clock
  readonly store: EventStore
  readonly isAlive: () => boolean
  readonly end: () => void
}

/** What a process has of the world until it is killed: after that it is woken by nothing and gets no answer. */
const mortal = (clock: Clock, store: EventStore): Mortal => {
  let alive = true
  const scheduled = new Set<() => void>()
  const never = new Promise<never>(() => undefined)
  const whileAlive = async <Result>(question: () => Promise<Result>): Promise<Result> => {
    if (!alive) return never
    const result = await question()
    return alive ? result : never
  }
  const asked = <Found>(question: TaskEither<StoreFault, Found>): TaskEither<StoreFault, Found> => {
    return () => whileAlive(question)
  }
  return {
    clock: {
      now: clock.now,
      schedule: (at, run) => {
        if (!alive) return () => undefined
        const end = (): void => {
          cancel()
          scheduled.delete(end)
        }
        const cancel = clock.schedule(at, () => {
          scheduled.delete(end)
          run()
        })
        scheduled.add(end)
        return end
      },
    },
    store: {
      key: store.key,
      commit: (appends) => () => whileAlive(store.commit(appends)),
      read: (room, after, limit) => asked(store.read(room, after, limit)),
      find: (room) => asked(store.find(room)),
      list: (after, limit) => asked(store.list(after, limit)),
      awaiting: () => asked(store.awaiting()),
      roomsOf: (session) => asked(store.roomsOf(session)),
      remove: (room, epoch, seq) => asked(store.remove(room, epoch, seq)),
      close: () => whileAlive(store.close),
    },
    isAlive: () => alive,
    end: () => {
      alive = false
      for (const cancel of scheduled) cancel()
    },
  }
}
