import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { equalInConstantTime, lengthPrefixed, sha256, toHex } from '../kernel/bytes.js'
import type { CommandContext } from '../kernel/command-context.js'
import type { RoomId } from '../kernel/ids.js'
import { emptyTable, entryIn, findIn, valuesIn } from '../kernel/table.js'
import type { Rejection } from '../kernel/rejection.js'
import { isAdmitted, membersWithUserId } from './admission.js'
import type { Create, Decision, Enter, RoomRules, RoomUser } from './commands.js'
import type { RoomCreated, RoomEvent } from './events.js'
import { leaveEvents } from './membership.js'
import { runModuleCommand, activationEvents } from './modules.js'
import type { RoomPlugins } from './plugins.js'
import { hasTrait, traitsOf } from './protocols.js'
import type { Member, Room, RoomState } from './state.js'
import { evolveAll, memberOfSession } from './state.js'

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
  const member = memberOfSession(command.session, after)
  const acted = runModuleCommand(
    { type: 'act', ...acts },
    { ...context, by: member?.id ?? command.memberId },
    after,
    plugins,
  )
  return E.isLeft(acted) ? acted : E.right([...entered.right, ...acted.right])
}

const enterMember = (
  command: Enter,
  context: CommandContext<unknown>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => {
  if (state.phase === 'absent') return enterNewRoom(command, context, state, plugins)
  if (state.phase === 'closed') return E.left({ type: 'access-denied', cause: 'closed' })
  const existing = entryIn(state.members, command.memberId) ?? memberOfSession(command.session, state)
  if (existing !== undefined && existing.secret?.session !== command.session)
    return E.left({ type: 'access-denied', cause: 'session' })
  if (existing === undefined && !acceptsToken(command.token, state))
    return E.left({ type: 'access-denied', cause: 'token' })

  if (!isAdmitted(userIn(command), state)) return E.left({ type: 'access-denied', cause: 'admission' })

  // The user of a member never changes; another user is another member, with another session.
  if (isOtherUser(command.userId, existing)) return E.left({ type: 'access-denied', cause: 'identity' })
  if (isHeldByToken(command, existing, state)) return E.left({ type: 'access-denied', cause: 'identity' })

  const member = existing ?? memberToTakeOver(command.userId, command, state, plugins)
  const released = releasePlace(command, member, state, plugins)
  if (E.isLeft(released)) return released
  return E.right([
    ...impostorEvents(command, member, state, plugins),
    ...released.right,
    ...returnEvents(command, member),
    ...joinEvents(command, member),
    ...moduleEvents(command, context, state, plugins),
  ])
}

const isOtherUser = (userId: string | null, member: Member | undefined): boolean =>
  userId !== null && member !== undefined && member.userId !== null && member.userId !== userId

const userIn = ({ userId, isVerified = false, roles = [] }: Enter): RoomUser => ({
  userId,
  isVerified,
  roles,
})

/** A user id that a member's token proves is that user's, so nobody takes it without a token. */
const isHeldByToken = (
  { userId, isVerified = false }: Enter,
  member: Member | undefined,
  room: Room,
): boolean => userId !== null && !isVerified && membersWithUserId(userId, true, member, room).length > 0

/** Members that state this user id without proof leave when the user comes with a token. */
const impostorEvents = (
  { userId, isVerified = false }: Enter,
  member: Member | undefined,
  room: Room,
  plugins: RoomPlugins,
): ReadonlyArray<RoomEvent> => {
  if (userId === null || !isVerified) return []
  return membersWithUserId(userId, false, member, room).flatMap((impostor) =>
    leaveEvents(impostor, 'displaced', plugins),
  )
}

const enterNewRoom = (
  command: Enter,
  context: CommandContext<unknown>,
  { id }: RoomState,
  plugins: RoomPlugins,
): Decision => {
  if (!command.creates) return E.left({ type: 'room-not-found' })
  if (!isAdmitted(userIn(command), command.rules))
    return E.left({ type: 'access-denied', cause: 'admission' })
  return E.right([
    roomCreated(id, command.rules, command.token),
    ...joinEvents(command, undefined),
    ...moduleEvents(command, context, { id, members: emptyTable, modules: {} }, plugins),
  ])
}

export const createRoom = (command: Create, state: RoomState): Decision =>
  state.phase === 'absent'
    ? E.right([roomCreated(state.id, command.rules, command.token)])
    : E.left({ type: 'room-exists' })

/** A room that is created with a token is private. */
const roomCreated = (
  room: RoomId,
  { maxPeers, history, admission }: RoomRules,
  token: string | null,
): RoomCreated => {
  const restriction = admission === undefined ? {} : { admission }
  const data = { room, isPrivate: token !== null, maxPeers, history, ...restriction }
  return token === null
    ? { type: 'room.created', data }
    : { type: 'room.created', data, secret: { tokenHash: tokenHashOf(room, token) } }
}

/** The log contains this hash and not the token, so that a reader of the log cannot enter the room. */
const tokenHashOf = (room: RoomId, token: string): string =>
  toHex(sha256(lengthPrefixed('room/1/token', room, token)))

/** Whether a token opens the room. A room that is not private accepts any. */
const acceptsToken = (token: string | null, room: Room): boolean => {
  if (!room.isPrivate) return true
  if (token === null || room.secret === undefined) return false
  return equalInConstantTime(tokenHashOf(room.id, token), room.secret.tokenHash)
}

/** Whether the room is private and this is its token. */
export const isPrivateWithToken = (token: string, state: RoomState): boolean =>
  state.phase !== 'absent' && state.isPrivate && acceptsToken(token, state)

/**
 * A user takes over its own member that is away, under the same member id. In a role with `onePerUser` it does so also
 * while the member is connected: the newer session ends the older.
 */
const memberToTakeOver = (
  userId: string | null,
  { dialect, role, isVerified = false }: Enter,
  room: Room,
  { protocols }: RoomPlugins,
): Member | undefined => {
  if (userId === null) return undefined
  const isOfUser = (member: Member): boolean =>
    member.userId === userId &&
    (member.isVerified === true) === isVerified &&
    member.entries[dialect] !== undefined
  if (traitsOf(dialect, role, protocols).onePerUser) return findIn(room.members, isOfUser)
  for (const { memberId } of room.away) {
    const member = entryIn(room.members, memberId)
    if (member !== undefined && isOfUser(member)) return member
  }
  return undefined
}

/** The events that release a place for this role. An exclusive role that is taken, or a full room, rejects. */
const releasePlace = (
  { dialect, role }: Enter,
  member: Member | undefined,
  room: Room,
  plugins: RoomPlugins,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  if (member?.entries[dialect]?.role === role) return E.right([])
  const { exclusive, takesPeerSlot } = traitsOf(dialect, role, plugins.protocols)
  if (exclusive !== undefined) return releaseExclusiveRole(dialect, role, exclusive.yieldsTo, member, room)
  return takesPeerSlot === undefined ? E.right([]) : releasePeerSlot(member, room, plugins)
}

/** A holder that is away yields: it has the other role when it returns. */
const releaseExclusiveRole = (
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

/** In a full room the peer that has been away for longest yields; it keeps its entries that take no peer slot. */
const releasePeerSlot = (
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
    const departures = leaveEvents(away, 'displaced', plugins)
    return E.right(
      departures.filter(({ data }) => traitsOf(data.dialect, data.role, protocols).takesPeerSlot),
    )
  }
  return E.left({ type: 'room-full', capacity: room.maxPeers })
}

/** The member returns if it is away, or if it exists with another connection or session than the command's. */
const returnEvents = (command: Enter, member: Member | undefined): ReadonlyArray<RoomEvent> => {
  if (member === undefined) return []
  const { session, connection } = command
  const isSame = member.secret?.session === session && member.secret.connection === connection
  if (isSame && member.presence.type === 'connected') return []
  return [{ type: 'room.member-back', data: { memberId: member.id }, secret: { session, connection } }]
}

const joinEvents = (command: Enter, member: Member | undefined): ReadonlyArray<RoomEvent> => {
  const { dialect, role, name, userId, isVerified, profile, session, connection } = command
  const memberId = member?.id ?? command.memberId
  const entry = member?.entries[dialect]
  if (entry?.role === role) return []
  if (entry !== undefined) {
    return [{ type: 'room.role-changed', data: { memberId, dialect, from: entry.role, to: role } }]
  }
  return [
    {
      type: 'room.member-joined',
      data: {
        memberId,
        dialect,
        role,
        name,
        userId,
        ...(isVerified === true ? { isVerified } : {}),
        ...(profile === undefined ? {} : { profile }),
      },
      secret: { session, connection },
    },
  ]
}

const moduleEvents = (
  { activates }: Enter,
  context: CommandContext<unknown>,
  room: Pick<Room, 'id' | 'members' | 'modules'>,
  plugins: RoomPlugins,
): ReadonlyArray<RoomEvent> =>
  activates === null ? [] : activationEvents(activates, null, context, room, plugins)
