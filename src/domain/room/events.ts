import type { LeaveReason, EventSchema } from '../kernel/activity.js'
import type { DomainEvent } from '../kernel/domain-event.js'
import type { ConnectionId, MemberId, RoomId, SessionKey } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { JsonObject } from '../kernel/json.js'

/** The protocol of an entry. A member receives the emits of its protocols only. */
export type ProtocolName = string

/** One of the roles of a protocol. */
export type Role = string

/** Whether a member may read the room's log from its own first join, or all of it. */
export type History = 'own' | 'all'

export type { LeaveReason }

/** The session and connection that act for a member. Shown to nobody. */
export interface SessionTie {
  readonly session: SessionKey
  readonly connection: ConnectionId
}

/** The users that may enter a room: those with these ids, and those with one of these roles. A token must prove either. */
export interface Admission {
  readonly userIds: ReadonlyArray<string>
  readonly roles: ReadonlyArray<string>
}

export type RoomCreated = DomainEvent<
  'room.created',
  {
    readonly room: RoomId
    readonly isPrivate: boolean
    readonly maxPeers: number
    readonly history: History
    readonly admission?: Admission
  },
  { readonly tokenHash: string }
>

/** One for each entry: a member that enters in a second protocol joins again, under the same id. */
export type MemberJoined = DomainEvent<
  'room.member-joined',
  {
    readonly memberId: MemberId
    readonly dialect: ProtocolName
    readonly role: Role
    readonly name: string | null
    readonly userId: string | null
    /** A token proved the user id. */
    readonly isVerified?: true
    /** More about the user, if the client sent it; `null` once it is erased. */
    readonly profile?: JsonObject | null
  },
  SessionTie
>

export type MemberAway = DomainEvent<
  'room.member-away',
  { readonly memberId: MemberId; readonly until: Instant }
>

export type MemberBack = DomainEvent<'room.member-back', { readonly memberId: MemberId }, SessionTie>

/** One for each entry; with the last one the member is gone. */
export type MemberLeft = DomainEvent<
  'room.member-left',
  {
    readonly memberId: MemberId
    readonly dialect: ProtocolName
    readonly role: Role
    readonly reason: LeaveReason
  }
>

export type RoleChanged = DomainEvent<
  'room.role-changed',
  { readonly memberId: MemberId; readonly dialect: ProtocolName; readonly from: Role; readonly to: Role }
>

/** `runBy` is the activity that runs the module: a name that the relay runs today may be an activity's own name later. */
export type ActivityActivated = DomainEvent<
  'room.activity-activated',
  { readonly activity: string; readonly runBy: string; readonly options: unknown }
>

/** `failed`: the room has stopped the module because its activity threw. Otherwise a member has deactivated it. */
export type ActivityDeactivated = DomainEvent<
  'room.activity-deactivated',
  { readonly activity: string; readonly reason?: 'failed' }
>

/** How many signals of one kind went from one member to another since their last record. Their content is not stored. */
export type RoomSignalled = DomainEvent<
  'room.signalled',
  {
    readonly from: MemberId
    readonly to: MemberId
    readonly kind: string
    readonly count: number
    readonly bytes: number
  }
>

/** Nobody can enter any more and the room has no timer; its log can still be read. */
export type RoomClosed = DomainEvent<'room.closed', { readonly reason: 'imported' }>

export type RoomOwnEvent =
  | RoomCreated
  | MemberJoined
  | MemberAway
  | MemberBack
  | MemberLeft
  | RoleChanged
  | ActivityActivated
  | ActivityDeactivated
  | RoomSignalled
  | RoomClosed

/**
 * An event of any activity; `eventOf` narrows it to one activity. Its real `type` begins with the activity's name: this
 * pattern only prevents TypeScript from narrowing it to an event of the room.
 */
export type ActivityEvent = DomainEvent<`activity:${string}`>

export type RoomEvent = RoomOwnEvent | ActivityEvent

export const schemas: Readonly<Record<RoomOwnEvent['type'], EventSchema>> = {
  // Without its names, the room admits nobody by name.
  'room.created': {
    v: 1,
    personalPaths: ['admission.userIds'],
    erasedValues: { 'admission.userIds': [] },
    userPaths: ['admission.userIds.*'],
    isOfNamedUsersOnly: true,
  },
  'room.member-joined': {
    v: 1,
    personalPaths: ['name', 'userId', 'profile'],
    userPaths: ['userId', 'memberId'],
  },
  'room.member-away': { v: 1, personalPaths: [] },
  'room.member-back': { v: 1, personalPaths: [] },
  'room.member-left': { v: 1, personalPaths: [] },
  'room.role-changed': { v: 1, personalPaths: [] },
  'room.activity-activated': { v: 1, personalPaths: ['options'] },
  'room.activity-deactivated': { v: 1, personalPaths: [] },
  'room.signalled': { v: 1, personalPaths: [] },
  'room.closed': { v: 1, personalPaths: [] },
}
