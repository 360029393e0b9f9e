import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../ports/clock.js'

/** Publishes only the latest of several values, at most once per interval. */
export interface Conflation<Value> {
  readonly update: (value: Value) => void
  /** The latest value, published or not. */
  readonly latest: () => Value | undefined
  /** Cancels the pending publication. */
  readonly close: Cancel
}

/** Publishes at once after a quiet interval; otherwise at the end of the interval, with the latest value. */
export const createConflation = <Value>(
  clock: Clock,
  intervalMs: number,
  publish: (value: Value) => void,
): Conflation<Value> => {
  let latest: { readonly value: Value } | null = null
  let publishedAt: Instant = -Infinity
  let pending: Cancel | null = null

  const publishLatest = (): void => {
    pending = null
    publishedAt = clock.now()
    if (latest !== null) publish(latest.value)
  }

  return {
    update: (value) => {
      latest = { value }
      if (pending !== null) return
      if (clock.now() - publishedAt >= intervalMs) return publishLatest()
      pending = clock.schedule(publishedAt + intervalMs, publishLatest)
    },
    latest: () => latest?.value,
    close: () => pending?.(),
  }
}
