import type { Instant } from '../../domain/kernel/instant.js'

/** Cancels a scheduled callback. Does nothing if it has run already. */
export type Cancel = () => void

/** The only source of time. Monotonic: `now` never goes back, also if the machine's clock is set back. */
export interface Clock {
  readonly now: () => Instant
  /**
   * Calls `run` once, never before `at`, also if `at` is past or weeks away. Callbacks of one instant run in the order of
   * scheduling.
   */
  readonly schedule: (at: Instant, run: () => void) => Cancel
}
