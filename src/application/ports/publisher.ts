import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { RoomState } from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { RoomRecord } from './event-store.js'

/** Sends one record to its subscribers. Prepared when the record is folded, called when it is durable. */
export type Delivery = () => void

/** Sends a signal. Returns false if its target cannot be reached; it is called again when the target returns. */
export type DeliverSignal = () => boolean

/** An accepted signal with its content. */
export interface RoutedSignal {
  readonly from: MemberId
  readonly to: MemberId
  readonly signal: Signal
  readonly content: unknown
}

/** Receives everything that leaves the rooms of an engine. */
export interface Publisher {
  /**
   * Called in the room's order when the record is folded, with the states before and after it. The returned delivery is
   * called in the same order once the record is durable, and never if it is lost.
   */
  readonly prepare: (record: RoomRecord, before: RoomState, after: RoomState) => Delivery
  /**
   * The same for a signal; `state` is the room when it was decided. Its content goes to its target only and is stored
   * nowhere.
   */
  readonly signal?: (room: RoomId, signal: RoutedSignal, state: RoomState) => DeliverSignal
}
