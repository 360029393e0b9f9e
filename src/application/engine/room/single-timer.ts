import type { Instant } from '../../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../../ports/clock.js'

/** At most one scheduled callback. A new one replaces it. */
export interface SingleTimer {
  /** The instant of the callback; `null` if there is none. */
  readonly at: () => Instant | null
  readonly set: (at: Instant, run: () => void) => void
  readonly clear: () => void
}

export const createSingleTimer = (clock: Clock): SingleTimer => {
  let set: { readonly at: Instant; readonly cancel: Cancel } | null = null

  const clear = (): void => {
    set?.cancel()
    set = null
  }

  return {
    at: () => set?.at ?? null,
    set: (at, run) => {
      clear()
      const cancel = clock.schedule(at, () => {
        set = null
        run()
      })
      set = { at, cancel }
    },
    clear,
  }
}
