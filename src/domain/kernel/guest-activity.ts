import type { Either } from '#fp/Either'
import type { Activity } from './activity.js'
import type { Fact } from './fact.js'
import type { Malformed } from './rejection.js'

/** What a client sent, read as a command; where it cannot be one, `path` says which field is wrong and `problem` why. */
export type Reading<Command> = (payload: unknown) => Either<Malformed, Command>

/**
 * An activity that an application brings along, and the names by which clients give its commands. The clock's own commands
 * have none, so that nobody else can say them.
 */
export interface GuestActivity<
  State,
  Command extends { readonly type: string },
  Event extends Fact,
> extends Activity<State, Command, Event> {
  readonly wire: Readonly<Record<string, Reading<Command>>>
}

/** One of them, as a list holds it: it gets back only the state that it gave. */
export type AnyGuest = GuestActivity<unknown, { readonly type: string }, Fact>
