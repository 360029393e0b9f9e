import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { Clock } from '../../src/application/ports/clock.js'
import type { EventStore, RoomRecord, StoreFault } from '../../src/application/ports/event-store.js'
import type { Monitor } from '../../src/application/ports/monitor.js'
import type { Publisher } from '../../src/application/ports/publisher.js'
import type { AuditScope } from '../../src/application/identity/audit-scope.js'
import type {
  AuditOptions,
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
  /** Default: the model with the built-in plug-ins. */
  readonly model?: RoomModel
  readonly clock?: VirtualClock
  readonly store?: EventStore
  readonly seed?: string | number
  readonly graceMs?: number
  readonly retentionMs?: number
  readonly limits?: Partial<EngineLimits>
  /** Records every request that has an audit scope. */
  readonly audit?: AuditOptions
  /** Replaces the publisher that only notes records; it can wrap it. */
  readonly publisher?: (noting: Publisher) => Publisher
  /** Called at once with everything that leaves the engine. */
  readonly onOutput?: (output: EngineOutput) => void
}

/** A reply, a published record, or the end of a request. `ask` is the number of the request in this kit, from 0. */
export type EngineOutput =
  | {
      readonly type: 'answered'
      readonly ask: number
      readonly room: RoomId
      readonly result: Either<RequestFailure, CommandResult>
    }
  | { readonly type: 'delivered'; readonly room: RoomId; readonly record: RoomRecord }
  | { readonly type: 'settled'; readonly ask: number; readonly room: RoomId }

/** The calls of the monitor. */
interface MonitorCalls {
  readonly commits: Array<{ readonly rooms: number; readonly records: number }>
  readonly rejections: Array<string>
  readonly faults: Array<StoreFault>
  readonly conflicts: Array<RoomId>
  readonly lateMs: Array<number>
  readonly defects: Array<unknown>
}

interface RequestOptions {
  readonly room?: RoomId
  readonly by?: MemberId | null
  readonly cause?: Cause | null
  readonly audit?: AuditScope
}

/** A whole engine in memory on a virtual clock: an hour of a room takes a millisecond. */
export interface EngineKit {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly store: EventStore
  /** Everything that has left the engine, in order. */
  readonly outputs: ReadonlyArray<EngineOutput>
  readonly monitorCalls: MonitorCalls
  /** Resolves to the reply. The command `null` reads the room. With a slow store, advance the clock meanwhile. */
  readonly ask: (
    command: Request['command'],
    options?: RequestOptions,
  ) => Promise<Either<RequestFailure, CommandResult>>
  /** Like `ask`, but the reply is in `outputs` only. Returns the number of the request. */
  readonly send: (command: Request['command'], options?: RequestOptions) => number
  /** The published records of a room, in order. */
  readonly delivered: (room?: RoomId) => ReadonlyArray<RoomRecord>
  /** The room's whole log, from the store. */
  readonly log: (room?: RoomId) => Promise<ReadonlyArray<RoomRecord>>
  /** Stops this engine like a killed process, and returns a new one with the same store. */
  readonly crash: () => EngineKit
}

export const engineKit = (options: EngineKitOptions = {}): EngineKit =>
  kitOf({ ...options, clock: options.clock ?? virtualClock(), store: options.store ?? memoryEventStore() }, 0)

type CompleteOptions = EngineKitOptions & { readonly clock: VirtualClock; readonly store: EventStore }

