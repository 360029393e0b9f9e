import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { DomainEvent } from './domain-event.js'
import type { ActivityRejection, CommonRejection } from './rejection.js'

/** The result of `decide`: the new events in order, possibly none, or a rejection. */
export type Decision<Event extends DomainEvent, Own extends ActivityRejection = never> = Either<
  CommonRejection | Own,
  ReadonlyArray<Event>
>

/** `accept()` accepts a command that changes nothing. */
export const accept = <Event extends DomainEvent>(
  ...events: ReadonlyArray<Event>
): Either<never, ReadonlyArray<Event>> => E.right(events)

/** Rejects a command. The activity's `errors` has the code and the message for each type of its rejections. */
export const reject = <const Own extends ActivityRejection>(rejection: Own): Either<Own, never> =>
  E.left(rejection)
