import type { Option } from '#fp/Option'
import type { Task } from '#fp/Task'
import type { TaskEither } from '#fp/TaskEither'
import type { IdentityStore } from './identity-store.js'
import type { StoreFault } from './store-fault.js'
import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { Epoch, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomEvent } from '../../domain/room/index.js'
import type { AuditEntry, AuditStore } from './audit-trail.js'

export type { StoreFault } from './store-fault.js'

export type RoomRecord = RecordedEvent<RoomEvent>

/** What the store knows of a room without reading its log. Each append updates it in the same atomic batch. */
export interface IndexEntry {
  readonly room: RoomId
  readonly epoch: Epoch
  /** Position of the last record. */
  readonly seq: number
  readonly lastAt: Instant
  /** Instant of the room's next timer; `null`: none. */
  readonly due: Instant | null
  /** Whether the room has members. */
  readonly occupied: boolean
}

/** Records for the end of one room's log. The append is atomic. */
export interface Append {
  readonly room: RoomId
  readonly epoch: Epoch
  /** The log must end here; 0: the room must not exist. The first record's `seq` is one more. */
  readonly expectedSeq: number
  /** At least one, `seq` without a gap, all of this room and epoch. */
  readonly records: ReadonlyArray<RoomRecord>
  readonly due: Instant | null
  readonly occupied: boolean
  /** Sessions that gained or lost a membership: changes of the session directory (`roomsOf`). */
  readonly addedSessions: ReadonlyArray<SessionKey>
  readonly removedSessions: ReadonlyArray<SessionKey>
  /** What the audit trail records of the commands that were decided: if and only if the records are appended. */
  readonly audit?: ReadonlyArray<AuditEntry>
}

export type AppendOutcome =
  | { readonly type: 'appended' }
  /** The log does not end where expected: `actual` is its epoch and last position, `null` if there is no log. */
  | { readonly type: 'conflict'; readonly actual: { readonly epoch: Epoch; readonly seq: number } | null }
  | { readonly type: 'fault'; readonly fault: StoreFault }

/** Stores the logs. Every implementation passes the same contract suite. */
export interface EventStore {
  /**
   * 32 random bytes as text, generated when the store was created. No record contains it, so hashes that include it cannot
   * be guessed from a log. It never changes.
   */
  readonly key: string
  /**
   * Group commit of at most one append per room. Resolves to one outcome per append, in the same order, once the appended
   * records are as durable as the store promises (`DURABILITY`). Never rejects. A conflict or fault of one room fails no
   * other room.
   */
  readonly commit: (appends: ReadonlyArray<Append>) => Task<ReadonlyArray<AppendOutcome>>
  /**
   * The records with `seq` > `after`, at most `limit`, in order, upcast to the newest schema versions. A record that does
   * not decode, is missing or breaks the hash chain is a `corrupt` fault that names it. With `maxBytes` the
   * page ends with the record that reaches that many stored bytes, so it is never empty before the end of the log.
   */
  readonly read: (
    room: RoomId,
    after: number,
    limit: number,
    maxBytes?: number,
  ) => TaskEither<StoreFault, ReadonlyArray<RoomRecord>>
  readonly find: (room: RoomId) => TaskEither<StoreFault, Option<IndexEntry>>
  /** Rooms in the order of their names, after `after` (`null`: from the first), at most `limit`. */
  readonly list: (after: RoomId | null, limit: number) => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** Rooms with a timer or with members, found by index. */
  readonly awaiting: () => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** Rooms in which this session is a member. */
  readonly roomsOf: (session: SessionKey) => TaskEither<StoreFault, ReadonlyArray<RoomId>>
  /** Removes a room and its log if the log still ends at `seq` of `epoch`. Resolves to whether it did. */
  readonly remove: (room: RoomId, epoch: Epoch, seq: number) => TaskEither<StoreFault, boolean>
  /** The durable restrictions of users: revocations and emergency access. */
  readonly identity: IdentityStore
  readonly audit: AuditStore
  /** Waits for open operations. The store must not be used afterwards. */
  readonly close: Task<void>
}
