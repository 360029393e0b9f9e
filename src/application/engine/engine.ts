import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import { registerPlugins } from '../../domain/activities/registry.js'
import type { AnyActivityPlugin } from '../../domain/kernel/activity-plugin.js'
import type { RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { EventStore, IndexEntry, RoomRecord, StoreFault } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import type { EffectHandler } from '../ports/effect-handler.js'
import { noEffectHandler } from '../ports/effect-handler.js'
import type { Publisher } from '../ports/publisher.js'
import { createCommitScheduler } from './commit-scheduler.js'
import type { PendingWork } from './mailbox.js'
import type { EngineLimits } from './limits.js'
import { defaultLimits } from './limits.js'
import type { RoomActor } from './room-actor.js'
import { createRoomActor } from './room-actor.js'
import { rejectRequest } from './report-defects.js'
import { queryStore } from './query-store.js'
import type { Request } from './request.js'
import { removeExpiredRooms } from './retention.js'
import { createAdmissionControl } from './admission-control.js'

export interface EngineOptions {
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
  /** Who is asked for what rooms want from outside; nobody, unless given. The engine does not close it. */
  readonly effectHandler?: EffectHandler
  /**
   * Activities that the application brings along, until the engine has stopped. Whoever reads a log that one of them has
   * written needs it, so it is brought for as long as there are such logs.
   */
  readonly activities?: ReadonlyArray<AnyActivityPlugin>
  /** How long a member's place is kept when its connection is lost. */
  readonly graceMs: number
  /** How long the log of a room that is empty and wants nothing is kept. */
  readonly retentionMs: number
  readonly limits?: Partial<EngineLimits>
}

/** Runs rooms. Knows no socket, no file and no clock but the one it is given. */
export interface Engine {
  /** The store's. */
  readonly key: string
  /** Finds what the last run left: who was connected is away from now on, and what is due is decided. */
  readonly start: () => Promise<E.Either<StoreFault, { readonly rooms: number }>>
  readonly submit: (room: RoomId, request: Request) => void
  /** Keeps a room in memory while somebody is attached to it; call what it gives once, to let go. */
  readonly hold: (room: RoomId) => Cancel
  readonly records: (
    room: RoomId,
    after: number,
    limit: number,
    maxBytes?: number,
  ) => TaskEither<StoreFault, ReadonlyArray<RoomRecord>>
  readonly roomsOf: (session: SessionKey) => TaskEither<StoreFault, ReadonlyArray<RoomId>>
  readonly list: (after: RoomId | null, limit: number) => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** What is in memory: rooms, requests that are not decided yet, and decisions that are not durable yet. */
  readonly load: () => { readonly rooms: number; readonly undecided: number; readonly undurable: number }
  /** Refuses what comes from now on, and resolves when all that was decided is durable and answered. */
  readonly stop: () => Promise<void>
}

const retentionRoundMs = 60 * 60 * 1_000

/** Throws where an activity cannot be registered, before anything is read. */
export const createEngine = (options: EngineOptions): Engine => {
  const { store, clock, monitor } = options
  const dismissAll = registerPlugins(options.activities ?? [])
  const limits: EngineLimits = { ...defaultLimits, ...options.limits }
  const mailboxes = new Map<RoomId, RoomActor>()
  /** Rooms that left memory and are due: what wakes each. */
  const alarms = new Map<RoomId, Cancel>()
  /** Rooms of the last run that were not read since. */
  const unrecovered = new Set<RoomId>()
  const lingering = new Set<RoomId>()
  const waiting: PendingWork = { undecided: 0, undurable: 0 }
  const admission = createAdmissionControl(clock)
  const commits = createCommitScheduler(store, clock, monitor, admission)
  let sweep: Cancel | null = null
  let retention: Cancel | null = null
  let removing: Promise<unknown> = Promise.resolve()
  let stopped = false

  const mailboxOf = (room: RoomId): RoomActor => {
    const known = mailboxes.get(room)
    if (known !== undefined) return known
    const alarm = alarms.get(room)
    alarm?.()
    alarms.delete(room)
    const recovers = unrecovered.delete(room)
    const mailbox = createRoomActor(
      room,
      { needsRecovery: recovers, hasPendingWork: recovers || alarm !== undefined },
      {
        store,
        clock,
        entropy: options.entropy,
        publisher: options.publisher,
        outside: options.effectHandler ?? noEffectHandler,
        monitor,
        limits,
        commits,
        admission,
        graceMs: options.graceMs,
        waiting,
        onIdle: idle,
      },
    )
    mailboxes.set(room, mailbox)
    return mailbox
  }

  /** A room that nobody holds leaves memory a little later, all of them with one timer. */
  const idle = (room: RoomId): void => {
    if (stopped) return
    lingering.add(room)
    sweep ??= clock.schedule(clock.now() + limits.passivationDelayMs, () => {
      sweep = null
      const rooms = [...lingering]
      lingering.clear()
      for (const each of rooms) leaveMemory(each)
    })
  }

  const leaveMemory = (room: RoomId): void => {
    const mailbox = mailboxes.get(room)
    if (mailbox === undefined || !mailbox.isIdle()) return
    const dueAt = mailbox.nextTimerAt()
    // What is due before the next sweep would only be read again at once.
    if (dueAt !== null && dueAt <= clock.now() + limits.passivationDelayMs) return idle(room)
    mailbox.close()
    mailboxes.delete(room)
    if (dueAt !== null) wakeAt(room, dueAt)
  }

  const wakeAt = (room: RoomId, at: number): void => {
    alarms.get(room)?.()
    alarms.set(
      room,
      clock.schedule(at, () => mailboxOf(room)),
    )
  }

  const start: Engine['start'] = async () => {
    const awaiting = await queryStore(store.awaiting)
    if (E.isLeft(awaiting)) return awaiting
    const entries = awaiting.right
    for (const { room, occupied } of entries) if (occupied) unrecovered.add(room)
    for (const { room, occupied, due, lastAt } of entries) {
      // As in the mailbox: a room's time goes on from its last record, wherever the machine's clock was set to.
      if (!occupied && due !== null) wakeAt(room, due - Math.max(0, lastAt - clock.now()))
    }
    const occupied = entries.filter((entry) => entry.occupied)
    let next = 0
    const worker = async (): Promise<void> => {
      for (let entry = occupied[next++]; entry !== undefined; entry = occupied[next++]) {
        await looked(entry.room)
      }
    }
    await Promise.all(Array.from({ length: limits.maxConcurrentRecoveries }, worker))
    scheduleRetention()
    return E.right({ rooms: entries.length })
  }

  /** Resolves when the room has been read and what its recovery wrote is durable. */
  const looked = (room: RoomId): Promise<void> =>
    new Promise((resolve) => {
      submit(room, { command: null, by: null, cause: null, reply: () => resolve() })
    })

  const scheduleRetention = (): void => {
    if (stopped) return
    retention = clock.schedule(clock.now() + retentionRoundMs, () => {
      const outlived = {
        before: clock.now() - options.retentionMs,
        mayRemove: (room: RoomId) => !mailboxes.has(room),
        isActive: () => !stopped,
      }
      removing = removeExpiredRooms(store, outlived, limits.maxPageRecords, monitor).then(scheduleRetention)
    })
  }

  const submit: Engine['submit'] = (room, request) => {
    if (stopped) return rejectRequest(request, { type: 'shutting-down' }, room, monitor)
    mailboxOf(room).submit(request)
  }

  return {
    key: store.key,
    start,
    submit,
    hold: (room) => {
      if (stopped) return () => undefined
      const mailbox = mailboxOf(room)
      mailbox.hold()
      lingering.delete(room)
      let held = true
      return () => {
        if (!held) return
        held = false
        mailbox.release()
      }
    },
    records: store.read,
    roomsOf: store.roomsOf,
    list: store.list,
    load: () => ({ rooms: mailboxes.size, ...waiting }),
    stop: async () => {
      stopped = true
      sweep?.()
      retention?.()
      for (const cancel of alarms.values()) cancel()
      alarms.clear()
      const open = [...mailboxes.values()]
      admission.close()
      for (const mailbox of open) mailbox.close()
      await commits.whenIdle()
      for (const mailbox of open) await mailbox.whenClosed()
      await removing
      mailboxes.clear()
      dismissAll()
    },
  }
}
