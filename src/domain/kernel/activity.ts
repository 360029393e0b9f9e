import type { Either } from '#fp/Either'
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'
import type { DomainEvent, RecordedEvent } from './domain-event.js'
import type { MemberId, RoomId } from './ids.js'
import type { Timer } from './instant.js'
import type { PayloadDecoder } from './payload-decoder.js'
import type { ActivityRejection, ErrorDescription, Malformed } from './rejection.js'
import type { Table } from './table.js'

/** The reader of a state or an event: a member of the room, or an operator. */
export type Viewer = { readonly type: 'member'; readonly id: MemberId } | { readonly type: 'operator' }

/** A member as activities see it. */
export interface Participant {
  readonly id: MemberId
  readonly name: string | null
  /** The same for all members of one user, also after it left and joined again. */
  readonly userId: string | null
  readonly presence: { readonly type: 'connected' } | { readonly type: 'away' }
}

/** A room as its activities see it. */
export interface RoomView {
  readonly id: RoomId
  readonly members: Table<Participant>
  /** The member that leads the room by its role, also while it is away; `null`: there is none. */
  readonly leader: MemberId | null
}

/**
 * Why a membership ended: the member left, its grace period expired, an operator removed it, another member took its
 * place, or the room was closed.
 */
export type LeaveReason = 'left' | 'expired' | 'removed' | 'displaced' | 'closed'

/** A member has left the room, or one of its protocols in the room. */
export interface Departure {
  readonly memberId: MemberId
  /** The member has left the room, not only a protocol. */
  readonly isGone: boolean
  /** It has left a protocol that is made for this activity. */
  readonly leftActivity: boolean
  readonly reason: LeaveReason
}

/** Work that an activity wants done outside the room, such as a computer's move. */
export interface Effect<Command extends ActivityCommand = ActivityCommand> {
  /** The same as long as the same work is wanted, and never used again. */
  readonly key: string
  /** The command that takes the place of the result if every attempt fails. */
  readonly fallback: Command
}

/** What an effect is run with. */
export interface EffectContext {
  /** The time that one attempt may take. */
  readonly deadlineMs: number
  /** 0 ≤ random < 1. The result may depend on no other random number. */
  readonly random: number
  /** Aborted when the result is no longer needed. */
  readonly signal: AbortSignal
}

/** How events of one type are stored. */
export interface EventSchema {
  /** The version of `data`. Upcasters turn older records into this version before they are folded. */
  readonly v: number
  /** Dotted paths in `data` of personal data. They are stored apart, so that they can be erased. */
  readonly personalPaths: ReadonlyArray<string>
  /** The value at a path after erasure, where `evolve` needs another than `null`. */
  readonly erasedValues?: Readonly<Record<string, unknown>>
  /**
   * Dotted paths in `data` of user ids and member ids; `*` is each item of an array. Erasing a user erases the personal
   * data of each event that names it there, also if another member has written it.
   */
  readonly userPaths?: ReadonlyArray<string>
  /** The personal data is about the users at `userPaths`, and is not erased with its author. */
  readonly isOfNamedUsersOnly?: true
  /** The event repeats personal data of the last event of this type that has an author: it is erased with that author. */
  readonly repeats?: string
  /** The secret has personal data too and is erased with it. No room is erased while it has a timer. */
  readonly hasPersonalSecret?: true
  /** `upcasters[n]` turns `data` of version n + 1 into version n + 2. */
  readonly upcasters?: ReadonlyArray<(data: unknown) => unknown>
}

export interface ActivityCommand {
  readonly type: string
}

/** The errors of an activity, by the type of its rejections. */
export type ErrorTable<Own extends ActivityRejection> = {
  readonly [Type in Own['type']]: DescribeError<Extract<Own, { readonly type: Type }>>
}

/** Declared as a method: a list of activities may then hold tables of different rejections. */
type DescribeError<Own> = { describe(rejection: Own): ErrorDescription }['describe']

/**
 * What people can do together in a room. Pure: it reads no clock, draws no random numbers, imports neither the room nor
 * another activity, and `evolve` never fails. Its members are methods, so that one list can hold activities of
 * different states: the room gives each activity only its own state.
 */
export interface Activity<
  State,
  Command extends ActivityCommand,
  Event extends DomainEvent,
  Own extends ActivityRejection = never,
  Work extends Effect = never,
> {
  readonly name: string
  /** The types of all its commands, those of the clock and of effects included. */
  readonly commands: ReadonlyArray<Command['type']>
  /** The commands that clients can send, by their names on the wire. The clock's commands are not among them. */
  readonly clientCommands: Readonly<Record<string, PayloadDecoder<Command>>>
  readonly errors: ErrorTable<Own>
  /** Changed when `evolve` gives another state for the same log: older snapshots are ignored then. */
  readonly foldVersion: number
  /**
   * Set if a part of the state is for one member only. An event is then shown to all members or to its author alone;
   * otherwise all members see the same.
   */
  readonly hidesBetweenMembers?: true
  /** How each of its event types is stored. */
  readonly schemas: Readonly<Record<Event['type'], EventSchema>>
  /**
   * Set by the activity that runs the modules without an activity of their own name: the module of one of its events.
   * At most one activity of an engine has it.
   */
  moduleOf?(event: Event): string
  /** With `moduleOf`: the command for a name that `clientCommands` does not have. */
  decodeOther?(name: string, payload: unknown): Either<Malformed, Command>
  /** The state before the first event. */
  initial(module: string): State
  /** The events of an activation. The command is the client's `options` as sent, or `null`. */
  open(context: CommandContext<unknown>, state: State, room: RoomView): ReadonlyArray<Event>
  /** The events of a deactivation. A rejection keeps the module active. */
  close(context: CommandContext<null>, state: State, room: RoomView): Decision<Event, Own>
  decide(context: CommandContext<Command>, state: State, room: RoomView): Decision<Event, Own>
  /**
   * The events of a departure, stored with it; it cannot be rejected. `room` is without the members who left, and `by`
   * is `null` at the end of a grace period. Called only while the module is active.
   */
  memberLeft?(context: CommandContext<Departure>, state: State, room: RoomView): ReadonlyArray<Event>
  evolve(state: State, event: RecordedEvent<Event>): State
  nextTimer(state: State): Timer<Command> | undefined
  /** The work that this state wants done. A result must change nothing when its effect is no longer in the list. */
  effects?(state: State): ReadonlyArray<Work>
  /**
   * Runs an effect and resolves to the command that carries the result. A rejected attempt is repeated, a bounded number
   * of times. It stores nothing: after a crash the effect runs again.
   */
  runEffect?(effect: Work, context: EffectContext): Promise<Command>
  /** The state without what this viewer may not see. */
  redactState(viewer: Viewer, state: State): State
  /** The event without what this viewer may not see, or `undefined` if the viewer may not see it at all. */
  redactEvent(viewer: Viewer, event: RecordedEvent<Event>): RecordedEvent<Event> | undefined
}

/** An activity in a list of several. */
export type AnyActivity = Activity<unknown, ActivityCommand, DomainEvent, ActivityRejection, Effect>

/** Checks the types of an activity where it is defined, and infers them for tests and protocols. */
export const defineActivity = <
  State,
  Command extends ActivityCommand,
  Event extends DomainEvent,
  Own extends ActivityRejection = never,
  Work extends Effect = never,
>(
  activity: Activity<State, Command, Event, Own, Work>,
): Activity<State, Command, Event, Own, Work> => activity
