import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandContext } from '../kernel/command-context.js'
import type { MemberId } from '../kernel/ids.js'
import { entryIn, valuesIn } from '../kernel/table.js'
import type { Rejection } from '../kernel/rejection.js'
import { invalidPayload } from '../kernel/rejection.js'
import type {
  Decision,
  Disconnect,
  Expire,
  Leave,
  Reauthorize,
  Recover,
  RemoveMember,
  Resume,
} from './commands.js'
import type { ProtocolName, LeaveReason, MemberLeft } from './events.js'
import { isAdmitted } from './admission.js'
import type { RoomPlugins } from './plugins.js'
import type { Entry } from './protocols.js'
import { entriesInOrder, ledProtocolOf } from './protocols.js'
import type { Member, Room } from './state.js'
import { memberOfSession } from './state.js'

export const requireMember = (by: MemberId | null, room: Room): Either<Rejection, Member> => {
  const member = by === null ? undefined : entryIn(room.members, by)
  return member === undefined ? E.left({ type: 'not-in-room' }) : E.right(member)
}

export const leave = (
  command: Leave,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const { dialect, connection, reason } = command
  const member = requireMember(context.by, room)
  if (E.isLeft(member)) return member
  if (connection !== null && member.right.secret?.connection !== connection) return E.right([])
  if (dialect === 'all') return E.right(leaveEvents(member.right, reason, plugins))
  const entry = member.right.entries[dialect]
  return entry === undefined
    ? E.left({ type: 'not-in-room' })
    : E.right([memberLeft(member.right.id, dialect, entry, reason)])
}

/** One event for each entry; with the last one the member is gone. */
export const leaveEvents = (
  member: Member,
  reason: LeaveReason,
  { protocols }: RoomPlugins,
): ReadonlyArray<MemberLeft> =>
  entriesInOrder(member, protocols).map(([dialect, entry]) => memberLeft(member.id, dialect, entry, reason))

const memberLeft = (
  memberId: MemberId,
  dialect: ProtocolName,
  { role }: Entry,
  reason: LeaveReason,
): MemberLeft => ({
  type: 'room.member-left',
  data: { memberId, dialect, role, reason },
})

/** A leader removes a member from the protocol in which it leads. */
export const removeMember = (
  { target }: RemoveMember,
  context: CommandContext<unknown>,
  room: Room,
  { protocols }: RoomPlugins,
): Decision => {
  const leader = requireMember(context.by, room)
  if (E.isLeft(leader)) return leader
  const protocol = ledProtocolOf(leader.right, protocols)
  if (protocol === undefined) return E.left({ type: 'not-broadcaster' })
  if (target === leader.right.id) {
    return E.left(invalidPayload('memberId', 'is your own; leave the room instead'))
  }
  const entry = entryIn(room.members, target)?.entries[protocol]
  return entry === undefined
    ? E.left({ type: 'target-not-found' })
    : E.right([memberLeft(target, protocol, entry, 'removed')])
}

/** A late event of a connection that the member no longer uses changes nothing. */
export const disconnect = (
  command: Disconnect,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const member = entryIn(room.members, command.memberId)
  if (member?.secret?.connection !== command.connection) return E.right([])
  if (!command.lost) return E.right(leaveEvents(member, 'left', plugins))
  if (member.presence.type === 'away') return E.right([])
  return E.right([
    { type: 'room.member-away', data: { memberId: member.id, until: context.at + command.graceMs } },
  ])
}

/** A session whose user the room does not admit any more ends its membership. */
export const resume = (
  { memberId, session, connection, user }: Resume,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const member = memberId === undefined ? memberOfSession(session, room) : entryIn(room.members, memberId)
  if (member?.secret?.session !== session) return E.left({ type: 'not-in-room' })
  if (user !== undefined && !isAdmitted(user, room)) return E.right(leaveEvents(member, 'removed', plugins))
  if (member.secret.connection === connection && member.presence.type === 'connected') return E.right([])
  const { id } = member
  return E.right([{ type: 'room.member-back', data: { memberId: id }, secret: { session, connection } }])
}

/** The member leaves if its user has lost the role by which the room admitted it. */
export const reauthorize = ({ memberId, user }: Reauthorize, room: Room, plugins: RoomPlugins): Decision => {
  const member = entryIn(room.members, memberId)
  return member === undefined || isAdmitted(user, room)
    ? E.right([])
    : E.right(leaveEvents(member, 'removed', plugins))
}

/** The grace period of a member that was away begins again: the time in which the server was down does not count. */
export const recover = ({ graceMs }: Recover, context: CommandContext<unknown>, room: Room): Decision => {
  const until = context.at + graceMs
  return E.right(
    valuesIn(room.members)
      .filter(({ presence }) => presence.type !== 'away' || presence.until !== until)
      .map(({ id }) => ({ type: 'room.member-away', data: { memberId: id, until } })),
  )
}

export const expire = (
  { memberId }: Expire,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const member = entryIn(room.members, memberId)
  if (member?.presence.type !== 'away' || member.presence.until > context.at) return E.right([])
  return E.right(leaveEvents(member, 'expired', plugins))
}
