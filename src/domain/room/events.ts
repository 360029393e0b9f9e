import type { LeaveReason, EventSchema } from '../kernel/activity.js'
import type { DomainEvent } from '../kernel/domain-event.js'
import type { ConnectionId, MemberId, RoomId, SessionKey } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { JsonObject } from '../kernel/json.js'

/** The protocol of an entry. A member gets the emits of its protocols only. */
export type ProtocolName = string

/** One of the roles of a protocol. */
export type Role = string

/** Whether a member reads the room's log from its own first join on, or all of it. */
export type History = 'own' | 'all'

export type { LeaveReason }

/** What ties a member to those who speak for it. Never shown. */
export interface SessionTie {
  readonly session: SessionKey
  readonly connection: ConnectionId
}

export type RoomCreated = DomainEvent<
  'room.created',
  {
    readonly room: RoomId
    readonly isPrivate: boolean
    readonly maxPeers: number
    readonly history: History
  },
  { readonly tokenHash: string }
>

/** One for each entry: a member that comes in by a second dialect joins again, under the same id. */
export type MemberJoined = DomainEvent<
  'room.member-joined',
  {
    readonly memberId: MemberId
    readonly dialect: ProtocolName
    readonly role: Role
    readonly name: string | null
    readonly userId: string | null
    /** What else a client said of its user, where it did; `null` once it is forgotten. */
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

/** `runBy` is the activity behind the module's name, kept because a name that relays today may be registered one day. */
export type ActivityActivated = DomainEvent<
  'room.activity-activated',
  { readonly activity: string; readonly runBy: string; readonly options: unknown }
>

/** `failed`: the activity has broken a promise, and the room has stopped it. Otherwise a member has turned it off. */
export type ActivityDeactivated = DomainEvent<
  'room.activity-deactivated',
  { readonly activity: string; readonly reason?: 'failed' }
>

/**
 * So many signals of one kind, of so many bytes in all, went from one member to another since the last record of them. What
 * they said is written nowhere.
 */
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

/** After this nobody enters and nothing is due; the log can be read. */
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
 * An event that an activity wrote; `eventOf` gives it the type of one activity. Its own `type` begins with the activity's name:
 * the pattern here stands for all of them, and keeps TypeScript from taking one for the room's own.
 */
export type ActivityEvent = DomainEvent<`activity:${string}`>

export type RoomEvent = RoomOwnEvent | ActivityEvent

export const schemas: Readonly<Record<RoomOwnEvent['type'], EventSchema>> = {
  'room.created': { v: 1, personalPaths: [] },
  'room.member-joined': { v: 1, personalPaths: ['name', 'userId', 'profile'] },
  'room.member-away': { v: 1, personalPaths: [] },
  'room.member-back': { v: 1, personalPaths: [] },
  'room.member-left': { v: 1, personalPaths: [] },
  'room.role-changed': { v: 1, personalPaths: [] },
  'room.activity-activated': { v: 1, personalPaths: ['options'] },
  'room.activity-deactivated': { v: 1, personalPaths: [] },
  'room.signalled': { v: 1, personalPaths: [] },
  'room.closed': { v: 1, personalPaths: [] },
}
