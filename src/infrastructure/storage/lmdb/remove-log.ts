import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Tables } from './tables.js'
import { partnersOf } from './tables.js'

/** Records that one transaction clears away: a long log must not hold up the event loop. */
const sliceRecords = 2_000

/**
 * Takes a room away, and then its records. The first transaction says that the room is gone and how much is to be
 * cleared; after a crash `clearRemoved` goes on from there.
 */
export const removeLog = async (tables: Tables, room: RoomId, seq: number): Promise<void> => {
  const { root, heads, awaiting, roomsBySession, sessionsByRoom, removals, webhookCheckpoints } = tables
  const sessions = partnersOf(room, sessionsByRoom)
  await root.batch(() => {
    void heads.remove(room)
    void awaiting.remove(room)
    void webhookCheckpoints.remove(room)
    void removals.put(room, seq)
    for (const session of sessions) {
      void roomsBySession.remove([session, room])
      void sessionsByRoom.remove([room, session])
    }
  })
  await clear(tables, room, seq)
}

/** Finishes what a crash has left of removals. Before anything else is written: the names may be used again. */
export const clearRemoved = async (tables: Tables): Promise<void> => {
  const unfinished = Array.from(tables.removals.getRange({}))
  for (const { key: room, value: seq } of unfinished) await clear(tables, room, seq)
}

const clear = async ({ root, records, removals }: Tables, room: RoomId, seq: number): Promise<void> => {
  for (let done = 0; done < seq; done += sliceRecords) {
    const until = Math.min(seq, done + sliceRecords)
    await root.batch(() => {
      for (let place = done + 1; place <= until; place++) void records.remove([room, place])
      if (until === seq) void removals.remove(room)
    })
  }
}
