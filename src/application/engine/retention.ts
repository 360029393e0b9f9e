import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { EventStore, IndexEntry, StoreFault } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import { queryStore } from './query-store.js'

/** Which rooms are removed. */
export interface RetentionPolicy {
  /** Rooms whose last record is older than this instant. */
  readonly before: Instant
  /** Asked right before a room is removed. */
  readonly mayRemove: (room: RoomId) => boolean
  /** The store gets no query once this returns false. */
  readonly isActive: () => boolean
}

/**
 * Removes rooms that are empty, have no timer and are past their retention. A room that a member enters meanwhile
 * stays, because its log no longer ends at the expected position.
 */
export const removeExpiredRooms = async (
  store: EventStore,
  { before, mayRemove, isActive }: RetentionPolicy,
  page: number,
  monitor: Monitor,
): Promise<number> => {
  let removedRooms = 0
  let after: RoomId | null = null
  while (isActive()) {
    const from: RoomId | null = after
    const listed: E.Either<StoreFault, ReadonlyArray<IndexEntry>> = await queryStore(() =>
      store.list(from, page),
    )
    if (E.isLeft(listed)) return removedRooms
    for (const { room, epoch, seq, occupied, due, lastAt } of listed.right) {
      if (occupied || due !== null || lastAt >= before || !isActive() || !mayRemove(room)) continue
      const removed = await queryStore(() => store.remove(room, epoch, seq))
      if (E.isLeft(removed)) monitor.faulted(room, removed.left)
      else if (removed.right) removedRooms++
    }
    const last = listed.right.at(-1)
    // A short page is not the end: rooms whose entry cannot be read are left out of their page.
    if (last === undefined) return removedRooms
    after = last.room
  }
  return removedRooms
}
