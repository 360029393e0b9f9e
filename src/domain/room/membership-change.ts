import type { RecordedEvent } from '../kernel/domain-event.js'
import type { Epoch, MemberId, RoomId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import { entryIn } from '../kernel/table.js'
import type { ProtocolName, LeaveReason, MemberJoined, MemberLeft, Role, RoomEvent } from './events.js'
import type { Member, RoomState } from './state.js'

/** Who came or went, and where in the room's log that stands. */
interface Who {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  readonly memberId: MemberId
  readonly userId: string | null
  readonly name: string | null
  /** Of the entry with which it came, or with which it was gone. */
  readonly dialect: ProtocolName
  readonly role: Role
}

export type MembershipStarted = Who & { readonly what: 'joined' }
export type MembershipEnded = Who & { readonly what: 'left'; readonly reason: LeaveReason }

/**
 * A member comes with its first entry and goes with its last. A second way in is no second arrival, and a connection
 * that was lost and came back within the grace is neither: the log has other events for both.
 */
export type MembershipChange = MembershipStarted | MembershipEnded

/** What this record says of who is there, from the state that it met to the one that it led to; most say nothing. */
export const membershipChangeOf = (
  record: RecordedEvent<RoomEvent>,
  before: RoomState,
  after: RoomState,
): MembershipChange | undefined => {
  if (record.type === 'room.member-joined') return arrivalOf(record, before, after)
  return record.type === 'room.member-left' ? departureOf(record, before, after) : undefined
}

const arrivalOf = (
  record: RecordedEvent<MemberJoined>,
  before: RoomState,
  after: RoomState,
): MembershipStarted | undefined => {
  const { memberId, dialect, role } = record.data
  const member = memberIn(after, memberId)
  if (member === undefined || memberIn(before, memberId) !== undefined) return undefined
  return { ...placeOf(record), ...nameOf(member), memberId, dialect, role, what: 'joined' }
}

const departureOf = (
  record: RecordedEvent<MemberLeft>,
  before: RoomState,
  after: RoomState,
): MembershipEnded | undefined => {
  const { memberId, dialect, role, reason } = record.data
  const member = memberIn(before, memberId)
  if (member === undefined || memberIn(after, memberId) !== undefined) return undefined
  return { ...placeOf(record), ...nameOf(member), memberId, dialect, role, what: 'left', reason }
}

const memberIn = (state: RoomState, member: MemberId): Member | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)

const placeOf = ({ room, epoch, seq, at }: RecordedEvent): Pick<Who, 'room' | 'epoch' | 'seq' | 'at'> => ({
  room,
  epoch,
  seq,
  at,
})

const nameOf = ({ userId, name }: Member): Pick<Who, 'userId' | 'name'> => ({ userId, name })
