import type { IndexEntry } from '../../../application/ports/event-store.js'
import { epoch, type RoomId } from '../../../domain/kernel/ids.js'
import type { Flaw } from '../codec/flaw.js'
import type { Hash } from '../codec/hashing.js'
import { hashFromHex, hashToHex } from '../codec/hashing.js'

/** A room's index entry, and the hash of its last record: what the next one is linked to. */
export interface Head {
  readonly entry: IndexEntry
  readonly hash: Hash
}

/** JSON, written by hand because it is written with every append. */
export const headText = ({ entry: { epoch: of, seq, lastAt, due, occupied }, hash }: Head): string =>
  `{"epoch":${JSON.stringify(of)},"seq":${seq},"lastAt":${lastAt},"due":${due},"occupied":${occupied},"hash":"${hashToHex(hash)}"}`

export const headOf = (room: RoomId, text: string): Head | Flaw => {
  try {
    const head: unknown = JSON.parse(text)
    return isStored(head) ? headIn(room, head) : unreadable
  } catch {
    return unreadable
  }
}

/** Said of the room: no record is to blame. */
const unreadable: Flaw = { seq: 0, problem: 'its index entry cannot be read' }

interface Stored {
  readonly epoch: string
  readonly seq: number
  readonly lastAt: number
  readonly due: number | null
  readonly occupied: boolean
  readonly hash: string
}

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' &&
  value !== null &&
  'epoch' in value &&
  typeof value.epoch === 'string' &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  'lastAt' in value &&
  typeof value.lastAt === 'number' &&
  'due' in value &&
  (value.due === null || typeof value.due === 'number') &&
  'occupied' in value &&
  typeof value.occupied === 'boolean' &&
  'hash' in value &&
  typeof value.hash === 'string'

const headIn = (room: RoomId, { epoch: of, seq, lastAt, due, occupied, hash }: Stored): Head => ({
  entry: { room, epoch: epoch(of), seq, lastAt, due, occupied },
  hash: hashFromHex(hash),
})
