import type { Instant } from '../../domain/kernel/instant.js'

/** Ends what was scheduled; harmless when it has run already. */
export type Cancel = () => void

/** The only source of time. Monotonic: `now` never goes back, whatever the machine's clock does. */
export interface Clock {
  readonly now: () => Instant
  /** Runs once, at `at` or later and never before, also for an `at` that is past or weeks away. Of one instant, in the order of scheduling. */
  readonly schedule: (at: Instant, run: () => void) => Cancel
}
