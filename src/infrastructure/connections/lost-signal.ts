import type { MemberId, RoomId } from '../../domain/kernel/ids.js'

/**
 * Signals that a member may not have got: because the server ended while they waited or were on their way, or because they
 * were more than is kept.
 */
export interface LostSignal {
  readonly room: RoomId
  readonly from: MemberId
  readonly kind: string
  /** How many, as far as is known. */
  readonly count: number
}
