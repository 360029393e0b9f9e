import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../ports/clock.js'

/**
 * Lets requests in no faster than what they lead to gets out. When many rooms are asked in one instant, all of them
 * would else be decided before the first is told anything: what is due waits behind them, and ticks that are planned
 * from instants so close together find the same queue each time they come round.
 */
export interface AdmissionControl {
  /** Whether a request may be decided now; if not, `again` is called once when it may. */
  readonly admit: (again: () => void) => boolean
  /** Something was decided that waits to be written. */
  readonly markDecided: () => void
  /** All that was decided is being written. */
  readonly markCommitted: () => void
  /** Ends the timer. Nobody is called again. */
  readonly close: () => void
}

/** So long requests are decided at a stretch, while others are being written. */
const sliceMs = 2
/** If the store is not ready for more by then, the next slice begins: a slow disk gets larger groups. */
const pauseMs = 4

export const createAdmissionControl = (clock: Clock): AdmissionControl => {
  /** When the first was decided of what is not being written yet. */
  let since: Instant | null = null
  let pause: Cancel | null = null
  const waiting = new Set<() => void>()

  const isOpen = (): boolean => since === null || clock.now() - since < sliceMs

  const pauseUnlessPausing = (): void => {
    pause ??= clock.schedule(clock.now() + pauseMs, open)
  }

  const open = (): void => {
    since = null
    pause?.()
    pause = null
    for (const again of waiting) {
      if (!isOpen()) return pauseUnlessPausing()
      waiting.delete(again)
      again()
    }
  }

  return {
    admit: (again) => {
      if (isOpen()) return true
      waiting.add(again)
      pauseUnlessPausing()
      return false
    },
    markDecided: () => {
      since ??= clock.now()
    },
    markCommitted: open,
    close: () => {
      waiting.clear()
      pause?.()
      pause = null
    },
  }
}
