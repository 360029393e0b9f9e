import type { Option } from '#fp/Option'
import type { Task } from '#fp/Task'
import type { TaskEither } from '#fp/TaskEither'
import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { Epoch, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomEvent } from '../../domain/room/index.js'

export type RoomRecord = RecordedEvent<RoomEvent>

/** What the store knows of a room without reading its log. Written with every append, in the same atomic batch. */
export interface IndexEntry {
  readonly room: RoomId
  readonly epoch: Epoch
  /** The last record's place. */
  readonly seq: number
  readonly lastAt: Instant
  /** When the room wants to be told the time next; `null`: never. */
  readonly due: Instant | null
  /** Whether it has members. */
  readonly occupied: boolean
}

/** Records for the end of one room's log. They go in together, or not at all. */
export interface Append {
  readonly room: RoomId
  readonly epoch: Epoch
  /** The log must end here; 0: the store must not know the room. The first record's `seq` is one more. */
  readonly expectedSeq: number
  /** One or more, `seq` without a gap, all of this room and epoch. */
  readonly records: ReadonlyArray<RoomRecord>
  readonly due: Instant | null
  readonly occupied: boolean
  /** Sessions that are members now and were not before, and the other way round: the directory of `roomsOf`. */
  readonly addedSessions: ReadonlyArray<SessionKey>
  readonly removedSessions: ReadonlyArray<SessionKey>
}

/** `unavailable` may have committed: the log alone tells. `corrupt` concerns this room only and does not pass. */
export type StoreFault =
  | { readonly type: 'unavailable'; readonly problem: string }
  | { readonly type: 'corrupt'; readonly room: RoomId; readonly seq: number; readonly problem: string }

export type AppendOutcome =
  | { readonly type: 'appended' }
  /** The log of that room is elsewhere: `actual` is its epoch and end, or `null` where there is none. */
  | { readonly type: 'conflict'; readonly actual: { readonly epoch: Epoch; readonly seq: number } | null }
  | { readonly type: 'fault'; readonly fault: StoreFault }

/** Where the logs are. Every store passes the same contract suite. */
export interface EventStore {
  /**
   * Drawn when the store was made, as text of 32 random bytes. It is in no record, so what is hashed with it cannot be
   * guessed from a log; and it stays, so that the same is the same after a restart.
   */
  readonly key: string
  /**
   * Appends to many rooms, one append a room, in one go. Gives one outcome for each, in the same order, once what was
   * appended survives what the store promises (the end of the process, or of the power). Never rejects. The conflict
   * or fault of one room fails no other.
   */
  readonly commit: (appends: ReadonlyArray<Append>) => Task<ReadonlyArray<AppendOutcome>>
  /**
   * The records with `seq` over `after`, at most `limit` of them, in order; brought up to the newest versions. A record
   * that does not decode, is missing or breaks the hash chain is a `corrupt` fault that names it. With `maxBytes` the
   * page ends with the record that reaches that many stored bytes, so it is never empty before the end of the log.
   */
  readonly read: (
    room: RoomId,
    after: number,
    limit: number,
    maxBytes?: number,
  ) => TaskEither<StoreFault, ReadonlyArray<RoomRecord>>
  readonly find: (room: RoomId) => TaskEither<StoreFault, Option<IndexEntry>>
  /** Rooms by name, those over `after` (`null`: from the first), at most `limit`. */
  readonly list: (after: RoomId | null, limit: number) => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** Rooms that are due or occupied, found without reading the others. */
  readonly awaiting: () => TaskEither<StoreFault, ReadonlyArray<IndexEntry>>
  /** Rooms in which this session is a member. */
  readonly roomsOf: (session: SessionKey) => TaskEither<StoreFault, ReadonlyArray<RoomId>>
  /** Takes a room and its log away if the log still ends at `seq` of `epoch`; tells whether it did. */
  readonly remove: (room: RoomId, epoch: Epoch, seq: number) => TaskEither<StoreFault, boolean>
  /** Waits for what is under way. Nothing may be asked afterwards. */
  readonly close: Task<void>
}
