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
import { broadcasterOf, isPeer, takesPeerSlot } from './roles.js'
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
  if (state.phase === 'closed') return E.left({ type: 'access-denied' })
  const own = entryIn(state.members, command.memberId) ?? memberOfSession(command.session, state)
  if (own !== undefined && own.secret?.session !== command.session) return E.left({ type: 'access-denied' })
  if (own === undefined && !acceptsToken(command.token, state)) return E.left({ type: 'access-denied' })

  // Who a member is does not change; another user is another member, with a session of its own.
  if (isAnother(command.userId, own)) return E.left({ type: 'access-denied' })

  const member = own ?? placeOf(command.userId, command, state)
  const place = placeFor(command, member, state)
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
 * The place of a member that is in its grace gives way to the same user at once, under the same member id. In a party it
 * does so also while the user is connected: the newer session ends the older.
 */
const placeOf = (userId: string | null, { dialect }: Enter, room: Room): Member | undefined => {
  if (userId === null) return undefined
  if (dialect === 'party') return partyUser(userId, room)
  for (const { memberId } of room.away) {
    const member = entryIn(room.members, memberId)
    if (member?.userId === userId && member.entries[dialect] !== undefined) return member
  }
  return undefined
}

const partyUser = (userId: string, room: Room): Member | undefined =>
  findIn(room.members, (member) => member.userId === userId && member.entries.party !== undefined)

/** What has to happen before there is a place for this role; a role that is taken or a full room refuses. */
const placeFor = (
  command: Enter,
  member: Member | undefined,
  room: Room,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  const entry = member?.entries[command.dialect]
  if (entry?.role === command.role) return E.right([])
  switch (command.role) {
    case 'broadcaster':
      return broadcasterPlace(member, room)
    case 'peer':
    case 'user':
      return peerPlace(member, room)
    case 'viewer':
    case 'player':
    case 'watcher':
    case 'member':
      return E.right([])
  }
}

/** A broadcaster that is away gives way, and is a viewer if it comes back. */
const broadcasterPlace = (
  member: Member | undefined,
  room: Room,
): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  const holder = broadcasterOf(room)
  if (holder === undefined || holder.id === member?.id) return E.right([])
  if (holder.presence.type === 'connected') return E.left({ type: 'broadcaster-taken' })
  return E.right([
    {
      type: 'room.role-changed',
      data: { memberId: holder.id, dialect: 'picker', from: 'broadcaster', to: 'viewer' },
    },
  ])
}

/** In a full room the peer that has been away for longest gives way; what else it is there, it stays. */
const peerPlace = (member: Member | undefined, room: Room): Either<Rejection, ReadonlyArray<RoomEvent>> => {
  const peers = valuesIn(room.members).filter((other) => other.id !== member?.id && isPeer(other))
  if (peers.length < room.maxPeers) return E.right([])
  for (const { memberId } of room.away) {
    const away = peers.find(({ id }) => id === memberId)
    if (away !== undefined)
      return E.right(leaveEvents(away, 'displaced').filter(({ data }) => takesPeerSlot(data.role)))
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
