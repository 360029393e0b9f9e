import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as O from '#fp/Option'
import type { EventStore, IndexEntry, RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import { evolve, initial } from '../../domain/room/index.js'
import type { Cursor } from './cursors.js'

/** What a room's log has for its webhooks. */
export interface Unread {
  readonly attendances: ReadonlyArray<MembershipChange>
  /** With these, the log is through up to here. */
  readonly readTo: Pick<Cursor, 'epoch' | 'seq'>
  /** Whether the reading ended before the log did. */
  readonly more: boolean
}

type Log = Pick<EventStore, 'find' | 'read'>

const pageRecords = 1_000

/** Who came and went in a room behind its cursor, the first so many of them; nothing for a room that is not there. */
export const unreadOf = async (
  store: Log,
  room: RoomId,
  cursor: Cursor | undefined,
  atMost: number,
): Promise<Either<StoreFault, Unread | undefined>> => {
  const found = await queryStore(() => store.find(room))
  if (E.isLeft(found)) return found
  if (O.isNone(found.right)) return E.right(undefined)
  const entry = found.right.value
  // A log of another epoch is another log: a room that was removed and made again begins at its beginning.
  const after = cursor?.epoch === entry.epoch ? cursor.seq : 0
  const wanted = await isWanted(store, entry, after)
  if (E.isLeft(wanted)) return wanted
  return wanted.right ? folded(store, entry, after, atMost) : E.right(nothingUpTo(entry))
}

const nothingUpTo = ({ epoch, seq }: IndexEntry): Unread => ({
  attendances: [],
  readTo: { epoch, seq },
  more: false,
})

/** Looks first whether the log has anything to say behind the cursor: to say it, it has to be folded from its beginning. */
const isWanted = async (
  store: Log,
  entry: IndexEntry,
  after: number,
): Promise<Either<StoreFault, boolean>> => {
  const { seq } = entry
  if (after >= seq) return E.right(false)
  const last = await page(store, entry, seq - 1)
  if (E.isLeft(last)) return last
  // It was brought here from elsewhere, where it happened: nobody came or went in this place.
  if (last.right.some(isImport)) return E.right(false)
  for (let at = after; at < seq;) {
    const records = await page(store, entry, at)
    if (E.isLeft(records)) return records
    if (records.right.some(isAboutMembers)) return E.right(true)
    at += records.right.length
  }
  return E.right(false)
}

const isImport = (record: RoomRecord): boolean =>
  record.type === 'room.closed' && record.data.reason === 'imported'

const isAboutMembers = ({ type }: RoomRecord): boolean =>
  type === 'room.member-joined' || type === 'room.member-left'

const folded = async (
  store: Log,
  entry: IndexEntry,
  after: number,
  atMost: number,
): Promise<Either<StoreFault, Unread>> => {
  const attendances: Array<MembershipChange> = []
  let state = initial(entry.room)
  let at = 0
  while (at < entry.seq) {
    const records = await page(store, entry, at)
    if (E.isLeft(records)) return records
    for (const record of records.right) {
      const before = state
      state = evolve(state, record)
      at = record.seq
      if (at <= after) continue
      const attendance = membershipChangeOf(record, before, state)
      if (attendance === undefined) continue
      attendances.push(attendance)
      if (attendances.length < atMost) continue
      return E.right({ attendances, readTo: { epoch: entry.epoch, seq: at }, more: at < entry.seq })
    }
  }
  return E.right({ attendances, readTo: { epoch: entry.epoch, seq: at }, more: false })
}

/** Never empty. A log that was removed meanwhile, and perhaps made again, does not answer: it is asked for anew. */
const page = async (
  store: Log,
  { room, epoch }: IndexEntry,
  after: number,
): Promise<Either<StoreFault, ReadonlyArray<RoomRecord>>> => {
  const records = await queryStore(() => store.read(room, after, pageRecords))
  if (E.isLeft(records)) return records
  const isThere = records.right.length > 0 && records.right.every((record) => record.epoch === epoch)
  return isThere ? records : E.left({ type: 'unavailable', problem: 'the log was removed while it was read' })
}
