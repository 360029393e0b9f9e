import type { RoomId } from '../../domain/kernel/ids.js'
import type { StoreFault } from './event-store.js'

/** What the engine tells those who watch over it. Names of rooms and sizes only; nothing that people said. */
export interface Monitor {
  readonly committed: (rooms: number, records: number, durationMs: number) => void
  readonly rejected: (code: string) => void
  readonly faulted: (room: RoomId, fault: StoreFault) => void
  readonly conflicted: (room: RoomId) => void
  /** A planned instant was decided so much later than it was due. */
  readonly timerLate: (ms: number) => void
  /** Something in our own code threw: the room it was about is folded again from its log. */
  readonly defect: (room: RoomId, error: unknown) => void
}
