import type { ActivityRejection } from '../kernel/rejection.js'
import type { Activity, ActivityCommand } from '../kernel/activity.js'
import type { DomainEvent } from '../kernel/domain-event.js'
import type { JsonObject } from '../kernel/json.js'
import type { ConnectionId, MemberId, SessionKey } from '../kernel/ids.js'
import type { ProtocolName, History, LeaveReason, Role } from './events.js'

/** Comes in, or comes in by one more dialect, or changes its role in one. */
export interface Enter {
  readonly type: 'enter'
  readonly dialect: ProtocolName
  readonly role: Role
  readonly memberId: MemberId
  readonly session: SessionKey
  readonly connection: ConnectionId
  readonly name: string | null
  readonly userId: string | null
  /** What else is to be known of the user; shown to the room as it is. */
  readonly profile?: JsonObject
  /** What opens a private room; makes one, if the room is not there yet. */
  readonly token: string | null
  readonly creates: boolean
  readonly rules: RoomRules
  /** A module that is turned on with the entry, because the dialect is of no use without it. */
  readonly activates: string | null
  /** What the member does first, in the same breath: where that is refused, it does not come in. */
  readonly acts?: Omit<RunModuleCommand, 'type'>
}

/** What a room is made with. */
export interface RoomRules {
  readonly maxPeers: number
  readonly history: History
}

export interface Create {
  readonly type: 'create'
  readonly token: string | null
  readonly rules: RoomRules
}

/** Leaves by one dialect, or by all. */
export interface Leave {
  readonly type: 'leave'
  /** A protocol, or `all`. */
  readonly dialect: string
  /** By which it was said: one that no longer speaks for the member changes nothing. `null`: by no connection. */
  readonly connection: ConnectionId | null
  readonly reason: LeaveReason
}

/** The broadcaster puts somebody out of the picker. */
export interface RemoveMember {
  readonly type: 'expel'
  readonly target: MemberId
}

/** A connection is gone: closed on purpose, or lost, which starts the grace. */
export interface Disconnect {
  readonly type: 'disconnect'
  readonly memberId: MemberId
  readonly connection: ConnectionId
  readonly lost: boolean
  readonly graceMs: number
}

/** A new connection of a session takes over its member. */
export interface Resume {
  readonly type: 'resume'
  /** If absent, the member is found by its session; `memberOfSession` finds it in the state of the answer. */
  readonly memberId?: MemberId
  readonly session: SessionKey
  readonly connection: ConnectionId
}

/** The server has started again: no connection of before is left, and everybody's grace begins. */
export interface Recover {
  readonly type: 'recover'
  readonly graceMs: number
}

/** A grace is over. */
export interface Expire {
  readonly type: 'expire'
  readonly memberId: MemberId
}

export interface Activate {
  readonly type: 'activate'
  readonly activity: string
  readonly options: unknown
}

export interface Deactivate {
  readonly type: 'deactivate'
  readonly activity: string
}

/** A module has thrown: it is stopped. Said by the engine alone. */
export interface DeactivateFailedModule {
  readonly type: 'fail'
  readonly activity: string
}

/** A command of one of the room's modules. */
export interface RunModuleCommand {
  readonly type: 'act'
  readonly module: string
  readonly command: ActivityCommand
}

/** A command of the module that has an activity's name, checked against the commands of that activity. */
export const moduleCommand = <Command extends ActivityCommand>(
  { name }: Pick<Activity<unknown, Command, DomainEvent, ActivityRejection>, 'name' | 'decide'>,
  command: NoInfer<Command>,
): RunModuleCommand => ({ type: 'act', module: name, command })

export type RoomCommand =
  | Enter
  | Create
  | Leave
  | RemoveMember
  | Disconnect
  | Resume
  | Recover
  | Expire
  | Activate
  | Deactivate
  | DeactivateFailedModule
  | RunModuleCommand
