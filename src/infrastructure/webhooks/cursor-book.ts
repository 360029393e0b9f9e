import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import { createSingleTimer } from '../../application/engine/room/single-timer.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Cursor, Cursors } from './cursors.js'

/** The cursors as they are now, ahead of what is written of them. */
export interface CursorBook {
  readonly find: (rooms: ReadonlyArray<RoomId>) => Promise<Either<StoreFault, ReadonlyMap<RoomId, Cursor>>>
  /** Is written with the others of the same second; what a crash loses of it is delivered again. */
  readonly note: (room: RoomId, cursor: Cursor) => void
  /** Writes what is noted; nothing is written after that. */
  readonly close: () => Promise<void>
}

/** Writing each one at once would put a flush of the disk behind every delivery, among those of the rooms. */
const writeEveryMs = 1_000

export const openCursorBook = (
  cursors: Cursors,
  clock: Clock,
  faulted: (fault: StoreFault) => void,
): CursorBook => {
  let noted = new Map<RoomId, Cursor>()
  /** On its way to the store. */
  let leaving: ReadonlyMap<RoomId, Cursor> = new Map()
  let writing: Promise<void> = Promise.resolve()
  let closed = false
  const timer = createSingleTimer(clock)

  const write = async (): Promise<void> => {
    if (noted.size === 0) return
    leaving = noted
    noted = new Map()
    const written = await queryStore(() => cursors.write(leaving))
    if (E.isLeft(written)) {
      faulted(written.left)
      for (const [room, cursor] of leaving) if (!noted.has(room)) noted.set(room, cursor)
    }
    leaving = new Map()
    if (noted.size > 0) arm()
  }

  const arm = (): void => {
    if (closed || timer.at() !== null) return
    timer.set(clock.now() + writeEveryMs, () => {
      writing = writing.then(write)
    })
  }

  const inBook = (room: RoomId): Cursor | undefined => noted.get(room) ?? leaving.get(room)

  return {
    find: async (rooms) => {
      // Before the store is asked: what is written while it answers would be in neither.
      const newer = new Map(rooms.map((room) => [room, inBook(room)]))
      const stored = await queryStore(() => cursors.find(rooms))
      if (E.isLeft(stored)) return stored
      const found = new Map(stored.right)
      for (const room of rooms) {
        const cursor = inBook(room) ?? newer.get(room)
        if (cursor !== undefined) found.set(room, cursor)
      }
      return E.right(found)
    },
    note: (room, cursor) => {
      const known = inBook(room)
      // A room that is told of again, after what was read of its log, has not gone back by it.
      const seq = known?.epoch === cursor.epoch ? Math.max(known.seq, cursor.seq) : cursor.seq
      noted.set(room, { ...cursor, seq })
      arm()
    },
    close: async () => {
      closed = true
      timer.clear()
      writing = writing.then(write)
      await writing
    },
  }
}
