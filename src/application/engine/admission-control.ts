import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../ports/clock.js'

/**
 * Limits deciding while a commit is in flight. If many rooms get requests in one instant, deciding all of them before
 * the first answer leaves delays every timer that is due meanwhile.
 */
export interface AdmissionControl {
  /** Whether a request may be decided now. If not, `retry` is called once when it may. */
  readonly admit: (retry: () => void) => boolean
  /** A decision waits to be written. */
  readonly markDecided: () => void
  /** All decisions are being written. */
  readonly markCommitted: () => void
  /** Ends the timer and calls no `retry` any more. */
  readonly close: () => void
}

/** Requests are decided for this long without a pause. */
const sliceMs = 2
/** A store that is busy for longer does not stop the next slice: a slow disk gets larger groups. */
const maxPauseMs = 4

export const createAdmissionControl = (clock: Clock): AdmissionControl => {
  /** The instant of the first decision that is not being written yet. */
  let sliceStartedAt: Instant | null = null
  let pause: Cancel | null = null
  const waiting = new Set<() => void>()

  const isOpen = (): boolean => sliceStartedAt === null || clock.now() - sliceStartedAt < sliceMs

  const startPause = (): void => {
    pause ??= clock.schedule(clock.now() + maxPauseMs, open)
  }

  const open = (): void => {
    sliceStartedAt = null
    pause?.()
    pause = null
    for (const retry of waiting) {
      if (!isOpen()) return startPause()
      waiting.delete(retry)
      retry()
    }
  }

  return {
    admit: (retry) => {
      if (isOpen()) return true
      waiting.add(retry)
      startPause()
      return false
    },
    markDecided: () => {
      sliceStartedAt ??= clock.now()
    },
    markCommitted: open,
    close: () => {
      waiting.clear()
      pause?.()
      pause = null
    },
  }
}
