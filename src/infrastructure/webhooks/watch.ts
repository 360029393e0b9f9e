import type { StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Outcome } from './attempt.js'

/** What is told to those who watch over webhooks. Nothing in it is about people. */
export interface WebhookWatch {
  readonly attempted: (outcome: Outcome) => void
  /** So many events of a room, up to this place in its log, will not be delivered. */
  readonly givenUp: (room: RoomId, seq: number, events: number) => void
  /** The receiver answered 410: nothing is posted any more until the next start. */
  readonly gone: () => void
  /** `null`: not about one room. */
  readonly faulted: (room: RoomId | null, fault: StoreFault) => void
  readonly defect: (room: RoomId, error: unknown) => void
}
