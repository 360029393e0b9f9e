import type { TaskEither } from '#fp/TaskEither'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { UserRole } from '../identity/principal.js'

/** Who asked for what: the part of an audit record that is known before the outcome. No text, signal or token. */
export interface AuditSubject {
  readonly user: string | null
  /** Whether a token proves the user. */
  readonly isVerified: boolean
  readonly roles: ReadonlyArray<UserRole>
  /** The client's IP address; null for the command line. */
  readonly address: string | null
  /** The server's id for the request. */
  readonly request: string
  /** The namespace and event, or the method and path pattern: `/ startRandom`, `GET /rooms/:room/events`. */
  readonly action: string
  /** The member or user that the action concerns, beside the user that acts. */
  readonly target: string | null
}

export interface AuditEntry extends AuditSubject {
  readonly at: Instant
  readonly room: RoomId | null
  readonly outcome: 'accepted' | 'refused'
  /** The error code if it is refused, or the reason that the user gave for an emergency access. */
  readonly reason: string | null
  /** The name of the server process: `NODE_ID`. */
  readonly node: string
  /** The user had the right only by its emergency access. */
  readonly emergency?: true | undefined
  /** How many requests the entry sums up, if more than one. */
  readonly count?: number | undefined
}

/** An entry with its place in the trail. */
export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number
  /** Hex SHA-256 of the previous hash (32 bytes) and the canonical JSON of the record without its hash. */
  readonly hash: string
}

/** A position in the trail and the hash of the record there. */
export interface AuditPosition {
  readonly seq: number
  /** Hex. */
  readonly hash: string
}

/** The trail has the records from `anchor.seq` + 1 to `head.seq`. */
export interface AuditExtent {
  /** The last record that retention has removed; `seq` 0 and the hash of an empty trail if there is none. */
  readonly anchor: AuditPosition
  /** The last record; the anchor if there is none. */
  readonly head: AuditPosition
}

/** `corrupt`: the record at `seq` was altered or is missing. `problem` names it. */
export type AuditFault =
  | { readonly type: 'unavailable'; readonly problem: string }
  | { readonly type: 'corrupt'; readonly seq: number; readonly problem: string }

/** The audit trail of an event store. It shares the store's transactions, and with them the durability. */
export interface AuditStore {
  /** Records entries that belong to no append: all of them, in order, or none. Then they are as durable as an append. */
  readonly record: (entries: ReadonlyArray<AuditEntry>) => TaskEither<AuditFault, void>
  /**
   * The records with `seq` > `after`, at most `limit`, in order. A record that does not decode, is missing or breaks the
   * hash chain is a `corrupt` fault that names it.
   */
  readonly read: (after: number, limit: number) => TaskEither<AuditFault, ReadonlyArray<AuditRecord>>
  readonly extent: () => TaskEither<AuditFault, AuditExtent>
  /** Removes the oldest records up to the first that is not before this instant. Resolves to their number. */
  readonly removeBefore: (before: Instant) => TaskEither<AuditFault, number>
}
