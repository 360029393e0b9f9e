import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { DomainEvent } from './domain-event.js'
import type { Rejection } from './rejection.js'

/** What was decided: what happened, in order and possibly nothing, or why it may not. */
export type Decision<Event extends DomainEvent> = Either<Rejection, ReadonlyArray<Event>>

/** `happened()` is that nothing is written, because it already is so. */
export const accept = <Event extends DomainEvent>(...events: ReadonlyArray<Event>): Decision<Event> =>
  E.right(events)

/**
 * `code` is what a client's program acts upon: kebab-case, one of the contract's where one fits, and never made from what
 * somebody sent. `message` tells its developer what to do.
 */
export const reject = (code: string, message: string): Either<Rejection, never> =>
  E.left({ type: 'activity-refused', code, message })
