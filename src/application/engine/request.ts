import type { Either } from '#fp/Either'
import type { Cause } from '../../domain/kernel/domain-event.js'
import type { Epoch, MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Rejection } from '../../domain/kernel/rejection.js'
import type { RoomCommand, RoomState } from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { AuditScope } from '../identity/audit-scope.js'
import type { RoomRecord } from '../ports/event-store.js'

/** Why a request failed, apart from rejections by the domain. `store-unavailable`: the outcome is unknown. */
export type EngineFault =
  | { readonly type: 'store-unavailable' }
  | { readonly type: 'shutting-down' }
  /** A session is in as many rooms as one may be in, so the room was not asked. */
  | { readonly type: 'too-many-rooms'; readonly maxRooms: number }
  /** The user, or its address, has created too many rooms in a short time. */
  | { readonly type: 'too-many-new-rooms'; readonly retryAfterMs: number }
  /** The user's token has expired, or was revoked, before the command was decided. */
  | { readonly type: 'token-expired' }
  /** The room's log is corrupt, or our own code threw; the monitor has the details. */
  | { readonly type: 'internal-error' }

export type RequestFailure = Rejection | EngineFault

/** A name of the failure for logs and metrics: the activity's own type if an activity has rejected the command. */
export const failureName = (failure: RequestFailure): string =>
  failure.type === 'activity-rejected' ? failure.rejection.type : failure.type

/** The room as of the decision, and the events of the request itself. */
export interface CommandResult {
  readonly state: RoomState
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  /** Empty if nothing changed. A repeated command id gets the events of the first command. */
  readonly events: ReadonlyArray<RoomRecord>
}

export type ReplyCallback = (result: Either<RequestFailure, CommandResult>) => void

/** A signal from one member to another, with its content. */
export interface SignalCommand {
  readonly type: 'signal'
  readonly signal: Signal
  readonly content: unknown
}

/**
 * A command for one room. `reply` is called exactly once, in the room's order, after the state it was decided on is
 * durable and before the request's own events are sent; `afterPublish` once, after they were sent. A request that is
 * rejected without a decision (a limit, an unavailable store, shutdown) is answered at once. A repeated command id is
 * answered as soon as its events have been read, behind what the room decided meanwhile.
 */
export interface Request {
  /** `null` reads the room, in the room's order. */
  readonly command: RoomCommand | SignalCommand | null
  readonly by: MemberId | null
  readonly cause: Cause | null
  /**
   * Asked when the command is decided, which can be long after it was sent: why it may not be given any more, or not to
   * a room in this state.
   */
  readonly denial?: (state: RoomState) => RequestFailure | undefined
  readonly reply: ReplyCallback
  readonly afterPublish?: () => void
  /**
   * What the audit trail records of the request when it is decided. The reply leaves once that is durable, and an accepted
   * command is recorded together with its events. Left out: nothing is recorded.
   */
  readonly audit?: AuditScope | undefined
}
