import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { RoomState } from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { RoomRecord } from './event-store.js'

/** What a room shows: made when the event is folded, sent when it is durable. */
export type Delivery = () => void

/** Sends a signal, and tells whether its member was there to get it; if not, it is tried again later. */
export type DeliverSignal = () => boolean

/** A signal on its way from one member to another, with what it carries. */
export interface RoutedSignal {
  readonly from: MemberId
  readonly to: MemberId
  readonly signal: Signal
  readonly content: unknown
}

/** The way out. */
export interface Publisher {
  /**
   * What is to be sent for this record, for the state it met and the state it led to. Called in the room's order, as
   * the record is folded; the delivery is run in the same order once the record is durable, or never, if it did not
   * become so.
   */
  readonly prepare: (record: RoomRecord, before: RoomState, after: RoomState) => Delivery
  /**
   * What is to be sent for a signal; `state` is the room as the signal met it. Called and run like the above. What it
   * carries goes to that member alone and is written down nowhere.
   */
  readonly signal?: (room: RoomId, signal: RoutedSignal, state: RoomState) => DeliverSignal
}
