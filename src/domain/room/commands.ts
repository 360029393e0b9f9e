import type { ActivityRejection } from '../kernel/rejection.js'
import type { Either } from '#fp/Either'
import type { Activity, ActivityCommand } from '../kernel/activity.js'
import type { DomainEvent } from '../kernel/domain-event.js'
import type { JsonObject } from '../kernel/json.js'
import type { ConnectionId, MemberId, SessionKey } from '../kernel/ids.js'
import type { Rejection } from '../kernel/rejection.js'
import type { Admission, ProtocolName, History, LeaveReason, Role, RoomEvent } from './events.js'

export type RoomCommand =
  | Enter
  | Create
  | Leave
  | RemoveMember
  | Disconnect
  | Resume
  | Reauthorize
  | Recover
  | Expire
  | Activate
  | Deactivate
  | DeactivateFailedModule
  | RunModuleCommand

/** What `decide` gives for a command: the events in order, which can be none, or a rejection. */
export type Decision = Either<Rejection, ReadonlyArray<RoomEvent>>

/** Joins the room, joins it in one more protocol, or changes the role in a protocol. */
export interface Enter {
  readonly type: 'enter'
  readonly dialect: ProtocolName
  readonly role: Role
  readonly memberId: MemberId
  readonly session: SessionKey
  readonly connection: ConnectionId
  readonly name: string | null
  readonly userId: string | null
  /** Whether a token proves the user id. Absent: it does not. */
  readonly isVerified?: boolean
  /** The roles of the user's token. */
  readonly roles?: ReadonlyArray<string>
  /** More about the user; every member sees it. */
  readonly profile?: JsonObject
  /** Opens a private room. If the room is created, it is private with this token. */
  readonly token: string | null
  readonly creates: boolean
  readonly rules: RoomRules
  /** A module that the entry activates, because the protocol needs it. */
  readonly activates: string | null
  /** The member's first command, decided with the entry: if it is rejected, the member does not join. */
  readonly acts?: Omit<RunModuleCommand, 'type'>
}

/** Fixed when the room is created. */
export interface RoomRules {
  readonly maxPeers: number
  readonly history: History
  /** Who may enter; absent: anyone. A private room wants its token too. */
  readonly admission?: Admission
}

/** The user of a connection, as a room knows it. */
export interface RoomUser {
  readonly userId: string | null
  readonly isVerified: boolean
  readonly roles: ReadonlyArray<string>
}

export interface Create {
  readonly type: 'create'
  readonly token: string | null
  readonly rules: RoomRules
}

/** Leaves one protocol or all of them. */
export interface Leave {
  readonly type: 'leave'
  /** A protocol, or `all`. */
  readonly dialect: string
  /** The connection that sent it; only the member's current connection has an effect. `null`: sent by the server. */
  readonly connection: ConnectionId | null
  readonly reason: LeaveReason
}

/** The leader removes a member from the protocol in which it leads. */
export interface RemoveMember {
  readonly type: 'expel'
  readonly target: MemberId
}

/** A connection has closed, or was lost, which starts the grace period. */
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
  /** Absent: the room does not check whether it still admits the user. */
  readonly user?: RoomUser
}

/** The user of a member has other roles than before. */
export interface Reauthorize {
  readonly type: 'reauthorize'
  readonly memberId: MemberId
  readonly user: RoomUser
}

/** The server has restarted: no connection exists any more, and the grace period of every member begins. */
export interface Recover {
  readonly type: 'recover'
  readonly graceMs: number
}

/** A grace period is over. */
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

/** Stops a module that has thrown. Only the engine sends it. */
export interface DeactivateFailedModule {
  readonly type: 'fail'
  readonly activity: string
}

/** A command for one of the room's modules. */
export interface RunModuleCommand {
  readonly type: 'act'
  readonly module: string
  readonly command: ActivityCommand
}

/** A command for the module that is named after an activity, with the type of that activity's commands. */
export const moduleCommand = <Command extends ActivityCommand>(
  { name }: Pick<Activity<unknown, Command, DomainEvent, ActivityRejection>, 'name' | 'decide'>,
  command: NoInfer<Command>,
): RunModuleCommand => ({ type: 'act', module: name, command })
