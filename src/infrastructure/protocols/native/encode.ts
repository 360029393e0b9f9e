import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { Viewer } from '../../../domain/kernel/activity.js'
import { relay } from '../../../domain/activities/relay/index.js'
import type { RoomModel, RoomState } from '../../../domain/room/index.js'
import { eventOf } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { RoutedSignal } from '../../../application/ports/publisher.js'
import type { Emit, Encoder, Recipients } from '../../../application/ports/encoder.js'

/** What happened, by the names of the wire. A relay's event goes by the name that its module gave it. */
export interface Happening {
  readonly type: string
  readonly by?: MemberId
  readonly data: unknown
}

/** A record as the wire shows it. */
export interface ShownEvent extends Happening {
  readonly room: RoomId
  readonly seq: number
  readonly at: Instant
}

/** As this viewer may see it, if at all. */
const happeningIn = (viewer: Viewer, record: RoomRecord, model: RoomModel): Happening | undefined => {
  const shown = model.redactEvent(viewer, record)
  if (shown === undefined) return undefined
  const relayed = eventOf(relay, shown)?.data
  const type = relayed === undefined ? shown.type : `${relayed.module}.${relayed.event}`
  const data = relayed === undefined ? shown.data : relayed.payload
  return shown.by === null ? { type, data } : { by: shown.by, type, data }
}

export const shownEvent = (viewer: Viewer, record: RoomRecord, model: RoomModel): ShownEvent | undefined => {
  const happening = happeningIn(viewer, record, model)
  if (happening === undefined) return undefined
  const { room, seq, at } = record
  return { room, seq, at, ...happening }
}

/** Sees what all members see, so that one encoding serves the room; what is one member's alone it does not see. */
export const everyMember: Viewer = { type: 'operator' }

/** A record as it is shown to the members, and to whom of them. */
export interface ShownTo {
  readonly to: Recipients
  readonly shown: Happening
}

/** What is not for all of them is for its author (`Activity.hidesBetweenMembers`), or for nobody. */
export const shownToMembers = (record: RoomRecord, model: RoomModel): ShownTo | undefined => {
  const toAll = happeningIn(everyMember, record, model)
  if (toAll !== undefined) return { to: { type: 'everyone' }, shown: toAll }
  if (record.by === null) return undefined
  const own = happeningIn({ type: 'member', id: record.by }, record, model)
  return own === undefined ? undefined : { to: { type: 'one', member: record.by }, shown: own }
}

const encode = (record: RoomRecord, model: RoomModel): ReadonlyArray<Emit> => {
  const told = shownToMembers(record, model)
  if (told === undefined) return []
  return [{ to: othersThanLeaver(record) ?? told.to, event: 'event', payload: told.shown }]
}

const othersThanLeaver = (record: RoomRecord): Recipients | undefined =>
  record.type === 'room.member-left' && record.data.dialect === 'native'
    ? { type: 'others', than: record.data.memberId }
    : undefined

const signal = (
  { from, signal: { kind, negotiation }, content }: RoutedSignal,
  { id }: RoomState,
): Omit<Emit, 'to' | 'more'> => ({
  event: 'signal',
  payload: { room: id, from, kind, data: content, ...(negotiation === null ? {} : { negotiation }) },
})

export const nativeEncoder = (model: RoomModel): Encoder => ({
  dialect: 'native',
  namespace: '/rooms',
  resumes: 'on-join',
  several: { of: 'event', as: 'events' },
  encode: (record) => encode(record, model),
  signal,
})
