import type { RoomRecord } from '../../application/ports/event-store.js'
import { relay } from '../../domain/activities/relay/index.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomModel } from '../../domain/room/index.js'
import { eventOf } from '../../domain/room/index.js'
import type { Recipients } from '../../application/ports/encoder.js'

/** An event under its name on the wire; that of a relay module is the name that the client gave it. */
export interface NamedEvent {
  readonly type: string
  readonly by?: MemberId
  readonly data: unknown
}

/** The native `Event`. */
export interface ShownEvent extends NamedEvent {
  readonly room: RoomId
  readonly seq: number
  readonly at: Instant
}

const namedEvent = (viewer: Viewer, record: RoomRecord, model: RoomModel): NamedEvent | undefined => {
  const shown = model.redactEvent(viewer, record)
  if (shown === undefined) return undefined
  const relayed = eventOf(relay, shown)?.data
  const type = relayed === undefined ? shown.type : `${relayed.module}.${relayed.event}`
  const data = relayed === undefined ? shown.data : relayed.payload
  return shown.by === null ? { type, data } : { by: shown.by, type, data }
}

/** The event as this viewer may see it, if at all. */
export const shownEvent = (viewer: Viewer, record: RoomRecord, model: RoomModel): ShownEvent | undefined => {
  const event = namedEvent(viewer, record, model)
  if (event === undefined) return undefined
  const { room, seq, at } = record
  return { room, seq, at, ...event }
}

/** Sees what all members see: one encoding serves the whole room. */
export const everyMember: Viewer = { type: 'operator' }

/** The event as the members see it, and which of them do. */
export interface ShownToMembers {
  readonly to: Recipients
  readonly event: NamedEvent
}

/** An event that not all members may see is for its author (`Activity.hidesBetweenMembers`), or for nobody. */
export const shownToMembers = (record: RoomRecord, model: RoomModel): ShownToMembers | undefined => {
  const toAll = namedEvent(everyMember, record, model)
  if (toAll !== undefined) return { to: { type: 'everyone' }, event: toAll }
  if (record.by === null) return undefined
  const own = namedEvent({ type: 'member', id: record.by }, record, model)
  return own === undefined ? undefined : { to: { type: 'one', member: record.by }, event: own }
}
