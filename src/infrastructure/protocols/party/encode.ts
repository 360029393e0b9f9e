import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import type { JsonObject } from '../../../domain/kernel/json.js'
import { lookup } from '../../../domain/kernel/record.js'
import { entryIn, valuesIn } from '../../../domain/kernel/table.js'
import type { Member, RoomEvent, RoomState } from '../../../domain/room/index.js'
import type { Emit } from '../../../application/ports/encoder.js'
import type { EncodeEvent } from '../event-family.js'
import { displacerOf, on, room, toEveryone, toOthers } from '../event-family.js'
import { everyMember, shownToMembers } from '../shown-event.js'

/** A user with the profile that its client gave. */
export type User = { readonly id: string; readonly name: string } & JsonObject

/** A member of another protocol may have no user id: then its member id identifies it. */
export const userOf = ({ id, userId, name, profile }: Member): User => ({
  ...profile,
  id: userId ?? id,
  name: name ?? '',
})

const partyUser = (id: MemberId, state: RoomState): Member | undefined => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  return member?.entries['party'] === undefined ? undefined : member
}

/** The other users, in the order in which they entered. */
export const otherUsers = (id: MemberId, state: RoomState): ReadonlyArray<User> =>
  state.phase === 'absent'
    ? []
    : valuesIn(state.members)
        .filter((member) => member.id !== id && member.entries['party'] !== undefined)
        .sort((left, right) => (left.entries['party']?.since ?? 0) - (right.entries['party']?.since ?? 0))
        .map(userOf)

export const events = [
  on(room, {
    'room.member-joined': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.member-left': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.role-changed': (record, before, after) =>
      membershipEmits(record.data.memberId, record, before, after),
    'room.activity-activated': (record, _before, after, model) => {
      const { activity: module } = record.data
      const redacted = model.redactState(everyMember, after)
      const state = redacted.phase === 'absent' ? undefined : lookup(redacted.modules, module)?.state
      return [toEveryone('ACTIVATE_MODULE', { module, ...authorOf(record, after), state })]
    },
    'room.activity-deactivated': (record, _before, after) => [
      toEveryone('DEACTIVATE_MODULE', { module: record.data.activity, ...authorOf(record, after) }),
    ],
    'room.created': null,
    'room.member-away': null,
    'room.member-back': null,
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
  const { room: roomId } = record
  const userBefore = partyUser(id, before)
  const userAfter = partyUser(id, after)
  if (userBefore === undefined && userAfter !== undefined) {
    return [toOthers(id, 'NEW_USER', { roomId, user: userOf(userAfter) })]
  }
  if (userBefore === undefined || userAfter !== undefined || record.type !== 'room.member-left') return []
  const { reason } = record.data
  return [toOthers(displacerOf(record) ?? id, 'USER_LEFT', { roomId, user: userOf(userBefore), reason })]
}

/** The events of all activities, under their native names without the module's name and the dot. */
export const moduleEvents: EncodeEvent<RoomEvent> = (record, _before, after, model) => {
  const shown = shownToMembers(record, model)
  if (shown === undefined) return []
  const { type, data: payload } = shown.event
  const dot = type.indexOf('.')
  const event = { module: type.slice(0, dot), event: type.slice(dot + 1), payload }
  return [{ to: shown.to, event: 'CUSTOM_MODULE_EVENT', payload: { ...event, ...authorOf(record, after) } }]
}

/** Empty for what the room did by its own timer. */
const authorOf = ({ by }: RoomRecord, state: RoomState): { readonly by?: string } => {
  if (by === null) return {}
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, by)
  return { by: member?.userId ?? by }
}

export const signal = (
  { from, signal: { protocol, kind }, content }: RoutedSignal,
  state: RoomState,
): Pick<Emit, 'event' | 'payload'> => {
  const sender = state.phase === 'absent' ? undefined : entryIn(state.members, from)
  return {
    event: 'PEER_RELAY_SIGNAL',
    payload: {
      senderUser: sender?.userId ?? from,
      signalData: protocol === 'party' ? content : simplePeerSignal(kind, content),
    },
  }
}

/** A signal of another protocol, in the form of simple-peer. */
const simplePeerSignal = (kind: string, content: unknown): unknown => {
  if (kind === 'candidate') return { type: 'candidate', candidate: content }
  return typeof content === 'string' && (kind === 'offer' || kind === 'answer')
    ? { type: kind, sdp: content }
    : content
}
