import { randomPicker } from '../../../domain/activities/random-picker/index.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import type { Chunk } from '../../../domain/kernel/table.js'
import { entryIn, memoizePerChunk, valuesIn } from '../../../domain/kernel/table.js'
import type { Member, RoomState } from '../../../domain/room/index.js'
import { isActivityEvent } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Emit, Encoder } from '../../../application/ports/encoder.js'
import { on, room, toEveryone, toMember, toOthers } from '../event-family.js'
import { signalFields } from '../signals.js'

export const events = [
  on(room, {
    'room.member-joined': ({ data: { dialect, memberId, role } }, _before, after) => {
      if (dialect !== 'picker') return []
      return role === 'broadcaster'
        ? broadcasterJoined(memberId, after)
        : toBroadcaster('viewer-joined', memberId, after, after)
    },
    'room.member-left': ({ data: { dialect, memberId, role, reason } }, before, after) => {
      if (dialect !== 'picker') return []
      const removed = reason === 'removed' ? [toMember(memberId, 'removed', { reason })] : []
      return role === 'broadcaster'
        ? [...removed, toOthers(memberId, 'broadcaster-left', broadcaster(memberId, before))]
        : [...removed, ...toBroadcaster('viewer-left', memberId, before, after)]
    },
    'room.role-changed': ({ data: { dialect, memberId, from, to } }, before, after) => {
      if (dialect !== 'picker') return []
      if (from === 'broadcaster') return [toEveryone('broadcaster-left', broadcaster(memberId, before))]
      return to === 'broadcaster' ? broadcasterJoined(memberId, after) : []
    },
    'room.created': null,
    'room.member-away': null,
    'room.member-back': null,
    'room.activity-activated': null,
    'room.activity-deactivated': null,
    'room.signalled': null,
    'room.closed': null,
  }),
  on(randomPicker, {
    'random-picker.committed': ({ data }) => [toEveryone('randomCommitted', data)],
    'random-picker.contributed': null,
    'random-picker.started': ({ data: { startedAt: _startedAt, ...started } }) => [
      toEveryone('randomStarted', started),
    ],
    'random-picker.highlight': ({ data }) => [toEveryone('randomHighlight', data)],
    'random-picker.complete': ({ data }) => [toEveryone('randomComplete', data)],
    'random-picker.cancelled': ({ data }) => [toEveryone('randomCancelled', data)],
  }),
]

/**
 * A new broadcaster gets all viewers first, because it makes a connection to each of them. `broadcaster-joined` is the last
 * emit, and therefore the only one without `more`.
 */
const broadcasterJoined = (id: MemberId, state: RoomState): ReadonlyArray<Emit> => [
  ...viewersOf(state).map((viewer): Emit => ({
    ...toMember(id, 'viewer-joined', { viewerId: viewer.id, ...nameOf(viewer.id, state) }),
    more: true,
  })),
  toEveryone('broadcaster-joined', broadcaster(id, state)),
]

const broadcaster = (id: MemberId, state: RoomState): object => ({ broadcasterId: id, ...nameOf(id, state) })

/** The viewer's name is in `withViewer`: the state before it left, or after it joined. */
const toBroadcaster = (
  event: 'viewer-joined' | 'viewer-left',
  viewerId: MemberId,
  withViewer: RoomState,
  after: RoomState,
): ReadonlyArray<Emit> => {
  const to = broadcasterIn(after)
  return to === undefined ? [] : [toMember(to.id, event, { viewerId, ...nameOf(viewerId, withViewer) })]
}

const membersOf = (state: RoomState): ReadonlyArray<Member> =>
  state.phase === 'absent' ? [] : valuesIn(state.members)

const nameOf = (id: MemberId, state: RoomState): { readonly name?: string } => {
  const name = state.phase === 'absent' ? null : entryIn(state.members, id)?.name
  return name === null || name === undefined ? {} : { name }
}

const isViewer = ({ entries }: Member): boolean => entries['picker']?.role === 'viewer'

export const viewersOf = (state: RoomState): ReadonlyArray<Member> => membersOf(state).filter(isViewer)

export const broadcasterIn = (state: RoomState): Member | undefined =>
  state.phase === 'absent' ? undefined : broadcasters(state.members).find((found) => found !== undefined)

const broadcasters = memoizePerChunk((members: Chunk<Member>) =>
  Object.values(members).find(({ entries }) => entries['picker']?.role === 'broadcaster'),
)

/** A viewer in its grace period keeps its place, but is not counted (P-13). */
export const connectedViewerCount = (state: RoomState): number =>
  state.phase === 'absent' ? 0 : viewerCounts(state.members).reduce((sum, count) => sum + count, 0)

/** Every join changes the count, so only the changed chunk is counted again. */
const viewerCounts = memoizePerChunk(
  (members: Chunk<Member>) =>
    Object.values(members).filter((member) => isViewer(member) && member.presence.type === 'connected')
      .length,
)

const isConnectedViewer = (id: MemberId, state: RoomState): boolean => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  return member !== undefined && isViewer(member) && member.presence.type === 'connected'
}

/** Compares only the member of the record: counting all viewers for each record costs most of the encoding. */
const changesCount = (record: RoomRecord, before: RoomState, after: RoomState): boolean => {
  if (isActivityEvent(record)) return false
  switch (record.type) {
    case 'room.member-joined':
    case 'room.member-left':
    case 'room.member-away':
    case 'room.member-back':
    case 'room.role-changed': {
      const { memberId } = record.data
      return isConnectedViewer(memberId, before) !== isConnectedViewer(memberId, after)
    }
    case 'room.created':
    case 'room.activity-activated':
    case 'room.activity-deactivated':
    case 'room.signalled':
    case 'room.closed':
      return false
  }
}

const signalEvents: Readonly<Record<string, string>> = { offer: 'offer', answer: 'answer' }

export const signal = (routed: RoutedSignal): Pick<Emit, 'event' | 'payload'> => ({
  event: signalEvents[routed.signal.kind] ?? 'ice-candidate',
  payload: { from: routed.from, target: routed.to, ...signalFields(routed) },
})

export const count: NonNullable<Encoder['count']> = {
  event: 'viewer-count-update',
  changedBy: changesCount,
  of: connectedViewerCount,
}
