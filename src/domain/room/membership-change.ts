import type { RecordedEvent } from '../kernel/domain-event.js'
import type { Epoch, MemberId, RoomId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import { entryIn } from '../kernel/table.js'
import type { ProtocolName, LeaveReason, MemberJoined, MemberLeft, Role, RoomEvent } from './events.js'
import type { Member, RoomState } from './state.js'

/** The member that joined or left, and the position of that event in the room's log. */
interface MemberAt {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  readonly memberId: MemberId
  readonly userId: string | null
  readonly name: string | null
  /** The protocol of the entry with which the member joined or left. */
  readonly dialect: ProtocolName
  readonly role: Role
}

export type MembershipStarted = MemberAt & { readonly what: 'joined' }
export type MembershipEnded = MemberAt & { readonly what: 'left'; readonly reason: LeaveReason }

/**
 * A member joins with its first entry and leaves with its last. A second entry does not count, and neither does a
 * connection that returns within the grace period: the log has other events for both.
 */
export type MembershipChange = MembershipStarted | MembershipEnded

/** The change of membership that a record describes, given the states before and after it; most describe none. */
export const membershipChangeOf = (
  record: RecordedEvent<RoomEvent>,
  before: RoomState,
  after: RoomState,
): MembershipChange | undefined => {
  if (record.type === 'room.member-joined') return startOf(record, before, after)
  return record.type === 'room.member-left' ? endOf(record, before, after) : undefined
}

const startOf = (
  record: RecordedEvent<MemberJoined>,
  before: RoomState,
  after: RoomState,
): MembershipStarted | undefined => {
  const { memberId, dialect, role } = record.data
  const member = memberIn(after, memberId)
  if (member === undefined || memberIn(before, memberId) !== undefined) return undefined
  return { ...positionOf(record), ...nameOf(member), memberId, dialect, role, what: 'joined' }
}

const endOf = (
  record: RecordedEvent<MemberLeft>,
  before: RoomState,
  after: RoomState,
): MembershipEnded | undefined => {
  const { memberId, dialect, role, reason } = record.data
  const member = memberIn(before, memberId)
  if (member === undefined || memberIn(after, memberId) !== undefined) return undefined
  return { ...positionOf(record), ...nameOf(member), memberId, dialect, role, what: 'left', reason }
}

const memberIn = (state: RoomState, member: MemberId): Member | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)

const positionOf = ({
  room,
  epoch,
  seq,
  at,
}: RecordedEvent): Pick<MemberAt, 'room' | 'epoch' | 'seq' | 'at'> => ({
  room,
  epoch,
  seq,
  at,
})

const nameOf = ({ userId, name }: Member): Pick<MemberAt, 'userId' | 'name'> => ({ userId, name })
