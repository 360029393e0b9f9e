import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { Cancel } from '../ports/clock.js'
import type { IndexEntry, RoomRecord, StoreFault } from '../ports/event-store.js'
import type { AuditTrail } from '../identity/audit-trail.js'
import { createAuditTrail } from '../identity/audit-trail.js'
import { createCommitScheduler } from './commit-scheduler.js'
import type { EngineContext, EngineOptions } from './engine-context.js'
import type { PendingWork } from './room/mailbox.js'
import type { EngineLimits } from './limits.js'
import { defaultLimits } from './limits.js'
import type { RoomActor } from './room/room-actor.js'
import { createRoomActor } from './room/room-actor.js'
import { rejectRequest } from './report-defects.js'
import { queryStore } from './query-store.js'
import type { Request } from './request.js'
import { removeExpiredRooms } from './retention.js'
import { createAdmissionControl } from './admission-control.js'

/** Runs rooms on the given store, clock and publisher. */
export interface Engine {
  readonly model: RoomModel
  /** Null: the engine records nothing. */
  readonly audit: AuditTrail | null
  /** `EventStore.key`. */
  readonly key: string
  /** Recovers the rooms of the last run: connected members become away, and due timers are decided. */
  readonly start: () => Promise<E.Either<StoreFault, { readonly rooms: number }>>
  readonly submit: (room: RoomId, request: Request) => void
  /** Keeps a room in memory until the returned function is called. */
  readonly hold: (room: RoomId) => Cancel
  readonly records: (
    room: RoomId,
    after: number,
    limit: number,
    maxBytes?: number,
  ) => TaskEither<StoreFault, ReadonlyArray<RoomRecord>>
  readonly roomsOf: (session: SessionKey) => TaskEither<StoreFault, ReadonlyArray<RoomId>>
  readonly list: (after: RoomId | null, limit: number) => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** Rooms in memory, undecided requests and decisions that are not durable yet. */
  readonly load: () => { readonly rooms: number; readonly undecided: number; readonly undurable: number }
  /** Rejects new requests, and resolves when every decision is durable and answered. */
  readonly stop: () => Promise<void>
}

const retentionIntervalMs = 60 * 60 * 1_000

