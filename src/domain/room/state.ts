import type { Activity, Participant } from '../kernel/activity.js'
import type { CommandContext } from '../kernel/command-context.js'
import type { DomainEvent, RecordedEvent } from '../kernel/domain-event.js'
import type { CommandId, MemberId, RoomId, SessionKey } from '../kernel/ids.js'
import { epoch } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { JsonObject } from '../kernel/json.js'
import { lookup, without } from '../kernel/record.js'
import type { Chunk, Table } from '../kernel/table.js'
import { emptyTable, entryIn, findIn, memoizePerChunk, withEntry, withoutEntry } from '../kernel/table.js'
import type { CommandOutcome, CommandHistory } from './command-deduplication.js'
import { findOutcome, emptyCommandHistory, rememberCommand } from './command-deduplication.js'
import type {
  ActivityEvent,
  Admission,
  ProtocolName,
  History,
  MemberLeft,
  RoomCreated,
  RoomEvent,
  RoomOwnEvent,
  SessionTie,
} from './events.js'
import type { RoomPlugins } from './plugins.js'
import type { Entry } from './protocols.js'
import { activityNamed, activityOf, isActivityEvent, moduleOf, runActivity } from './plugins.js'

export type Presence =
  | { readonly type: 'connected' }
  /** Its grace period lasts until then. */
  | { readonly type: 'away'; readonly until: Instant }

export interface Member extends Participant {
  readonly id: MemberId
  readonly name: string | null
  readonly userId: string | null
  /** A token proved the user id. */
  readonly isVerified?: true
  readonly profile?: JsonObject
  readonly entries: Readonly<Record<ProtocolName, Entry>>
  readonly presence: Presence
  /** The `seq` of its first join; from there it may read the log. */
  readonly since: number
  readonly secret?: SessionTie
}

/** One module of the room: the activity that runs it, and that activity's state. */
export interface Module {
  readonly activity: string
  readonly active: boolean
  readonly state: unknown
}

export interface Absent {
  readonly phase: 'absent'
  readonly id: RoomId
}

export interface Room {
  readonly phase: 'open' | 'closed'
  readonly id: RoomId
  readonly createdAt: Instant
  readonly isPrivate: boolean
  readonly maxPeers: number
  readonly history: History
  readonly admission?: Admission
  readonly members: Table<Member>
  /** The members in their grace period, the first to expire first. */
  readonly away: ReadonlyArray<{ readonly memberId: MemberId; readonly until: Instant }>
  readonly modules: Readonly<Record<string, Module>>
  /** By member id. Not inside `members`, because a command would copy and change the member. */
  readonly answered: Readonly<Record<string, CommandHistory>>
  readonly secret?: { readonly tokenHash: string }
}

export type RoomState = Absent | Room

export const initial = (id: RoomId): RoomState => ({ phase: 'absent', id })

export const evolve = (
  state: RoomState,
  event: RecordedEvent<RoomEvent>,
  plugins: RoomPlugins,
): RoomState => {
  if (state.phase === 'absent') return event.type === 'room.created' ? initialRoom(event) : state
  const changed = isActivityEvent(event)
    ? withActivityEvent(state, event, plugins)
    : withOwnEvent(state, event, plugins)
  return event.cause === null ? changed : withCause(changed, event)
}

/** The state after events that are still being decided. They have no place in the log and no command yet. */
export const evolveAll = (
  state: RoomState,
  events: ReadonlyArray<RoomEvent>,
  { at }: CommandContext<unknown>,
  plugins: RoomPlugins,
): RoomState =>
  events.reduce(
    (room, event) => evolve(room, { ...uncommitted, room: state.id, at, ...event }, plugins),
    state,
  )

const uncommitted = { epoch: epoch(''), seq: 0, by: null, cause: null }

const initialRoom = (event: RecordedEvent<RoomCreated>): Room => {
  const { room, isPrivate, maxPeers, history, admission } = event.data
  const created: Room = {
    phase: 'open',
    id: room,
    createdAt: event.at,
    isPrivate,
    maxPeers,
    history,
    ...(admission === undefined ? {} : { admission }),
    members: emptyTable,
    away: [],
    modules: {},
    answered: {},
  }
  return event.secret === undefined ? created : { ...created, secret: event.secret }
}

const withActivityEvent = (room: Room, event: RecordedEvent<ActivityEvent>, plugins: RoomPlugins): Room => {
  const name = moduleOf(event, plugins)
  const module = lookup(room.modules, name)
  if (module?.activity !== activityOf(event)) return room
  const state = runActivity(name, () => activityNamed(module.activity, plugins).evolve(module.state, event))
  return state === module.state
    ? room
    : { ...room, modules: { ...room.modules, [name]: { ...module, state } } }
}

