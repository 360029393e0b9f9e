import type { MemberId } from '../../../domain/kernel/ids.js'
import { lookup } from '../../../domain/kernel/record.js'
import { entryIn, valuesIn } from '../../../domain/kernel/table.js'
import type { Member, RoomModel, RoomState } from '../../../domain/room/index.js'
import { isActivityEvent } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Emit, Encoder } from '../../../application/ports/encoder.js'
import { unheardBy } from '../member-by.js'
import { everyMember, shownToMembers } from '../native/encode.js'

/** A user as it said who it is. */
export type User = { readonly id: string; readonly name: string } & Readonly<Record<string, unknown>>

/** A member that came in by another vocabulary has no id of its own to be called by. */
export const userOf = ({ id, userId, name, profile }: Member): User => ({
  ...profile,
  id: userId ?? id,
  name: name ?? '',
})

const partyUser = (id: MemberId, state: RoomState): Member | undefined => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  return member?.entries.party === undefined ? undefined : member
}

/** The others who came in as users, in the order in which they did. */
export const usersBeside = (id: MemberId, state: RoomState): ReadonlyArray<User> =>
  state.phase === 'absent'
    ? []
    : valuesIn(state.members)
        .filter((member) => member.id !== id && member.entries.party !== undefined)
        .sort((left, right) => (left.entries.party?.since ?? 0) - (right.entries.party?.since ?? 0))
        .map(userOf)

const encode = (
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
  model: RoomModel,
): ReadonlyArray<Emit> => {
  if (isActivityEvent(record)) return moduleSaid(record, after, model)
  switch (record.type) {
    case 'room.member-joined':
    case 'room.member-left':
    case 'room.role-changed':
      return comingsAndGoings(record.data.memberId, record, before, after)
    case 'room.activity-activated': {
      const { activity: module } = record.data
      const seen = model.redactState(everyMember, after)
      const state = seen.phase === 'absent' ? undefined : lookup(seen.modules, module)?.state
      return [everyone('ACTIVATE_MODULE', { module, ...byOf(record, after), state })]
    }
    case 'room.activity-deactivated':
      return [everyone('DEACTIVATE_MODULE', { module: record.data.activity, ...byOf(record, after) })]
    case 'room.created':
    case 'room.member-away':
    case 'room.member-back':
    case 'room.signalled':
    case 'room.closed':
      return []
  }
}

const everyone = (event: string, payload: object): Emit => ({ to: { type: 'everyone' }, event, payload })

const comingsAndGoings = (
  id: MemberId,
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
): ReadonlyArray<Emit> => {
  const { room: roomId } = record
  const was = partyUser(id, before)
  const is = partyUser(id, after)
  const to = { type: 'others', than: id } as const
  if (was === undefined && is !== undefined) {
    return [{ to, event: 'NEW_USER', payload: { roomId, user: userOf(is) } }]
  }
  if (was === undefined || is !== undefined || record.type !== 'room.member-left') return []
  const than = unheardBy(record) ?? id
  const { reason } = record.data
  return [
    { to: { type: 'others', than }, event: 'USER_LEFT', payload: { roomId, user: userOf(was), reason } },
  ]
}

/** What a module's events are called natively, taken apart at the module's name. */
const moduleSaid = (record: RoomRecord, after: RoomState, model: RoomModel): ReadonlyArray<Emit> => {
  const told = shownToMembers(record, model)
  if (told === undefined) return []
  const { to, shown } = told
  const dot = shown.type.indexOf('.')
  const said = { module: shown.type.slice(0, dot), event: shown.type.slice(dot + 1), payload: shown.data }
  return [{ to, event: 'CUSTOM_MODULE_EVENT', payload: { ...said, ...byOf(record, after) } }]
}

/** Nobody, where it was the room's own clock. */
const byOf = ({ by }: RoomRecord, state: RoomState): { readonly by?: string } => {
  if (by === null) return {}
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, by)
  return { by: member?.userId ?? by }
}

const signal = (
  { from, signal: { dialect, kind }, content }: RoutedSignal,
  state: RoomState,
): Omit<Emit, 'to' | 'more'> => {
  const sender = state.phase === 'absent' ? undefined : entryIn(state.members, from)
  return {
    event: 'PEER_RELAY_SIGNAL',
    payload: {
      senderUser: sender?.userId ?? from,
      signalData: dialect === 'party' ? content : wrapped(kind, content),
    },
  }
}

/** What comes from another vocabulary, as a party's clients have it among themselves. */
const wrapped = (kind: string, content: unknown): unknown => {
  if (kind === 'candidate') return { type: 'candidate', candidate: content }
  return typeof content === 'string' && (kind === 'offer' || kind === 'answer')
    ? { type: kind, sdp: content }
    : content
}

export const partyEncoder = (model: RoomModel): Encoder => ({
  dialect: 'party',
  namespace: '/',
  resumes: 'at-once',
  encode: (record, before, after) => encode(record, before, after, model),
  signal,
  displaced: { event: 'FORCED_DISCONNECT', payload: { reason: 'duplicate-session' } },
})
