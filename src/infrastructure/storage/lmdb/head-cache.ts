import { z } from 'zod'
import type { IndexEntry } from '../../../application/ports/event-store.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import { epoch } from '../../../domain/kernel/ids.js'
import type { Corruption } from '../codec/record-codec.js'
import type { Hash } from '../codec/frame.js'
import { hashFromHex, hashToHex } from '../codec/frame.js'
import type { AuditEnd } from '../codec/audit-codec.js'
import { readAuditHead } from './audit-table.js'
import type { Tables } from './tables.js'

/** A room's index entry and the hash of its last record, which the next one follows. */
export interface Head {
  readonly entry: IndexEntry
  readonly hash: Hash
}

/** JSON by template, because it is written with every append. */
export const encodeHead = ({ entry: { epoch: of, seq, lastAt, due, occupied }, hash }: Head): string =>
  `{"epoch":${JSON.stringify(of)},"seq":${seq},"lastAt":${lastAt},"due":${due},"occupied":${occupied},"hash":"${hashToHex(hash)}"}`

export const parseHead = (room: RoomId, text: string): Head | Corruption => {
  try {
    const { data } = storedHead.safeParse(JSON.parse(text))
    return data === undefined ? unreadable : toHead(room, data)
  } catch {
    return unreadable
  }
}

/** About the room and not about a record. */
const unreadable: Corruption = { seq: 0, problem: 'its index entry cannot be read' }

const storedHead = z.object({
  epoch: z.string().transform(epoch),
  seq: z.number(),
  lastAt: z.number(),
  due: z.number().nullable(),
  occupied: z.boolean(),
  hash: z.string().transform(hashFromHex),
})

const toHead = (room: RoomId, { hash, ...entry }: z.output<typeof storedHead>): Head => ({
  entry: { room, ...entry },
  hash,
})

/** Reads a room's head; `undefined` for an unknown room. */
export const readHead = ({ heads }: Tables, room: RoomId): Head | Corruption | undefined => {
  const text = heads.get(room)
  return text === undefined ? undefined : parseHead(room, text)
}

/**
 * The heads of the logs that were written last, so that an append does not read and parse its head. It holds only
 * committed heads of the folder's one writer; after a failed write, whose outcome is unknown, it is cleared.
 */
export interface HeadCache {
  /** From the cache, or as `readHead`. */
  readonly find: (tables: Tables, room: RoomId) => Head | Corruption | undefined
  /** The end of the audit trail. */
  readonly audit: (tables: Tables) => AuditEnd
  readonly store: (heads: ReadonlyMap<RoomId, Head>, audit?: AuditEnd) => void
  /** Removes a room's head, or all heads. */
  readonly invalidate: (room?: RoomId) => void
  /** Counts invalidations: a decision on heads of an earlier version may be wrong. */
  readonly version: () => number
}

/** The cache holds at most two generations, with about 300 bytes per room. */
const maxGenerationRooms = 10_000

export const createHeadCache = (maxRooms = maxGenerationRooms): HeadCache => {
  let young = new Map<RoomId, Head>()
  let old = new Map<RoomId, Head>()
  let version = 0
  let cachedTables: Tables | undefined
  let auditHead: AuditEnd | undefined

  const invalidate = (room?: RoomId): void => {
    version += 1
    if (room !== undefined) {
      young.delete(room)
      old.delete(room)
      return
    }
    young = new Map()
    old = new Map()
    auditHead = undefined
  }

  const noticeReopening = (tables: Tables): void => {
    if (tables === cachedTables) return
    // The folder was opened again, and its data may differ.
    if (cachedTables !== undefined) invalidate()
    cachedTables = tables
  }

  return {
    find: (tables, room) => {
      noticeReopening(tables)
      return young.get(room) ?? old.get(room) ?? readHead(tables, room)
    },

    audit: (tables) => {
      noticeReopening(tables)
      return (auditHead ??= readAuditHead(tables))
    },

    store: (heads, audit) => {
      if (audit !== undefined) auditHead = audit
      for (const [room, head] of heads) young.set(room, head)
      if (young.size < maxRooms) return
      // The next append of an active room brings it back into the young generation.
      old = young
      young = new Map()
    },

    invalidate,
    version: () => version,
  }
}
