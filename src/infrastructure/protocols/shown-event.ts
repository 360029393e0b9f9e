import type { RoomRecord } from '../../application/ports/event-store.js'
import { relay } from '../../domain/activities/relay/index.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomModel } from '../../domain/room/index.js'
import { eventOf } from '../../domain/room/index.js'
import type { Recipients } from '../../application/ports/encoder.js'

/** An event under its name on the wire; a relay module's event has the name that its client gave it. */
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
  const redacted = model.redactEvent(viewer, record)
  if (redacted === undefined) return undefined
  const relayed = eventOf(relay, redacted)?.data
  const type = relayed === undefined ? redacted.type : `${relayed.module}.${relayed.event}`
  const data = relayed === undefined ? redacted.data : relayed.payload
  return redacted.by === null ? { type, data } : { by: redacted.by, type, data }
}

/** The event as this viewer may see it; `undefined` if the viewer may not. */
export const shownEvent = (viewer: Viewer, record: RoomRecord, model: RoomModel): ShownEvent | undefined => {
  const event = namedEvent(viewer, record, model)
  if (event === undefined) return undefined
  const { room, seq, at } = record
  return { room, seq, at, ...event }
}

/** A viewer that sees what all members see, so that one encoding serves the whole room. */
export const everyMember: Viewer = { type: 'operator' }

/** The event as members see it, and the members that see it. */
export interface ShownToMembers {
  readonly to: Recipients
  readonly event: NamedEvent
}

/** An event that not all members may see is for its author (`Activity.hidesBetweenMembers`), or for no member. */
export const shownToMembers = (record: RoomRecord, model: RoomModel): ShownToMembers | undefined => {
  const toAll = namedEvent(everyMember, record, model)
  if (toAll !== undefined) return { to: { type: 'everyone' }, event: toAll }
  if (record.by === null) return undefined
  const own = namedEvent({ type: 'member', id: record.by }, record, model)
  return own === undefined ? undefined : { to: { type: 'one', member: record.by }, event: own }
}
