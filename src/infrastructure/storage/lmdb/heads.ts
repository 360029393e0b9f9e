import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Flaw } from '../codec/flaw.js'
import type { Head } from './head.js'
import { headIn } from './read-log.js'
import type { Tables } from './tables.js'

/**
 * Where the logs end that were written last, so that an append need not read and parse it. Only what has been written
 * is in here, by the one writer that this folder has; whatever may have become of a write that failed, all is forgotten.
 */
export interface Heads {
  /** As `headIn`, without asking lmdb where it is known. */
  readonly of: (tables: Tables, room: RoomId) => Head | Flaw | undefined
  readonly wrote: (heads: ReadonlyMap<RoomId, Head>) => void
  /** The room has another end now, or none; no room: of nothing is known how it ends. */
  readonly forget: (room?: RoomId) => void
  /** Counts what was forgotten: what was decided on an earlier count may not hold. */
  readonly forgotten: () => number
}

/** Twice as many are kept at most, with some 300 bytes each. */
const generationRooms = 10_000

export const headsInMemory = (most = generationRooms): Heads => {
  let young = new Map<RoomId, Head>()
  let old = new Map<RoomId, Head>()
  let forgotten = 0
  let known: Tables | undefined

  const forget = (room?: RoomId): void => {
    forgotten += 1
    if (room !== undefined) {
      young.delete(room)
      old.delete(room)
      return
    }
    young = new Map()
    old = new Map()
  }

  return {
    of: (tables, room) => {
      if (tables !== known) {
        // The folder has been opened anew, and may say something else.
        if (known !== undefined) forget()
        known = tables
      }
      return young.get(room) ?? old.get(room) ?? headIn(tables, room)
    },

    wrote: (heads) => {
      for (const [room, head] of heads) young.set(room, head)
      if (young.size < most) return
      // Rooms that go on come back into the young ones with their next append; the others leave with the old.
      old = young
      young = new Map()
    },

    forget,
    forgotten: () => forgotten,
  }
}
