import type {
  LeaveReason,
  MemberAway,
  MemberBack,
  MemberJoined,
  MemberLeft,
  RoleChanged,
  Role,
  ProtocolName,
  RoomCreated,
} from '../../src/domain/room/events.js'
import type { Instant } from '../../src/domain/kernel/instant.js'
import type { Person } from './people.js'
import { openRules } from './people.js'
import { testRoom } from './recording.js'

export const created: RoomCreated = {
  type: 'room.created',
  data: { room: testRoom, isPrivate: false, ...openRules },
}

export const hasJoined = (
  { memberId: id, session, connection, name, userId }: Person,
  dialect: ProtocolName,
  role: Role,
): MemberJoined => ({
  type: 'room.member-joined',
  data: { memberId: id, dialect, role, name, userId },
  secret: { session, connection },
})

export const hasLeft = (
  { memberId: id }: Person,
  dialect: ProtocolName,
  role: Role,
  reason: LeaveReason,
): MemberLeft => ({ type: 'room.member-left', data: { memberId: id, dialect, role, reason } })

export const wentAway = ({ memberId }: Person, until: Instant): MemberAway => ({
  type: 'room.member-away',
  data: { memberId, until },
})

/** The member has returned with this connection and session. */
export const cameBack = (
  { memberId }: Person,
  { session, connection }: Pick<Person, 'session' | 'connection'>,
): MemberBack => ({ type: 'room.member-back', data: { memberId }, secret: { session, connection } })

export const changedRole = (
  { memberId }: Person,
  dialect: ProtocolName,
  from: Role,
  to: Role,
): RoleChanged => ({
  type: 'room.role-changed',
  data: { memberId, dialect, from, to },
})
