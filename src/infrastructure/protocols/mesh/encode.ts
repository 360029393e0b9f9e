import type { MemberId } from '../../../domain/kernel/ids.js'
import { entryIn, valuesIn } from '../../../domain/kernel/table.js'
import type { Entry, Member, RoomState } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Emit, Encoder } from '../../../application/ports/encoder.js'
import { unheardBy } from '../member-by.js'
import { fieldsFor } from '../signals.js'

/** A peer as another one is told of it. */
interface ToldPeer {
  readonly userInfo?: { readonly username: string }
  readonly polite: boolean
}

const encode = (record: RoomRecord, before: RoomState, after: RoomState): ReadonlyArray<Emit> => {
  const { type } = record
  if (type !== 'room.member-joined' && type !== 'room.member-left' && type !== 'room.role-changed') return []
  const { memberId } = record.data
  const was = peerIn(memberId, before)
  const is = peerIn(memberId, after)
  if (was === undefined && is !== undefined) return [joined(is)]
  if (was === undefined || is !== undefined) return []
  const reason = type === 'room.member-left' ? record.data.reason : 'left'
  return [others(unheardBy(record) ?? memberId, 'peer:left', { peerId: memberId, reason })]
}

const others = (than: MemberId, event: string, payload: object): Emit => ({
  to: { type: 'others', than },
  event,
  payload,
})

/** Whoever is there was there before, so the one who comes is the polite side of each pair. */
const joined = ({ member }: Peer): Emit =>
  others(member.id, 'peer:joined', { peerId: member.id, ...toldOf(member, true) })

interface Peer {
  readonly member: Member
  readonly entry: Entry
}

/** A mesh peer is in by the mesh, or natively in the role of a peer. */
const peerEntryOf = ({ entries }: Member): Entry | undefined =>
  entries['mesh'] ?? (entries['native']?.role === 'peer' ? entries['native'] : undefined)

const peerIn = (id: MemberId, state: RoomState): Peer | undefined => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  const entry = member === undefined ? undefined : peerEntryOf(member)
  return member === undefined || entry === undefined ? undefined : { member, entry }
}

const toldOf = ({ name }: Member, polite: boolean): ToldPeer => ({
  ...(name === null ? {} : { userInfo: { username: name } }),
  polite,
})

/** The others, as this peer is told of them when it enters: in the order in which they came. */
export const peersFor = (id: MemberId, state: RoomState): ReadonlyArray<object> => {
  const own = peerIn(id, state)
  if (own === undefined || state.phase === 'absent') return []
  return valuesIn(state.members)
    .flatMap(({ id: other }) => (other === id ? [] : (peerIn(other, state) ?? [])))
    .sort((left, right) => left.entry.since - right.entry.since)
    .map(({ member, entry }) => ({
      id: member.id,
      ...(member.userId === null ? {} : { userId: member.userId }),
      ...toldOf(member, entry.since > own.entry.since),
    }))
}

const events: Readonly<Record<string, string>> = {
  offer: 'webrtc:offer',
  answer: 'webrtc:answer',
  candidate: 'webrtc:ice',
}

const signal = (passed: RoutedSignal): Omit<Emit, 'to' | 'more'> => ({
  event: events[passed.signal.kind] ?? 'webrtc:ice',
  payload: { from: passed.from, targetPeerId: passed.to, ...fieldsFor(passed) },
})

export const meshEncoder: Encoder = {
  dialect: 'mesh',
  namespace: '/',
  resumes: 'at-once',
  encode,
  signal,
}
