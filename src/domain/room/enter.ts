import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandContext } from '../kernel/command-context.js'
import { emptyTable, entryIn, findIn, valuesIn } from '../kernel/table.js'
import type { Rejection } from '../kernel/rejection.js'
import type { Enter } from './commands.js'
import { roomCreated, acceptsToken } from './create.js'
import type { Decision } from './decision.js'
import type { RoomEvent } from './events.js'
import { evolveAll } from './evolve-all.js'
import { leaveEvents } from './membership.js'
import { runModuleCommand, activationEvents } from './modules.js'
import type { RoomPlugins } from './plugins.js'
import { hasTrait, traitsOf } from './protocols.js'
import type { Member, Room, RoomState } from './state.js'
import { memberOfSession } from './state.js'

export const enterRoom = (
  command: Enter,
  context: CommandContext<unknown>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => {
  const entered = enterMember(command, context, state, plugins)
  const { acts } = command
  if (acts === undefined || E.isLeft(entered)) return entered
  const after = evolveAll(state, entered.right, context, plugins)
  if (after.phase === 'absent') return entered
  const own = memberOfSession(command.session, after)
  const done = runModuleCommand(
    { type: 'act', ...acts },
    { ...context, by: own?.id ?? command.memberId },
    after,
    plugins,
  )
  return E.isLeft(done) ? done : E.right([...entered.right, ...done.right])
}

const enterMember = (
  command: Enter,
  context: CommandContext<unknown>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => {
  if (state.phase === 'absent') return enterNew(command, context, state, plugins)
  if (state.phase === 'closed') return E.left({ type: 'access-denied', cause: 'closed' })
  const own = entryIn(state.members, command.memberId) ?? memberOfSession(command.session, state)
  if (own !== undefined && own.secret?.session !== command.session)
    return E.left({ type: 'access-denied', cause: 'session' })
  if (own === undefined && !acceptsToken(command.token, state))
    return E.left({ type: 'access-denied', cause: 'token' })

  // Who a member is does not change; another user is another member, with a session of its own.
  if (isAnother(command.userId, own)) return E.left({ type: 'access-denied', cause: 'identity' })

  const member = own ?? placeOf(command.userId, command, state, plugins)
  const place = placeFor(command, member, state, plugins)
  if (E.isLeft(place)) return place
  return E.right([
    ...place.right,
    ...returning(command, member),
    ...joining(command, member),
    ...modules(command, context, state, plugins),
  ])
}

const isAnother = (userId: string | null, member: Member | undefined): boolean =>
  userId !== null && member !== undefined && member.userId !== null && member.userId !== userId

const enterNew = (
  command: Enter,
  context: CommandContext<unknown>,
  { id }: RoomState,
  plugins: RoomPlugins,
): Decision => {
  if (!command.creates) return E.left({ type: 'room-not-found' })
  return E.right([
    roomCreated(id, command.rules, command.token),
    ...joining(command, undefined),
    ...modules(command, context, { id, members: emptyTable, modules: {} }, plugins),
  ])
}

/**
 * A member that is away gives its place to the same user, under the same member id. In a role that a user has once, it does so
 * also while it is connected: the newer session ends the older.
 */
const placeOf = (
  userId: string | null,
  { dialect, role }: Enter,
  room: Room,
  { protocols }: RoomPlugins,
): Member | undefined => {
  if (userId === null) return undefined
  const isOfUser = (member: Member): boolean =>
    member.userId === userId && member.entries[dialect] !== undefined
  if (traitsOf(dialect, role, protocols).onePerUser) return findIn(room.members, isOfUser)
  for (const { memberId } of room.away) {
    const member = entryIn(room.members, memberId)
    if (member !== undefined && isOfUser(member)) return member
  }
  return undefined
}

/** The events that make a place for this role; a role that is taken or a full room refuses. */
const placeFor = (
  { dialect, role }: Enter,
  member: Member | undefined,
  room: Room,
  plugins: RoomPlugins,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  if (member?.entries[dialect]?.role === role) return E.right([])
  const { exclusive, takesPeerSlot } = traitsOf(dialect, role, plugins.protocols)
  if (exclusive !== undefined) return exclusivePlace(dialect, role, exclusive.yieldsTo, member, room)
  return takesPeerSlot === undefined ? E.right([]) : peerPlace(member, room, plugins)
}

/** A holder that is away gives way, and has another role if it comes back. */
const exclusivePlace = (
  dialect: string,
  role: string,
  yieldsTo: string,
  member: Member | undefined,
  room: Room,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  const holder = findIn(room.members, ({ entries }) => entries[dialect]?.role === role)
  if (holder === undefined || holder.id === member?.id) return E.right([])
  if (holder.presence.type === 'connected') return E.left({ type: 'broadcaster-taken' })
  return E.right([
    { type: 'room.role-changed', data: { memberId: holder.id, dialect, from: role, to: yieldsTo } },
  ])
}

/** In a full room the peer that has been away for longest gives way; it keeps its entries without a peer slot. */
const peerPlace = (
  member: Member | undefined,
  room: Room,
  plugins: RoomPlugins,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  const { protocols } = plugins
  const peers = valuesIn(room.members).filter(
    (other) => other.id !== member?.id && hasTrait(other, 'takesPeerSlot', protocols),
  )
  if (peers.length < room.maxPeers) return E.right([])
  for (const { memberId } of room.away) {
    const away = peers.find(({ id }) => id === memberId)
    if (away === undefined) continue
    const leaving = leaveEvents(away, 'displaced', plugins)
    return E.right(leaving.filter(({ data }) => traitsOf(data.dialect, data.role, protocols).takesPeerSlot))
  }
  return E.left({ type: 'room-full', capacity: room.maxPeers })
}

/** The member is there already, but by another connection or session than the one that now comes in. */
const returning = (command: Enter, member: Member | undefined): ReadonlyArray<RoomEvent> => {
  if (member === undefined) return []
  const { session, connection } = command
  const isSame = member.secret?.session === session && member.secret.connection === connection
  if (isSame && member.presence.type === 'connected') return []
  return [{ type: 'room.member-back', data: { memberId: member.id }, secret: { session, connection } }]
}

const joining = (command: Enter, member: Member | undefined): ReadonlyArray<RoomEvent> => {
  const { dialect, role, name, userId, profile, session, connection } = command
  const memberId = member?.id ?? command.memberId
  const entry = member?.entries[dialect]
  if (entry?.role === role) return []
  if (entry !== undefined) {
    return [{ type: 'room.role-changed', data: { memberId, dialect, from: entry.role, to: role } }]
  }
  return [
    {
      type: 'room.member-joined',
      data: { memberId, dialect, role, name, userId, ...(profile === undefined ? {} : { profile }) },
      secret: { session, connection },
    },
  ]
}

const modules = (
  { activates }: Enter,
  context: CommandContext<unknown>,
  room: Pick<Room, 'id' | 'members' | 'modules'>,
  plugins: RoomPlugins,
): ReadonlyArray<RoomEvent> =>
  activates === null ? [] : activationEvents(activates, null, context, room, plugins)
