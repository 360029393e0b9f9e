import type { Cancel, Clock } from '../../src/application/ports/clock.js'
import type { Instant } from '../../src/domain/kernel/instant.js'

/**
 * Time that passes only when it is told to. It stops at every instant for which something is scheduled, so that
 * `advance(a + b)` is `advance(a)` and then `advance(b)`: an hour takes a millisecond, and takes the same way.
 */
export interface VirtualClock extends Clock {
  /** Lets so many milliseconds pass. Runs what is due in them, the earliest first and of one instant in the order of scheduling. */
  readonly advance: (ms: number) => void
  /** Like `advance`, up to an instant that is not past. */
  readonly advanceTo: (at: Instant) => void
  /** Like `advance`, and between two instants lets promises settle, so that what they schedule is not missed. */
  readonly advanceSettled: (ms: number) => Promise<void>
  readonly advanceToSettled: (at: Instant) => Promise<void>
  /** Time passes and nothing runs, as if the process had stood still; what is overdue runs with the next `advance`. */
  readonly standStill: (ms: number) => void
  /** The instants for which something is scheduled, in the order in which they will run. */
  readonly pending: () => ReadonlyArray<Instant>
}

/** 2026-01-01T00:00:00Z. */
export const firstInstant: Instant = 1_767_225_600_000

/** So many runs without time moving on are a circle: something that is due and stays due. */
const runsAtOneInstant = 100_000

interface Scheduled {
  readonly at: Instant
  readonly run: () => void
}

/** Waits until no promise chain has anything left to do without time or the outside world. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const virtualClock = (
  startsAt: Instant = firstInstant,
  settle: () => Promise<void> = settled,
): VirtualClock => {
  let now = startsAt
  let runs = 0
  let running = false
  /** Ordered by instant, and within one by when it was scheduled. */
  const timers: Array<Scheduled> = []

  const schedule = (at: Instant, run: () => void): Cancel => {
    if (Number.isNaN(at)) throw new Error('nothing can be scheduled for NaN')
    const timer: Scheduled = { at, run }
    timers.splice(placeAfter(timers, at), 0, timer)
    return () => {
      const place = timers.indexOf(timer)
      if (place !== -1) timers.splice(place, 1)
    }
  }

  /** Runs the next that is due by `until`, if there is one. */
  const runNext = (until: Instant): boolean => {
    const next = timers[0]
    if (next === undefined || next.at > until) return false
    timers.shift()
    if (next.at > now) runs = 0
    if (++runs > runsAtOneInstant)
      throw new Error(`time stands still at ${now}: what is due there never ends`)
    now = Math.max(now, next.at)
    running = true
    try {
      next.run()
    } finally {
      running = false
    }
    return true
  }

  const arriveAt = (at: Instant): void => {
    if (at > now) runs = 0
    now = Math.max(now, at)
  }

  const checked = (at: Instant): Instant => {
    if (running) throw new Error('what runs on the clock must not advance it')
    if (!(at >= now)) throw new Error(`time does not go back: it is ${now}, and ${at} was asked for`)
    return at
  }

  const advanceTo = (at: Instant): void => {
    checked(at)
    runs = 0
    while (runNext(at)) continue
    arriveAt(at)
  }

  const advanceToSettled = async (at: Instant): Promise<void> => {
    checked(at)
    runs = 0
    do await settle()
    while (runNext(at))
    arriveAt(at)
  }

  return {
    now: () => now,
    schedule,
    advance: (ms) => advanceTo(now + ms),
    advanceTo,
    advanceSettled: (ms) => advanceToSettled(now + ms),
    advanceToSettled,
    standStill: (ms) => arriveAt(checked(now + ms)),
    pending: () => timers.map(({ at }) => at),
  }
}

const placeAfter = (timers: ReadonlyArray<Scheduled>, at: Instant): number => {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = timers[middle]
    if (other !== undefined && other.at <= at) low = middle + 1
    else high = middle
  }
  return low
}
