import type { Either } from '#fp/Either'
import type { Cause } from '../../domain/kernel/domain-event.js'
import type { Epoch, MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Rejection } from '../../domain/kernel/rejection.js'
import type { RoomCommand, RoomState } from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { RoomRecord } from '../ports/event-store.js'

/** Why a request came to nothing, the domain's reasons aside. `store-unavailable`: the outcome is not known. */
export type EngineFault =
  | { readonly type: 'store-unavailable' }
  | { readonly type: 'shutting-down' }
  /** The room's log is damaged, or our own code threw; the monitor was told what and where. */
  | { readonly type: 'internal-error' }

export type RequestFailure = Rejection | EngineFault

/** Where the room stood when the request was decided, and what the request itself led to. */
export interface CommandResult {
  readonly state: RoomState
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  /** Empty where it already was so. A repeated command id gets the events of the first time. */
  readonly events: ReadonlyArray<RoomRecord>
}

export type ReplyCallback = (result: Either<RequestFailure, CommandResult>) => void

/** Something that one member has for another, and what it carries. */
export interface SignalCommand {
  readonly type: 'signal'
  readonly signal: Signal
  readonly content: unknown
}

/**
 * Asks a room for something. `answer` is called exactly once, in the room's order, after everything it rests on is
 * durable and before the request's own events are sent; `settled` once, after they were. What is refused without
 * being decided (a limit, a store that does not answer, the end of the engine) is answered at once.
 */
export interface Request {
  /** `null` changes nothing: a look at the room, in its place in the order. */
  readonly command: RoomCommand | SignalCommand | null
  readonly by: MemberId | null
  readonly cause: Cause | null
  readonly reply: ReplyCallback
  readonly afterPublish?: () => void
}
