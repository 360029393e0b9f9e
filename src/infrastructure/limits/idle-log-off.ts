import type { Cancel, Clock } from '../../application/ports/clock.js'

export interface IdleLogOffOptions {
  readonly clock: Clock
  /** A connection without an event for this long is closed. */
  readonly idleMs: number
  /** Closes the connections without an event since that instant, and returns the oldest last event of the others. */
  readonly closeIdle: (since: number) => number | null
}

/** Bounds the work: connections that become idle one after another are closed together. */
const minIntervalMs = 1_000

/** Closes idle connections, with one timer for all of them (45 CFR 164.312(a)(2)(iii)). Returns the function that ends it. */
export const startIdleLogOff = ({ clock, idleMs, closeIdle }: IdleLogOffOptions): Cancel => {
  let cancel: Cancel = () => undefined

  const scheduleAt = (at: number): void => {
    cancel = clock.schedule(at, () => {
      const now = clock.now()
      const oldest = closeIdle(now - idleMs)
      // A connection that is opened meanwhile becomes idle later than all of these.
      scheduleAt(Math.max((oldest ?? now) + idleMs, now + minIntervalMs))
    })
  }

  scheduleAt(clock.now() + idleMs)
  return () => cancel()
}
