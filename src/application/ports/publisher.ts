import type { RoomState } from '../../domain/room/index.js'
import type { RoomRecord } from './event-store.js'

/** What a room shows: made when the event is folded, sent when it is durable. */
export type Delivery = () => void

/** The way out. */
export interface Publisher {
  /**
   * What is to be sent for this record, for the state it met and the state it led to. Called in the room's order, as
   * the record is folded; the delivery is run in the same order once the record is durable, or never, if it did not
   * become so.
   */
  readonly prepare: (record: RoomRecord, before: RoomState, after: RoomState) => Delivery
}
