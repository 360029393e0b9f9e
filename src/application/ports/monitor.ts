import type { RoomId } from '../../domain/kernel/ids.js'
import type { StoreFault } from './event-store.js'

/** Observes the engine. It receives room names and sizes, and no content. */
export interface Monitor {
  readonly committed: (rooms: number, records: number, durationMs: number) => void
  readonly rejected: (code: string) => void
  readonly faulted: (room: RoomId, fault: StoreFault) => void
  readonly conflicted: (room: RoomId) => void
  /**
   * Audit records: `recorded` with the events of a room or beside them; refused requests that were `summed` up; entries
   * that could not be written (`unavailable`).
   */
  readonly audit?: (what: 'recorded' | 'summed' | 'unavailable', count: number) => void
  /** A timer was decided this much later than its instant. */
  readonly timerLate: (ms: number) => void
  /** Our own code, or an activity, threw. */
  readonly defect: (room: RoomId, error: unknown) => void
}
