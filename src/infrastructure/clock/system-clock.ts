import { performance } from 'node:perf_hooks'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { Timer } from './timer-heap.js'
import { timerHeap } from './timer-heap.js'

/** The time functions of the machine. */
export interface TimeSource {
  /** Milliseconds since 1970. It may jump, so it is read once. */
  readonly wallMs: () => number
  /** Milliseconds since an arbitrary instant; never decreases. */
  readonly steadyMs: () => number
  /** May fire early or late. */
  readonly setTimer: (run: () => void, delayMs: number) => Cancel
}

/** The machine's monotonic clock, anchored once to wall time. */
const machine: TimeSource = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  setTimer: (run, delayMs) => {
    const timeout = setTimeout(run, delayMs)
    return () => clearTimeout(timeout)
  },
}

/** Beyond 2³¹ - 1 ms, about 24.8 days, `setTimeout` fires at once. */
const maxDelayMs = 2 ** 31 - 1

/**
 * One heap and one `setTimeout` for all timers: timers of one instant run in one turn, so that the decisions of many
 * rooms share a group commit.
 */
export const systemClock = ({ wallMs, steadyMs, setTimer }: TimeSource = machine): Clock => {
  const anchorMs = wallMs() - steadyMs()
  const timers = timerHeap()
  let scheduled = 0
  let machineTimer: { readonly at: number; readonly cancel: Cancel } | null = null
  let isFiring = false

  // Rounded down: an instant has come only when the finer clock has passed it.
  const now = (): number => Math.floor(anchorMs + steadyMs())

  /**
   * Sets the machine's timer for the first timer in the heap. After a cancellation it may fire early and is set
   * again.
   */
  const setMachineTimer = (): void => {
    if (isFiring) return
    const next = timers.next()
    if (next === undefined) {
      machineTimer?.cancel()
      machineTimer = null
      return
    }
    if (machineTimer !== null && machineTimer.at <= next.at) return
    machineTimer?.cancel()
    const delayMs = Math.ceil(next.at - anchorMs - steadyMs())
    machineTimer = { at: next.at, cancel: setTimer(fire, Math.min(Math.max(delayMs, 0), maxDelayMs)) }
  }

  const fire = (): void => {
    machineTimer = null
    isFiring = true
    try {
      let readMs = now()
      // At most the present timers, so that one that reschedules itself in the past does not block the others.
      for (let left = timers.size(); left > 0; left--) {
        const next = timers.next()
        if (next === undefined) return
        if (next.at > readMs) readMs = now()
        if (next.at > readMs) return
        timers.remove(next)
        next.run()
      }
    } finally {
      isFiring = false
      // Also after a throw, so that the other timers run on time.
      setMachineTimer()
    }
  }

  return {
    now,
    schedule: (at, run) => {
      if (Number.isNaN(at)) throw new Error('a timer needs an instant, not NaN')
      const timer: Timer = { at, order: scheduled++, run, place: -1 }
      timers.add(timer)
      setMachineTimer()
      return () => {
        timers.remove(timer)
        if (timers.size() === 0) setMachineTimer()
      }
    },
  }
}