const kitOf = (options: CompleteOptions, life: number): EngineKit => {
  const { clock, store, seed = 0, graceMs = 15_000, retentionMs = 30 * 24 * 60 * 60 * 1_000 } = options
  const own = killable(clock, store)
  const outputs: Array<EngineOutput> = []
  const note = (output: EngineOutput): void => {
    if (!own.isAlive()) return
    outputs.push(output)
    options.onOutput?.(output)
  }
  const monitorCalls: MonitorCalls = {
    commits: [],
    rejections: [],
    faults: [],
    conflicts: [],
    lateMs: [],
    defects: [],
  }
  const noting: Publisher = {
    prepare: (record) => () => note({ type: 'delivered', room: record.room, record }),
  }
  const engine = createEngine({
    model: options.model ?? builtInModel,
    store: own.store,
    clock: own.clock,
    entropy: seededEntropy(`${seed} in life ${life}`),
    publisher: options.publisher?.(noting) ?? noting,
    monitor: notingMonitor(monitorCalls),
    graceMs,
    retentionMs,
    audit: options.audit,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  let requests = 0

  const submit = (
    command: Request['command'],
    { room = testRoom, by = null, cause = null, audit }: RequestOptions,
    onReply: Request['reply'],
  ): number => {
    const ask = requests++
    engine.submit(room, {
      command,
      by,
      cause,
      audit,
      reply: (result) => {
        note({ type: 'answered', ask, room, result })
        if (own.isAlive()) onReply(result)
      },
      afterPublish: () => note({ type: 'settled', ask, room }),
    })
    return ask
  }

  return {
    engine,
    clock,
    store,
    outputs,
    monitorCalls,
    ask: (command, origin = {}) => new Promise((resolve) => submit(command, origin, resolve)),
    send: (command, origin = {}) => submit(command, origin, () => undefined),
    delivered: (room = testRoom) =>
      outputs.flatMap((each) => (each.type === 'delivered' && each.room === room ? [each.record] : [])),
    log: (room = testRoom) => logOf(store, room),
    crash: () => {
      own.end()
      return kitOf(options, life + 1)
    },
  }
}

/** A room's whole log. Throws if the store fails. */
export const logOf = async (
  store: Pick<EventStore, 'read'>,
  room: RoomId,
): Promise<ReadonlyArray<RoomRecord>> => {
  const records = await store.read(room, 0, Number.MAX_SAFE_INTEGER)()
  if (E.isLeft(records)) throw new Error(`the log cannot be read: ${JSON.stringify(records.left)}`)
  return records.right
}

const notingMonitor = (monitorCalls: MonitorCalls): Monitor => ({
  committed: (rooms, records) => void monitorCalls.commits.push({ rooms, records }),
  rejected: (code) => void monitorCalls.rejections.push(code),
  faulted: (_room, fault) => void monitorCalls.faults.push(fault),
  conflicted: (room) => void monitorCalls.conflicts.push(room),
  timerLate: (ms) => void monitorCalls.lateMs.push(ms),
  defect: (_room, error) => void monitorCalls.defects.push(error),
})

interface Killable {
  readonly clock: Clock
  readonly store: EventStore
  readonly isAlive: () => boolean
  readonly end: () => void
}

/** The ports of a process that can be killed: after that, no timer runs and no call of the store resolves. */
const killable = (clock: Clock, store: EventStore): Killable => {
  let isAlive = true
  const scheduled = new Set<() => void>()
  const never = new Promise<never>(() => undefined)
  const whileAlive = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (!isAlive) return never
    const result = await call()
    return isAlive ? result : never
  }
  const query =
    <Fault, Found>(call: TaskEither<Fault, Found>): TaskEither<Fault, Found> =>
    () =>
      whileAlive(call)
  return {
    clock: {
      now: clock.now,
      schedule: (at, run) => {
        if (!isAlive) return () => undefined
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
      read: (room, after, limit) => query(store.read(room, after, limit)),
      find: (room) => query(store.find(room)),
      list: (after, limit) => query(store.list(after, limit)),
      awaiting: () => query(store.awaiting()),
      roomsOf: (session) => query(store.roomsOf(session)),
      remove: (room, epoch, seq) => query(store.remove(room, epoch, seq)),
      identity: store.identity,
      audit: {
        record: (entries) => query(store.audit.record(entries)),
        read: (after, limit) => query(store.audit.read(after, limit)),
        extent: () => query(store.audit.extent()),
        removeBefore: (before) => query(store.audit.removeBefore(before)),
      },
      close: () => whileAlive(store.close),
    },
    isAlive: () => isAlive,
    end: () => {
      isAlive = false
      for (const cancel of scheduled) cancel()
    },
  }
}
