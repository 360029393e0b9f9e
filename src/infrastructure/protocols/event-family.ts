import type { CommandResult } from '../../application/engine/index.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { DomainEvent, RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { RoomModel, RoomOwnEvent, RoomState } from '../../domain/room/index.js'
import type { Emit } from '../../application/ports/encoder.js'

/** What clients are sent for a recorded event; the states are those before and after it. */
export type EncodeEvent<Event extends DomainEvent = DomainEvent> = (
  record: RecordedEvent<Event>,
  before: RoomState,
  after: RoomState,
  model: RoomModel,
) => ReadonlyArray<Emit>

export type EventTable = Readonly<Record<string, EncodeEvent<never> | null>>

/** The events of one activity, or of the room itself. */
export interface EventFamily<Event extends DomainEvent> {
  redactEvent(viewer: never, event: RecordedEvent<Event>): RecordedEvent<Event> | undefined
}

/** What a protocol sends for each event of one family; `null` for those that it does not speak. */
export const on = <Event extends DomainEvent>(
  _family: EventFamily<Event>,
  table: { readonly [Type in Event['type']]: EncodeEvent<Extract<Event, { readonly type: Type }>> | null },
): EventTable => table

export const toEveryone = (event: string, payload: object): Emit => ({
  to: { type: 'everyone' },
  event,
  payload,
})

export const toMember = (member: MemberId, event: string, payload: object): Emit => ({
  to: { type: 'one', member },
  event,
  payload,
})

export const toOthers = (than: MemberId, event: string, payload: object): Emit => ({
  to: { type: 'others', than },
  event,
  payload,
})

/** The room's own events. */
export const room: EventFamily<RoomOwnEvent> = { redactEvent: (_viewer, event) => event }

/**
 * A member that takes the place of another one gets the room's emits from its own entry on, which comes after this record. All
 * other members that left get no emits any more.
 */
export const unawareOf = (record: RoomRecord): MemberId | null =>
  record.type === 'room.member-left' && record.data.reason === 'displaced' ? record.by : null

/** The data of the event of this type that a command caused. Throws if there is none: the command did not succeed then. */
export const eventIn = <Event extends DomainEvent, Type extends Event['type']>(
  _family: EventFamily<Event>,
  type: Type,
  { events }: CommandResult,
): Extract<Event, { readonly type: Type }>['data'] => {
  const event = events.find((each) => each.type === type)
  if (event === undefined) throw new Error(`The command caused no ${type}`)
  return event.data
}
