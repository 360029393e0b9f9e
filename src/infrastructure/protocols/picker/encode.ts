import { randomPicker } from '../../../domain/activities/random-picker/index.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import type { Chunk } from '../../../domain/kernel/table.js'
import { entryIn, valuesIn, memoizePerChunk } from '../../../domain/kernel/table.js'
import type { Member, RoomState } from '../../../domain/room/index.js'
import { eventOf, isActivityEvent } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Emit, Encoder } from '../../../application/ports/encoder.js'
import { fieldsFor } from '../signals.js'
import { kebabNames } from './messages.js'

/** What the picker's clients hear of a record. */
const encode = (record: RoomRecord, before: RoomState, after: RoomState): ReadonlyArray<Emit> => {
  if (isActivityEvent(record)) return drawEmits(record)
  switch (record.type) {
    case 'room.member-joined':
      if (record.data.dialect !== 'picker') return []
      return record.data.role === 'broadcaster'
        ? broadcasterJoined(record.data.memberId, after)
        : toBroadcaster('viewer-joined', record.data.memberId, after, after)
    case 'room.member-left': {
      const { dialect, memberId, role, reason } = record.data
      if (dialect !== 'picker') return []
      const removed = reason === 'removed' ? [one(memberId, 'removed', { reason })] : []
      return role === 'broadcaster'
        ? [...removed, { ...broadcasterLeft(memberId, before), to: { type: 'others', than: memberId } }]
        : [...removed, ...toBroadcaster('viewer-left', memberId, before, after)]
    }
    case 'room.role-changed': {
      const { dialect, memberId, from, to } = record.data
      if (dialect !== 'picker') return []
      if (from === 'broadcaster') return [broadcasterLeft(memberId, before)]
      return to === 'broadcaster' ? broadcasterJoined(memberId, after) : []
    }
    case 'room.created':
    case 'room.member-away':
    case 'room.member-back':
    case 'room.activity-activated':
    case 'room.activity-deactivated':
    case 'room.signalled':
    case 'room.closed':
      return []
  }
}

const drawEmits = (record: RoomRecord): ReadonlyArray<Emit> => {
  const drawn = eventOf(randomPicker, record)
  switch (drawn?.type) {
    case 'random-picker.committed':
      return [everyone('randomCommitted', drawn.data)]
    case 'random-picker.started': {
      const { startedAt: _startedAt, ...started } = drawn.data
      return [everyone('randomStarted', started)]
    }
    case 'random-picker.highlight':
      return [everyone('randomHighlight', drawn.data)]
    case 'random-picker.complete':
      return [everyone('randomComplete', drawn.data)]
    case 'random-picker.cancelled':
      return [everyone('randomCancelled', drawn.data)]
    case 'random-picker.contributed':
    case undefined:
      return []
  }
}

const everyone = (event: string, payload: object): Emit => ({ to: { type: 'everyone' }, event, payload })

const one = (member: MemberId, event: string, payload: object): Emit => ({
  to: { type: 'one', member },
  event,
  payload,
})

/**
 * A broadcaster is told first who watches already, because nobody would tell it later: to send its picture it has to
 * know each of them. `broadcaster-joined` comes last, so that it alone carries no `more`.
 */
const broadcasterJoined = (broadcaster: MemberId, state: RoomState): ReadonlyArray<Emit> => [
  ...viewersOf(state).map(({ id }): Emit => ({
    ...one(broadcaster, 'viewer-joined', { viewerId: id, ...nameOf(id, state) }),
    more: true,
  })),
  everyone('broadcaster-joined', { broadcasterId: broadcaster, ...nameOf(broadcaster, state) }),
]

const broadcasterLeft = (broadcaster: MemberId, state: RoomState): Emit =>
  everyone('broadcaster-left', { broadcasterId: broadcaster, ...nameOf(broadcaster, state) })

/** `named` is the state that knows the viewer's name. */
const toBroadcaster = (
  event: 'viewer-joined' | 'viewer-left',
  viewer: MemberId,
  named: RoomState,
  after: RoomState,
): ReadonlyArray<Emit> => {
  const broadcaster = broadcasterIn(after)
  return broadcaster === undefined
    ? []
    : [one(broadcaster.id, event, { viewerId: viewer, ...nameOf(viewer, named) })]
}

const membersOf = (state: RoomState): ReadonlyArray<Member> =>
  state.phase === 'absent' ? [] : valuesIn(state.members)

const nameOf = (id: MemberId, state: RoomState): { readonly name?: string } => {
  const name = state.phase === 'absent' ? null : entryIn(state.members, id)?.name
  return name === null || name === undefined ? {} : { name }
}

const isViewer = ({ entries }: Member): boolean => entries.picker?.role === 'viewer'

export const viewersOf = (state: RoomState): ReadonlyArray<Member> => membersOf(state).filter(isViewer)

export const broadcasterIn = (state: RoomState): Member | undefined =>
  state.phase === 'absent' ? undefined : broadcasters(state.members).find((found) => found !== undefined)

const broadcasters = memoizePerChunk((members: Chunk<Member>) =>
  Object.values(members).find(({ entries }) => entries['picker']?.role === 'broadcaster'),
)

/** Connected ones: who is in its grace keeps its place, but does not watch. */
export const viewersIn = (state: RoomState): number =>
  state.phase === 'absent' ? 0 : viewers(state.members).reduce((sum, count) => sum + count, 0)

/** Everyone who comes in is told, so of a large audience only the part that has changed is counted again. */
const viewers = memoizePerChunk(
  (members: Chunk<Member>) =>
    Object.values(members).filter((member) => isViewer(member) && member.presence.type === 'connected')
      .length,
)

const viewerNow = (id: MemberId, state: RoomState): boolean => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  return member !== undefined && isViewer(member) && member.presence.type === 'connected'
}

/** Looks at the one whom the record is about: counting all of them for every record would take the longest. */
const changesCount = (record: RoomRecord, before: RoomState, after: RoomState): boolean => {
  if (isActivityEvent(record)) return false
  switch (record.type) {
    case 'room.member-joined':
    case 'room.member-left':
    case 'room.member-away':
    case 'room.member-back':
    case 'room.role-changed': {
      const { memberId } = record.data
      return viewerNow(memberId, before) !== viewerNow(memberId, after)
    }
    case 'room.created':
    case 'room.activity-activated':
    case 'room.activity-deactivated':
    case 'room.signalled':
    case 'room.closed':
      return false
  }
}

const events: Readonly<Record<string, string>> = {
  offer: 'offer',
  answer: 'answer',
  candidate: 'ice-candidate',
}

const signal = (passed: RoutedSignal): Omit<Emit, 'to' | 'more'> => ({
  event: events[passed.signal.kind] ?? 'ice-candidate',
  payload: { from: passed.from, target: passed.to, ...fieldsFor(passed) },
})

export const pickerEncoder: Encoder = {
  dialect: 'picker',
  namespace: '/',
  resumes: 'at-once',
  encode,
  signal,
  kebab: kebabNames,
  count: { event: 'viewer-count-update', changedBy: changesCount, of: viewersIn },
}
