import type { Either } from '#fp/Either'
import type { Activity, Effect, EffectContext } from './activity.js'
import type { DomainEvent } from './domain-event.js'
import type { Malformed } from './rejection.js'

/** What a client sent, read as a command; where it cannot be one, `path` says which field is wrong and `problem` why. */
export type PayloadDecoder<Command> = (payload: unknown) => Either<Malformed, Command>

/** What a guest can want: where it is not to be had, a command of its own is given instead. */
export type PluginEffect<Command> = Effect & { readonly fallback: Command }

/**
 * An activity that an application brings along, and the names by which clients give its commands. The clock's own commands
 * have none, so that nobody else can say them.
 */
export interface ActivityPlugin<
  State,
  Command extends { readonly type: string },
  Event extends DomainEvent,
  Want extends PluginEffect<Command> = never,
> extends Activity<State, Command, Event, Want> {
  readonly commandDecoders: Readonly<Record<string, PayloadDecoder<Command>>>
  /**
   * Does what `wants` asks for, outside of the room and of all its rules, and gives the command that answers it; whoever wants
   * something has to say how it is done. It keeps nothing: after a crash the same is asked again. A rejection is asked again a
   * bounded number of times, and then the want's `otherwise` is given.
   */
  runEffect?(want: Want, wanting: EffectContext): Promise<Command>
}

/** One of them, as a list holds it: it gets back only the state that it gave. */
export type AnyActivityPlugin = ActivityPlugin<
  unknown,
  { readonly type: string },
  DomainEvent,
  PluginEffect<{ readonly type: string }>
>
