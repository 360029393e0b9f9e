import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Viewer } from '../../../domain/kernel/activity.js'
import type { Chunk } from '../../../domain/kernel/table.js'
import { emptyTable, memoizePerChunk } from '../../../domain/kernel/table.js'
import type { Member, Room, RoomEvent, RoomModel, RoomState } from '../../../domain/room/index.js'
import { redactMember } from '../../../domain/room/index.js'
import type { Emit, Recipients } from '../../../application/ports/encoder.js'
import { RawJson } from '../../transport/raw-json.js'
import type { EncodeEvent } from '../event-family.js'
import { shownToMembers } from '../shown-event.js'

/** Every event, as the members may see it. */
export const encodeEvent: EncodeEvent<RoomEvent> = (record, _before, _after, model) => {
  const shown = shownToMembers(record, model)
  if (shown === undefined) return []
  return [{ to: exceptLeaver(record) ?? shown.to, event: 'event', payload: shown.event }]
}

/** A member that leaves by this protocol gets an acknowledgement instead. */
const exceptLeaver = (record: RoomRecord): Recipients | undefined =>
  record.type === 'room.member-left' && record.data.dialect === 'native'
    ? { type: 'others', except: record.data.memberId }
    : undefined

export const signal = (
  { from, signal: { kind, negotiation }, content }: RoutedSignal,
  { id }: RoomState,
): Pick<Emit, 'event' | 'payload'> => ({
  event: 'signal',
  payload: { room: id, from, kind, data: content, ...(negotiation === null ? {} : { negotiation }) },
})

/** A room's state as this viewer may see it, as JSON. Members are encoded once per chunk, which pays in large rooms. */
export const encodeState = (viewer: Viewer, state: Room, { redactState }: RoomModel): RawJson => {
  const others = JSON.stringify({
    ...redactState(viewer, { ...state, members: emptyTable }),
    members: undefined,
  })
  const last = state.members.at(-1)
  return new RawJson([
    Buffer.from(`${others.slice(0, -1)},"members":{`),
    ...encodeFullChunks(state.members.slice(0, -1)),
    Buffer.from(last === undefined ? '}}' : `${jsonOf(last)}}}`),
  ])
}

/** Without the braces. Every viewer sees the same fields of a member, so one encoding serves all of them. */
const jsonOf = (members: Chunk<Member>): string =>
  Object.entries(members)
    .map(([id, member]) => `${JSON.stringify(id)}:${JSON.stringify(redactMember(member))}`)
    .join(',')

/** New members are added to the last chunk; the chunks before it seldom change. */
const encodeFullChunks = memoizePerChunk((members: Chunk<Member>) => Buffer.from(`${jsonOf(members)},`))