export const createEngine = (options: EngineOptions): Engine => {
  const { model, store, clock, monitor } = options
  const limits: EngineLimits = { ...defaultLimits, ...options.limits }
  const actors = new Map<RoomId, RoomActor>()
  /** Timers of passivated rooms. */
  const wakeTimers = new Map<RoomId, Cancel>()
  /** Rooms of the last run that have not been read yet. */
  const unrecovered = new Set<RoomId>()
  const idleRooms = new Set<RoomId>()
  const pendingWork: PendingWork = { undecided: 0, undurable: 0 }
  const admission = createAdmissionControl(clock)
  const commits = createCommitScheduler(store, clock, monitor, admission)
  let passivationTimer: Cancel | null = null
  let retentionTimer: Cancel | null = null
  let removing: Promise<unknown> = Promise.resolve()
  let isStopped = false
  const audit =
    options.audit === undefined
      ? null
      : createAuditTrail({ ...options, store: store.audit, node: options.audit.node })
  const context: EngineContext = {
    ...options,
    audit: options.audit ?? null,
    limits,
    commits,
    admission,
    pendingWork,
    onIdle: (room) => scheduleIdle(room),
  }

  const actorOf = (room: RoomId): RoomActor => {
    const present = actors.get(room)
    if (present !== undefined) return present
    const wakeTimer = wakeTimers.get(room)
    wakeTimer?.()
    wakeTimers.delete(room)
    const needsRecovery = unrecovered.delete(room)
    const hasPendingWork = needsRecovery || wakeTimer !== undefined
    const actor = createRoomActor(room, { needsRecovery, hasPendingWork }, context)
    actors.set(room, actor)
    return actor
  }

  /** One timer passivates all idle rooms. */
  const scheduleIdle = (room: RoomId): void => {
    if (isStopped) return
    idleRooms.add(room)
    passivationTimer ??= clock.schedule(clock.now() + limits.passivationDelayMs, () => {
      passivationTimer = null
      const rooms = [...idleRooms]
      idleRooms.clear()
      for (const each of rooms) passivate(each)
    })
  }

  const passivate = (room: RoomId): void => {
    const actor = actors.get(room)
    if (actor === undefined || !actor.isIdle()) return
    const dueAt = actor.nextTimerAt()
    // A room with an earlier timer would be rehydrated before the next round.
    if (dueAt !== null && dueAt <= clock.now() + limits.passivationDelayMs) return scheduleIdle(room)
    actor.close()
    actors.delete(room)
    if (dueAt !== null) wakeAt(room, dueAt)
  }

  const wakeAt = (room: RoomId, at: number): void => {
    wakeTimers.get(room)?.()
    wakeTimers.set(
      room,
      clock.schedule(at, () => actorOf(room)),
    )
  }

  const start: Engine['start'] = async () => {
    const awaiting = await queryStore(store.awaiting)
    if (E.isLeft(awaiting)) return awaiting
    const entries = awaiting.right
    for (const { room, occupied } of entries) if (occupied) unrecovered.add(room)
    for (const { room, occupied, due, lastAt } of entries) {
      // A room's time continues from its last record, also if the clock was set back.
      if (!occupied && due !== null) wakeAt(room, due - Math.max(0, lastAt - clock.now()))
    }
    const occupied = entries.filter((entry) => entry.occupied)
    let next = 0
    const worker = async (): Promise<void> => {
      for (let entry = occupied[next++]; entry !== undefined; entry = occupied[next++]) {
        await recoverRoom(entry.room)
      }
    }
    await Promise.all(Array.from({ length: limits.maxConcurrentRecoveries }, worker))
    scheduleRetention()
    return E.right({ rooms: entries.length })
  }

  /** Resolves when the room has been read and its recovery is durable. */
  const recoverRoom = (room: RoomId): Promise<void> =>
    new Promise((resolve) => {
      submit(room, { command: null, by: null, cause: null, reply: () => resolve() })
    })

  const scheduleRetention = (): void => {
    if (isStopped) return
    retentionTimer = clock.schedule(clock.now() + retentionIntervalMs, () => {
      const policy = {
        before: clock.now() - options.retentionMs,
        mayRemove: (room: RoomId) => !actors.has(room),
        isActive: () => !isStopped,
      }
      removing = removeExpiredRooms(store, policy, limits.maxPageRecords, monitor)
        .then(removeExpiredAudit)
        .then(scheduleRetention)
    })
  }

  /** A failure is repeated by the next run. */
  const removeExpiredAudit = async (): Promise<void> => {
    if (options.audit === undefined || isStopped) return
    const before = clock.now() - options.audit.retentionMs
    await queryStore(() => store.audit.removeBefore(before))
  }

  const submit: Engine['submit'] = (room, request) => {
    if (isStopped) return rejectRequest(request, { type: 'shutting-down' }, room, monitor)
    actorOf(room).submit(request)
  }

  return {
    model,
    audit,
    key: store.key,
    start,
    submit,
    hold: (room) => {
      if (isStopped) return () => undefined
      const actor = actorOf(room)
      actor.hold()
      idleRooms.delete(room)
      let isReleased = false
      return () => {
        if (isReleased) return
        isReleased = true
        actor.release()
      }
    },
    records: store.read,
    roomsOf: store.roomsOf,
    list: store.list,
    load: () => ({ rooms: actors.size, ...pendingWork }),
    stop: async () => {
      isStopped = true
      passivationTimer?.()
      retentionTimer?.()
      for (const cancel of wakeTimers.values()) cancel()
      wakeTimers.clear()
      const open = [...actors.values()]
      admission.close()
      for (const actor of open) actor.close()
      await commits.whenIdle()
      for (const actor of open) await actor.whenClosed()
      // A repeated command that was answered meanwhile has an audit entry.
      await commits.whenIdle()
      await audit?.stop()
      await removing
      actors.clear()
    },
  }
}