const withOwnEvent = (room: Room, event: RecordedEvent<RoomOwnEvent>, plugins: RoomPlugins): Room => {
  switch (event.type) {
    case 'room.created':
      return room
    case 'room.member-joined': {
      const { memberId, dialect, role, name, userId, isVerified, profile } = event.data
      const entry = { role, since: event.seq }
      const existing = entryIn(room.members, memberId)
      if (existing !== undefined) {
        return withMember(room, {
          ...existing,
          // A later protocol may know the name or user that an earlier one did not ask for.
          name: existing.name ?? name,
          userId: existing.userId ?? userId,
          ...verified(isVerified),
          ...profileFields(profile),
          entries: { ...existing.entries, [dialect]: entry },
        })
      }
      const member: Member = {
        id: memberId,
        name: name ?? null,
        userId: userId ?? null,
        ...verified(isVerified),
        ...profileFields(profile),
        entries: { [dialect]: entry },
        presence: { type: 'connected' },
        since: event.seq,
      }
      return withMember(room, event.secret === undefined ? member : { ...member, secret: event.secret })
    }
    case 'room.member-away': {
      const { memberId, until } = event.data
      const member = entryIn(room.members, memberId)
      if (member === undefined) return room
      const away = [...room.away.filter((other) => other.memberId !== memberId), { memberId, until }]
      return {
        ...withMember(room, { ...member, presence: { type: 'away', until } }),
        away: away.sort((left, right) => left.until - right.until),
      }
    }
    case 'room.member-back': {
      const { memberId } = event.data
      const member = entryIn(room.members, memberId)
      if (member === undefined) return room
      const back: Member = { ...member, presence: { type: 'connected' } }
      return {
        ...withMember(room, event.secret === undefined ? back : { ...back, secret: event.secret }),
        away: withoutMember(room.away, memberId),
      }
    }
    case 'room.member-left':
      return withoutProtocol(room, event.data)
    case 'room.role-changed': {
      const { memberId, dialect, to } = event.data
      const member = entryIn(room.members, memberId)
      const entry = member?.entries[dialect]
      if (member === undefined || entry === undefined) return room
      return withMember(room, {
        ...member,
        entries: { ...member.entries, [dialect]: { ...entry, role: to } },
      })
    }
    case 'room.activity-activated': {
      const { activity: name, runBy: activity } = event.data
      const state = moduleStateFor(name, activity, room, plugins)
      return { ...room, modules: { ...room.modules, [name]: { activity, active: true, state } } }
    }
    case 'room.activity-deactivated': {
      const name = event.data.activity
      const module = lookup(room.modules, name)
      if (module === undefined) return room
      return { ...room, modules: { ...room.modules, [name]: { ...module, active: false } } }
    }
    case 'room.signalled':
      return room
    case 'room.closed':
      return { ...room, phase: 'closed' }
  }
}

const verified = (isVerified: true | undefined): Pick<Member, 'isVerified'> =>
  isVerified === undefined ? {} : { isVerified }

/** An erased profile is absent. */
const profileFields = (profile: JsonObject | null | undefined): Pick<Member, 'profile'> =>
  profile === undefined || profile === null ? {} : { profile }

/** A module's state, or its initial state if it is new or another activity ran it before under the same name. */
export const moduleStateFor = (
  module: string,
  runBy: string,
  { modules }: Pick<Room, 'modules'>,
  plugins: RoomPlugins,
): unknown => {
  const existing = lookup(modules, module)
  return existing?.activity === runBy ? existing.state : activityNamed(runBy, plugins).initial(module)
}

const withMember = (room: Room, member: Member): Room => ({
  ...room,
  members: withEntry(room.members, member.id, member),
})

const withoutMember = (away: Room['away'], memberId: MemberId): Room['away'] =>
  away.some((other) => other.memberId === memberId)
    ? away.filter((other) => other.memberId !== memberId)
    : away

const withoutProtocol = (room: Room, { memberId, dialect }: MemberLeft['data']): Room => {
  const member = entryIn(room.members, memberId)
  if (member === undefined) return room
  const { [dialect]: _gone, ...entries } = member.entries
  if (Object.keys(entries).length > 0) return withMember(room, { ...member, entries })
  return {
    ...room,
    members: withoutEntry(room.members, memberId),
    answered: without(room.answered, memberId),
    away: withoutMember(room.away, memberId),
  }
}

/** Remembers the outcome of the member's command, so that a repetition of its id gets the same answer. */
const withCause = (room: Room, { by, cause, seq }: RecordedEvent<RoomEvent>): Room => {
  if (by === null || cause === null || entryIn(room.members, by) === undefined) return room
  const history = rememberCommand(
    lookup(room.answered, by) ?? emptyCommandHistory,
    cause.id,
    cause.digest,
    seq,
  )
  return { ...room, answered: { ...room.answered, [by]: history } }
}

/** The outcome of a member's earlier command with this id. */
export const outcomeOf = (state: RoomState, member: MemberId, id: CommandId): CommandOutcome | undefined => {
  const history = state.phase === 'absent' ? undefined : lookup(state.answered, member)
  return history === undefined ? undefined : findOutcome(history, id)
}

/** The state of the module that is named after an activity; nothing if the room has no such module. */
export const stateOf = <State>(
  { name }: Pick<Activity<State, never, DomainEvent>, 'name' | 'initial'>,
  room: RoomState,
): State | undefined => {
  const module = room.phase === 'absent' ? undefined : lookup(room.modules, name)
  return module?.activity === name ? (module.state as State) : undefined
}

/** The member of a session. A session is one member, whatever member id it was created with. */
export const memberOfSession = (session: SessionKey, state: RoomState): Member | undefined =>
  state.phase === 'absent' ? undefined : findIn(state.members, ({ secret }) => secret?.session === session)

/** Whether the room has a member in this protocol, connected or away. */
export const usesProtocol = (protocol: string, state: RoomState): boolean =>
  state.phase !== 'absent' && protocolNames(state.members).some((names) => names.has(protocol))

const protocolNames = memoizePerChunk(
  (members: Chunk<Member>): ReadonlySet<string> =>
    new Set(Object.values(members).flatMap(({ entries }) => Object.keys(entries))),
)
