import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'

/** Of what changes often only the latest is told, and not too often. */
export interface Coalesced<Value> {
  readonly changed: (value: Value) => void
  /** What it was changed to last, told or not. */
  readonly latest: () => Value | undefined
  /** Tells nothing more. */
  readonly close: Cancel
}

/** Tells at once if nothing was told for a while; otherwise when that while is over, with what is so by then. */
export const coalesced = <Value>(
  clock: Clock,
  everyMs: number,
  tell: (value: Value) => void,
): Coalesced<Value> => {
  let latest: { readonly value: Value } | null = null
  let toldAt: Instant = -Infinity
  let pending: Cancel | null = null

  const tellLatest = (): void => {
    pending = null
    toldAt = clock.now()
    if (latest !== null) tell(latest.value)
  }

  return {
    changed: (value) => {
      latest = { value }
      if (pending !== null) return
      if (clock.now() - toldAt >= everyMs) return tellLatest()
      pending = clock.schedule(toldAt + everyMs, tellLatest)
    },
    latest: () => latest?.value,
    close: () => pending?.(),
  }
}
