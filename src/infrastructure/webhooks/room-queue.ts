import type { Cancel } from '../../application/ports/clock.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import type { Backlog } from './backlog.js'
import type { Checkpoint } from './checkpoints.js'

/** The events of one room that wait for delivery, in order. Only rooms with undelivered events have a queue. */
export interface RoomQueue {
  readonly room: RoomId
  /** The first is delivered next. */
  events: Array<MembershipChange>
  /** Whether the log has events after these. */
  isBehind: boolean
  /** Whether an event arrived while the log was read, perhaps too late to be in what was read. */
  hasNewer: boolean
  /** Where the last reading of the log ended; `null`: it was not read. */
  readTo: Pick<Checkpoint, 'epoch' | 'seq'> | null
  /** Consecutive. */
  failures: number
  failingSince: Instant | null
  /** Events up to this instant are given up; `null`: none. */
  givesUpTo: Instant | null
  /** Cancels the wait after a failure. */
  cancelRetry: Cancel | null
}

export const newRoomQueue = (room: RoomId): RoomQueue => ({
  room,
  events: [],
  isBehind: false,
  hasNewer: false,
  readTo: null,
  failures: 0,
  failingSince: null,
  givesUpTo: null,
  cancelRetry: null,
})

/** Appends an event if there is space and all events before it are here; otherwise it is read from the log later. */
export const enqueue = (queue: RoomQueue, change: MembershipChange, hasSpace: boolean): void => {
  if (wasRead(queue, change)) return
  if (queue.isBehind) queue.hasNewer = true
  else if (hasSpace) queue.events.push(change)
  else queue.isBehind = true
}

/** An event is published after it is durable, so the reading of the log may have found it already. */
const wasRead = ({ readTo }: RoomQueue, { epoch, seq }: MembershipChange): boolean =>
  readTo !== null && readTo.epoch === epoch && seq <= readTo.seq

/** Takes the events that were read from the log after the checkpoint. */
export const fillFromLog = (
  queue: RoomQueue,
  { changes, readTo, hasMore }: Backlog,
  checkpoint: Checkpoint | undefined,
): void => {
  queue.events = [...changes]
  queue.readTo = readTo
  queue.isBehind = hasMore || queue.hasNewer
  queue.failingSince ??= checkpoint?.failingSince ?? null
}

/** Removes the first event after its delivery. */
export const removeDelivered = (queue: RoomQueue): void => {
  queue.events.shift()
  queue.failures = 0
  queue.failingSince = null
  queue.givesUpTo = null
}

/** An event that failed for this time is given up, so that the events after it are delivered. */
const giveUpAfterMs = 3 * 24 * 60 * 60 * 1_000

export const recordFailure = (queue: RoomQueue, now: Instant): void => {
  queue.failures++
  queue.failingSince ??= now
  if (now - queue.failingSince >= giveUpAfterMs) queue.givesUpTo = now - giveUpAfterMs
}

/** Frees memory; the log still has the other events. */
export const keepOnlyNext = (queue: RoomQueue): void => {
  if (queue.events.length <= 1) return
  queue.events = queue.events.slice(0, 1)
  queue.isBehind = true
}

/** Removes the events that are given up. Returns the last of them and their number. */
export const dropExpired = (
  queue: RoomQueue,
): { readonly last: MembershipChange; readonly events: number } | undefined => {
  const { givesUpTo, events } = queue
  if (givesUpTo === null) return undefined
  const firstYoung = events.findIndex(({ at }) => at > givesUpTo)
  const count = firstYoung === -1 ? events.length : firstYoung
  const last = events[count - 1]
  if (last === undefined) return undefined
  queue.events = events.slice(count)
  return { last, events: count }
}
