import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as O from '#fp/Option'
import type { EventStore, IndexEntry, RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import type { RoomModel } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'
import type { Checkpoint } from './checkpoints.js'

/** The membership changes in a room's log after its checkpoint. */
export interface Backlog {
  readonly changes: ReadonlyArray<MembershipChange>
  /** Where the reading ended; `null` for a room that does not exist. */
  readonly readTo: Pick<Checkpoint, 'epoch' | 'seq'> | null
  /** Whether the log continues after that. */
  readonly hasMore: boolean
}

type Log = Pick<EventStore, 'find' | 'read'>

const pageRecords = 1_000

/** Reads at most `maxChanges` membership changes after the checkpoint. */
export const readBacklog = async (
  store: Log,
  room: RoomId,
  checkpoint: Checkpoint | undefined,
  maxChanges: number,
  model: RoomModel,
): Promise<Either<StoreFault, Backlog>> => {
  const found = await queryStore(() => store.find(room))
  if (E.isLeft(found)) return found
  if (O.isNone(found.right)) return E.right(emptyBacklog(null))
  const entry = found.right.value
  // Another epoch is another log: a room that was removed and created again starts at its first record.
  const after = checkpoint?.epoch === entry.epoch ? checkpoint.seq : 0
  const hasChanges = await hasChangesAfter(store, entry, after)
  if (E.isLeft(hasChanges)) return hasChanges
  return hasChanges.right
    ? readChanges(store, entry, after, maxChanges, model)
    : E.right(emptyBacklog({ epoch: entry.epoch, seq: entry.seq }))
}

const emptyBacklog = (readTo: Backlog['readTo']): Backlog => ({ changes: [], readTo, hasMore: false })

/** Checked first, because computing the changes needs the state, which is folded from the first record. */
const hasChangesAfter = async (
  store: Log,
  entry: IndexEntry,
  after: number,
): Promise<Either<StoreFault, boolean>> => {
  const { seq } = entry
  if (after >= seq) return E.right(false)
  const last = await readPage(store, entry, seq - 1)
  if (E.isLeft(last)) return last
  // The members of an imported log came and went on another server.
  if (last.right.some(isImport)) return E.right(false)
  for (let at = after; at < seq;) {
    const records = await readPage(store, entry, at)
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

const readChanges = async (
  store: Log,
  entry: IndexEntry,
  after: number,
  maxChanges: number,
  { evolve }: RoomModel,
): Promise<Either<StoreFault, Backlog>> => {
  const changes: Array<MembershipChange> = []
  let state = initial(entry.room)
  let at = 0
  while (at < entry.seq) {
    const records = await readPage(store, entry, at)
    if (E.isLeft(records)) return records
    for (const record of records.right) {
      const before = state
      state = evolve(state, record)
      at = record.seq
      if (at <= after) continue
      const change = membershipChangeOf(record, before, state)
      if (change === undefined) continue
      changes.push(change)
      if (changes.length < maxChanges) continue
      return E.right({ changes, readTo: { epoch: entry.epoch, seq: at }, hasMore: at < entry.seq })
    }
  }
  return E.right({ changes, readTo: { epoch: entry.epoch, seq: at }, hasMore: false })
}

/** Never empty. A log that was removed, and perhaps created again, meanwhile counts as unavailable, so it is retried. */
const readPage = async (
  store: Log,
  { room, epoch }: IndexEntry,
  after: number,
): Promise<Either<StoreFault, ReadonlyArray<RoomRecord>>> => {
  const records = await queryStore(() => store.read(room, after, pageRecords))
  if (E.isLeft(records)) return records
  const isThere = records.right.length > 0 && records.right.every((record) => record.epoch === epoch)
  return isThere ? records : E.left({ type: 'unavailable', problem: 'the log was removed while it was read' })
}
