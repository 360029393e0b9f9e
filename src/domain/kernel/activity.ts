import type { Either } from '#fp/Either'
import type { CommandContext } from './command-context.js'
import type { DomainEvent, RecordedEvent } from './domain-event.js'
import type { MemberId, RoomId } from './ids.js'
import type { Timer } from './instant.js'
import type { Malformed, Rejection } from './rejection.js'
import type { Table } from './table.js'

/** Who looks: one of the room's members, or an operator. Never somebody outside the room. */
export type Viewer = { readonly type: 'member'; readonly id: MemberId } | { readonly type: 'operator' }

/** What an activity may know of a member. */
export interface Participant {
  readonly id: MemberId
  readonly name: string | null
  /** The same for all members that one user has, and after it has come back as another. */
  readonly userId: string | null
  readonly presence: { readonly type: 'connected' } | { readonly type: 'away' }
}

/** What an activity may know of the room it runs in. */
export interface RoomView {
  readonly id: RoomId
  readonly members: Table<Participant>
  /** The member that leads the room by its role, also while it is away; `null`: nobody leads. */
  readonly leader: MemberId | null
}

/** Why somebody is not in a room any more: by itself, after its grace, put out, for somebody else, with the room. */
export type LeaveReason = 'left' | 'expired' | 'removed' | 'displaced' | 'closed'

/** A member has left the room, or one of the protocols by which it was in. */
export interface Departure {
  readonly memberId: MemberId
  /** The member has no entry any more. */
  readonly isGone: boolean
  /** It was in by a protocol that is made for this activity, and has left that protocol. */
  readonly leftActivity: boolean
  readonly reason: LeaveReason
}

/**
 * Something that an activity needs from outside the room: the runtime has it done once it is durable that it is wanted,
 * and again after a crash, and brings the answer as a command by nobody.
 */
export interface Effect {
  /** The same as long as the same is wanted, and never again. */
  readonly key: string
  readonly kind: string
  /** The command that is given where it is not to be had, however often it was asked for. */
  readonly fallback: ActivityCommand
}

/** How one event type is kept. */
export interface EventSchema {
  /** The version of its schema; an older record is brought up by the upcasters before it is folded. */
  readonly v: number
  /** Dotted paths in `data` that are about people; they are kept apart, so that they can be forgotten. */
  readonly personalPaths: ReadonlyArray<string>
  /** What stands in such a path's place once it is forgotten, where `evolve` needs more than `null` there. */
  readonly erasedValues?: Readonly<Record<string, unknown>>
  /** `upcasters[n]` turns `data` of version n + 1 into version n + 2. */
  readonly upcasters?: ReadonlyArray<(data: unknown) => unknown>
}

/** A command as the room hands it to the activity that lists its type. */
export interface ActivityCommand {
  readonly type: string
}

/**
 * What people can do together in a room. Pure: it asks neither clock nor dice, imports neither the room nor another
 * activity, and `evolve` never refuses a recorded fact. Written as methods so that the registry can hold activities
 * of different states in one list: the room hands to each only what it got from it.
 */
export interface Activity<State, Command, Event extends DomainEvent, Want extends Effect = never> {
  readonly name: string
  /** The types of its commands; whatever else comes for it is refused before it gets here. */
  readonly commands: ReadonlyArray<string>
  /** Changed when `evolve` gives another state for the same log; old snapshots are ignored then. */
  readonly foldVersion: number
  /**
   * Set where something of it is for one member alone. Then an event is shown to all members alike, or to its author and
   * nobody else; without it all of them see the same.
   */
  readonly hidesBetweenMembers?: true
  /** How each of its event types is kept. */
  readonly schemas: Readonly<Record<string, EventSchema>>
  /**
   * Set by the activity that runs the modules which no other activity is named after: the module of one of its events.
   * At most one activity of an engine has it.
   */
  moduleOf?(event: Event): string
  /** Before its first event. */
  initial(module: string): State
  /**
   * What is written when it is turned on, also for the second time. The command are the `options` that it is turned on with:
   * whatever a client has sent, or `null`.
   */
  open(context: CommandContext<unknown>, state: State, room: RoomView): ReadonlyArray<Event>
  /** What is written when it is turned off; a refusal keeps it on, where not everybody may end what goes on. */
  close(context: CommandContext<null>, state: State, room: RoomView): Either<Rejection, ReadonlyArray<Event>>
  decide(
    context: CommandContext<Command>,
    state: State,
    room: RoomView,
  ): Either<Rejection, ReadonlyArray<Event>>
  /**
   * What a departure means here, written with it; it cannot be refused. `room` is without those who have gone, and `by` is
   * nobody at the end of a grace. Asked only while the activity is on.
   */
  memberLeft?(context: CommandContext<Departure>, state: State, room: RoomView): ReadonlyArray<Event>
  evolve(state: State, event: RecordedEvent<Event>): State
  nextTimer(state: State): Timer<Command> | undefined
  /** What is to be done outside the room. Its answer is a command that changes nothing once it is not wanted any more. */
  effect?(state: State): Want | undefined
  /** The same state without what this viewer may not see. */
  redactState(viewer: Viewer, state: State): State
  /** The same event without what this viewer may not see, or nothing if it may not see it at all. */
  redactEvent(viewer: Viewer, event: RecordedEvent<Event>): RecordedEvent<Event> | undefined
}

/** An activity in a list of several: the room gives back only the state that it gave. */
export type AnyActivity = Activity<unknown, ActivityCommand, DomainEvent, Effect> & PluginParts

/** What only an application's own activities have. */
export interface PluginParts {
  readonly commandDecoders?: Readonly<
    Record<string, (payload: unknown) => Either<Malformed, ActivityCommand>>
  >
  runEffect?(effect: Effect, context: EffectContext): Promise<ActivityCommand>
}

/** How an effect is to be done. */
export interface EffectContext {
  /** From the question to the answer. */
  readonly deadlineMs: number
  /** 0 ≤ random < 1, and nothing else that is random may go into the answer. */
  readonly random: number
  /** Aborted when the answer is wanted no more. */
  readonly signal: AbortSignal
}
