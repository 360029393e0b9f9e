import { performance } from 'node:perf_hooks'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { Timer } from './timer-heap.js'
import { timerHeap } from './timer-heap.js'

/** What a clock needs of the machine. */
export interface TimeSource {
  /** Milliseconds since 1970; it may jump, and is asked once. */
  readonly wallMs: () => number
  /** Milliseconds since whenever; never goes back. */
  readonly steadyMs: () => number
  /** May fire early or late. */
  readonly setTimer: (run: () => void, delayMs: number) => Cancel
}

/** The machine's own time: the monotonic clock, anchored once to wall time. */
const machine: TimeSource = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  setTimer: (run, delayMs) => {
    const timeout = setTimeout(run, delayMs)
    return () => clearTimeout(timeout)
  },
}

/** Beyond 2³¹ - 1 ms, about 24.8 days, `setTimeout` fires at once. */
const longestDelayMs = 2 ** 31 - 1

/**
 * One heap and one `setTimeout` for all that is scheduled: what is due at the same moment runs in one turn, so that
 * what many rooms decide in it goes to the store in one group.
 */
export const systemClock = ({ wallMs, steadyMs, setTimer }: TimeSource = machine): Clock => {
  const anchorMs = wallMs() - steadyMs()
  const timers = timerHeap()
  let scheduled = 0
  let armed: { readonly at: number; readonly cancel: Cancel } | null = null
  let ringing = false

  // Rounded down: an instant has come once it is past by the finer clock too.
  const now = (): number => Math.floor(anchorMs + steadyMs())

  /** The one timer is for the first in the heap. It may ring for nothing after a cancellation, and is armed again. */
  const arm = (): void => {
    if (ringing) return
    const next = timers.next()
    if (next === undefined) {
      armed?.cancel()
      armed = null
      return
    }
    if (armed !== null && armed.at <= next.at) return
    armed?.cancel()
    const delayMs = Math.ceil(next.at - anchorMs - steadyMs())
    armed = { at: next.at, cancel: setTimer(ring, Math.min(Math.max(delayMs, 0), longestDelayMs)) }
  }

  const ring = (): void => {
    armed = null
    ringing = true
    try {
      let readMs = now()
      // Not more than there are now: one that schedules itself for the past must not keep all else waiting.
      for (let left = timers.size(); left > 0; left--) {
        const next = timers.next()
        if (next === undefined) return
        if (next.at > readMs) readMs = now()
        if (next.at > readMs) return
        timers.remove(next)
        next.run()
      }
    } finally {
      ringing = false
      // Also when one has thrown: the others keep their time.
      arm()
    }
  }

  return {
    now,
    schedule: (at, run) => {
      if (Number.isNaN(at)) throw new Error('nothing can be scheduled for NaN')
      const timer: Timer = { at, order: scheduled++, run, place: -1 }
      timers.add(timer)
      arm()
      return () => {
        timers.remove(timer)
        if (timers.size() === 0) arm()
      }
    },
  }
}
