import type { RoomState } from '../../domain/room/index.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Emit, Encoder, Recipients } from '../../application/ports/encoder.js'
import type { Naming } from './connection.js'

/** An emit as it leaves. Made once for all who get it, now or when they come back. */
export interface Outgoing {
  readonly encoder: Encoder
  readonly to: Recipients
  readonly event: string
  readonly payload: object
}

/** What one record was to clients. */
export interface Told {
  readonly seq: number
  readonly emits: ReadonlyArray<Outgoing>
}

export const outgoing = (
  encoder: Encoder,
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
): ReadonlyArray<Outgoing> =>
  encoder.encode(record, before, after).map((emit) => ({
    encoder,
    to: emit.to,
    event: emit.event,
    payload: stamped(emit, record),
  }))

/** The payload last: spread first, V8 takes half a microsecond for each key that is added to it. */
const stamped = ({ payload, more }: Emit, { room, seq, at }: RoomRecord): object =>
  more === undefined ? { room, seq, at, ...payload } : { room, seq, at, more, ...payload }

export const named = (event: string, { kebab }: Encoder, naming: Naming): string =>
  naming === 'camel' ? event : (kebab?.[event] ?? event)
