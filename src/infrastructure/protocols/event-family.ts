import type { CommandResult } from '../../application/engine/index.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { DomainEvent, RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { RoomModel, RoomOwnEvent, RoomState } from '../../domain/room/index.js'
import type { Emit } from '../../application/ports/encoder.js'

/** Encodes a recorded event; the states are those before and after it. */
export type EncodeEvent<Event extends DomainEvent = DomainEvent> = (
  record: RecordedEvent<Event>,
  before: RoomState,
  after: RoomState,
  model: RoomModel,
) => ReadonlyArray<Emit>

export type EventTable = Readonly<Record<string, EncodeEvent<never> | null>>

/** The events of one activity, or the room's own. */
export interface EventFamily<Event extends DomainEvent> {
  redactEvent(viewer: never, event: RecordedEvent<Event>): RecordedEvent<Event> | undefined
}

/** A protocol's encoders for the events of one family; `null` for an event that causes no emit. */
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

export const toOthers = (except: MemberId, event: string, payload: object): Emit => ({
  to: { type: 'others', except },
  event,
  payload,
})

/** The room's own events. */
export const room: EventFamily<RoomOwnEvent> = { redactEvent: (_viewer, event) => event }

/** The member that displaces the leaving member: its entry follows this record, and it receives emits from its entry on. */
export const displacerOf = (record: RoomRecord): MemberId | null =>
  record.type === 'room.member-left' && record.data.reason === 'displaced' ? record.by : null

/** The position of the member's entry in the log. A member that was in the room before has no new entry. */
export const entryPosition = ({ state, events }: CommandResult): object => {
  const entry = events.find(({ type }) => type === 'room.member-joined')
  return entry === undefined ? { room: state.id } : { room: state.id, seq: entry.seq, at: entry.at }
}

/** The data of the event of this type that a command caused. Throws if there is none, because the command failed then. */
export const eventIn = <Event extends DomainEvent, Type extends Event['type']>(
  _family: EventFamily<Event>,
  type: Type,
  { events }: CommandResult,
): Extract<Event, { readonly type: Type }>['data'] => {
  const event = events.find((each) => each.type === type)
  if (event === undefined) throw new Error(`The command caused no ${type}`)
  return event.data
}
