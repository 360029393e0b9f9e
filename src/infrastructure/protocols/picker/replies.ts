import type { PickerState } from '../../../domain/activities/random-picker/index.js'
import { randomPicker } from '../../../domain/activities/random-picker/index.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Member, RoomState } from '../../../domain/room/index.js'
import { eventOf, stateOf } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { CommandResult } from '../../../application/engine/index.js'
import type { Reply } from '../../transport/reply.js'
import { broadcasterIn, viewersIn, viewersOf } from './encode.js'

/** The room as the one who joins it finds it. */
export const joinedReply = (
  room: RoomId,
  member: Member,
  { state, events }: CommandResult,
  iceServers: unknown,
): Reply => {
  const role = member.entries.picker?.role ?? 'viewer'
  return {
    success: true,
    room,
    memberId: member.id,
    role,
    ...(role === 'broadcaster'
      ? watchersAgain(events, state)
      : { broadcasterId: broadcasterIn(state)?.id ?? null }),
    viewers: viewersIn(state),
    ...phaseOf(stateOf(randomPicker, state)),
    iceServers,
  }
}

/**
 * Who becomes the broadcaster is told by `viewer-joined` of each who watches. Who says it again is told nothing, because
 * nothing has happened; but a page that was loaded again has forgotten them.
 */
const watchersAgain = (events: CommandResult['events'], state: RoomState): object =>
  events.some(makesBroadcaster)
    ? {}
    : {
        watchers: viewersOf(state).map(({ id, name }) => ({
          viewerId: id,
          ...(name === null ? {} : { name }),
        })),
      }

const makesBroadcaster = (event: RoomRecord): boolean =>
  (event.type === 'room.member-joined' && event.data.role === 'broadcaster') ||
  (event.type === 'room.role-changed' && event.data.to === 'broadcaster')

/** The draw that runs, or the next one's commitment. */
const phaseOf = (picker: PickerState | undefined): object => {
  switch (picker?.phase.type) {
    case 'running': {
      const { drawId, members, tick, index, startedAt } = picker.phase.draw
      return {
        draw: { drawId, members, tick, member: index === null ? null : (members[index] ?? null), startedAt },
      }
    }
    case 'committed': {
      const { drawNo, commitment } = picker.phase.next
      return { next: { drawNo, commitment } }
    }
    case 'unopened':
    case 'between':
    case undefined:
      return {}
  }
}

export const startedReply = ({ events }: CommandResult): Reply => {
  for (const event of events) {
    const drawn = eventOf(randomPicker, event)
    if (drawn?.type !== 'random-picker.started') continue
    const { drawId, drawNo, commitment } = drawn.data
    return { success: true, drawId, drawNo, commitment }
  }
  return { success: true }
}

export const contributedReply = ({ events }: CommandResult): Reply => {
  for (const event of events) {
    const drawn = eventOf(randomPicker, event)
    if (drawn?.type === 'random-picker.contributed') return { success: true, drawNo: drawn.data.drawNo }
  }
  return { success: true }
}

export const cancelledReply = ({ events }: CommandResult): Reply => {
  for (const event of events) {
    const drawn = eventOf(randomPicker, event)
    if (drawn?.type === 'random-picker.cancelled') return { success: true, drawId: drawn.data.drawId }
  }
  return { success: true }
}
