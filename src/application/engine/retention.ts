import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { EventStore, IndexEntry, StoreFault } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import { queryStore } from './query-store.js'

/** Which rooms may go. */
export interface RetentionPolicy {
  /** Those that were last written to before this instant. */
  readonly before: Instant
  /** Asked right before a room is taken away. */
  readonly mayRemove: (room: RoomId) => boolean
  /** Whether to go on; nothing is asked of the store once it is false. */
  readonly isActive: () => boolean
}

/**
 * Takes away rooms that are empty, want nothing and have outlived their time. A room that somebody enters meanwhile
 * stays, because its log no longer ends where it did.
 */
export const removeExpiredRooms = async (
  store: EventStore,
  { before, mayRemove: mayGo, isActive: isWanted }: RetentionPolicy,
  page: number,
  monitor: Monitor,
): Promise<number> => {
  let removed = 0
  let after: RoomId | null = null
  while (isWanted()) {
    const from: RoomId | null = after
    const listed: E.Either<StoreFault, ReadonlyArray<IndexEntry>> = await queryStore(() =>
      store.list(from, page),
    )
    if (E.isLeft(listed)) return removed
    for (const { room, epoch, seq, occupied, due, lastAt } of listed.right) {
      if (occupied || due !== null || lastAt >= before || !isWanted() || !mayGo(room)) continue
      const gone = await queryStore(() => store.remove(room, epoch, seq))
      if (E.isLeft(gone)) monitor.faulted(room, gone.left)
      else if (gone.right) removed++
    }
    const last = listed.right.at(-1)
    // Fewer than asked for is no end: a room whose entry cannot be read is left out of its page.
    if (last === undefined) return removed
    after = last.room
  }
  return removed
}
