import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { EventStore } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'

/**
 * Takes away rooms that are empty, want nothing and were last written to before this instant. A room that somebody
 * enters meanwhile stays, because its log no longer ends where it did.
 */
export const removeOutlived = async (
  store: EventStore,
  before: Instant,
  page: number,
  mayGo: (room: RoomId) => boolean,
  monitor: Monitor,
): Promise<number> => {
  let removed = 0
  let after: RoomId | null = null
  for (;;) {
    const listed: Awaited<ReturnType<ReturnType<EventStore['list']>>> = await store.list(after, page)()
    if (E.isLeft(listed)) return removed
    for (const { room, epoch, seq, occupied, due, lastAt } of listed.right) {
      if (occupied || due !== null || lastAt >= before || !mayGo(room)) continue
      const gone = await store.remove(room, epoch, seq)()
      if (E.isLeft(gone)) monitor.faulted(room, gone.left)
      else if (gone.right) removed++
    }
    const last = listed.right.at(-1)
    if (last === undefined || listed.right.length < page) return removed
    after = last.room
  }
}
