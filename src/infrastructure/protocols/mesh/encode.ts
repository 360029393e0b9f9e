import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import { entryIn, valuesIn } from '../../../domain/kernel/table.js'
import type { Entry, Member, RoomState } from '../../../domain/room/index.js'
import type { Emit } from '../../../application/ports/encoder.js'
import { displacerOf, on, room, toOthers } from '../event-family.js'
import { signalFields } from '../signals.js'

export const events = [
  on(room, {
    'room.member-joined': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.member-left': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.role-changed': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.created': null,
    'room.member-away': null,
    'room.member-back': null,
    'room.activity-activated': null,
    'room.activity-deactivated': null,
    'room.signalled': null,
    'room.closed': null,
  }),
]

const membershipEmits = (
  id: MemberId,
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
): ReadonlyArray<Emit> => {
  const peerBefore = peerIn(id, before)
  const peerAfter = peerIn(id, after)
  if (peerBefore === undefined && peerAfter !== undefined) {
    // All others were there before, so the new peer is the polite one of each pair.
    return [toOthers(id, 'peer:joined', { peerId: id, ...peerFields(peerAfter.member, true) })]
  }
  if (peerBefore === undefined || peerAfter !== undefined) return []
  const reason = record.type === 'room.member-left' ? record.data.reason : 'left'
  return [toOthers(displacerOf(record) ?? id, 'peer:left', { peerId: id, reason })]
}

interface Peer {
  readonly member: Member
  readonly entry: Entry
}

/** A peer has entered by the mesh, or natively in the role of a peer. */
const peerEntryOf = ({ entries }: Member): Entry | undefined =>
  entries['mesh'] ?? (entries['native']?.role === 'peer' ? entries['native'] : undefined)

const peerIn = (id: MemberId, state: RoomState): Peer | undefined => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  const entry = member === undefined ? undefined : peerEntryOf(member)
  return member === undefined || entry === undefined ? undefined : { member, entry }
}

const peerFields = ({ name }: Member, polite: boolean) => ({
  ...(name === null ? {} : { userInfo: { username: name } }),
  polite,
})

/** The other peers, in the order in which they entered. */
export const otherPeers = (id: MemberId, state: RoomState) => {
  const own = peerIn(id, state)
  if (own === undefined || state.phase === 'absent') return []
  return valuesIn(state.members)
    .flatMap(({ id: other }) => (other === id ? [] : (peerIn(other, state) ?? [])))
    .sort((left, right) => left.entry.since - right.entry.since)
    .map(({ member, entry }) => ({
      id: member.id,
      ...(member.userId === null ? {} : { userId: member.userId }),
      ...peerFields(member, entry.since > own.entry.since),
    }))
}

const signalEvents: Readonly<Record<string, string>> = { offer: 'webrtc:offer', answer: 'webrtc:answer' }

export const signal = (routed: RoutedSignal): Pick<Emit, 'event' | 'payload'> => ({
  event: signalEvents[routed.signal.kind] ?? 'webrtc:ice',
  payload: { from: routed.from, targetPeerId: routed.to, ...signalFields(routed) },
})
