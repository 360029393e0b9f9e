import type { Cancel, Clock } from '../../src/application/ports/clock.js'
import type { Instant } from '../../src/domain/kernel/instant.js'

/**
 * A clock that tests advance. It stops at every instant that has a timer, so that `advance(a + b)` is `advance(a)` followed
 * by `advance(b)`. An hour takes a millisecond.
 */
export interface VirtualClock extends Clock {
  /** Advances by this time and runs due timers, the earliest first; timers of one instant run in the order of scheduling. */
  readonly advance: (ms: number) => void
  /** Like `advance`, to an instant that is not in the past. */
  readonly advanceTo: (at: Instant) => void
  /** Like `advance`, but lets promises settle between two instants, so that the timers that they schedule also run. */
  readonly advanceSettled: (ms: number) => Promise<void>
  readonly advanceToSettled: (at: Instant) => Promise<void>
  /** Advances without running timers, as if the process had been suspended; the next `advance` runs overdue timers. */
  readonly standStill: (ms: number) => void
  /** The instants of all timers, in the order in which they will run. */
  readonly pending: () => ReadonlyArray<Instant>
}

/** 2026-01-01T00:00:00Z. */
export const firstInstant: Instant = 1_767_225_600_000

/** More timers than this at one instant are an endless loop: a timer that schedules itself for the same instant. */
const maxRunsAtOneInstant = 100_000

interface Scheduled {
  readonly at: Instant
  readonly run: () => void
}

/** Resolves when all promises that wait for neither time nor input have settled. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const virtualClock = (
  startsAt: Instant = firstInstant,
  settle: () => Promise<void> = settled,
): VirtualClock => {
  let now = startsAt
  let runs = 0
  let isRunning = false
  /** Ordered by instant, and at one instant by the order of scheduling. */
  const timers: Array<Scheduled> = []

  const schedule = (at: Instant, run: () => void): Cancel => {
    if (Number.isNaN(at)) throw new Error('a timer cannot be scheduled for NaN')
    const timer: Scheduled = { at, run }
    timers.splice(indexAfter(timers, at), 0, timer)
    return () => {
      const index = timers.indexOf(timer)
      if (index !== -1) timers.splice(index, 1)
    }
  }

  /** Runs the next timer that is due by `until`, if any. */
  const runNext = (until: Instant): boolean => {
    const next = timers[0]
    if (next === undefined || next.at > until) return false
    timers.shift()
    if (next.at > now) runs = 0
    if (++runs > maxRunsAtOneInstant)
      throw new Error(`time stands still at ${now}: a timer there schedules itself again`)
    now = Math.max(now, next.at)
    isRunning = true
    try {
      next.run()
    } finally {
      isRunning = false
    }
    return true
  }

  const arriveAt = (at: Instant): void => {
    if (at > now) runs = 0
    now = Math.max(now, at)
  }

  const checkInstant = (at: Instant): Instant => {
    if (isRunning) throw new Error('a timer must not advance the clock')
    if (!(at >= now)) throw new Error(`time does not go back: it is ${now}, not ${at}`)
    return at
  }

  const advanceTo = (at: Instant): void => {
    checkInstant(at)
    runs = 0
    while (runNext(at)) continue
    arriveAt(at)
  }

  const advanceToSettled = async (at: Instant): Promise<void> => {
    checkInstant(at)
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
    standStill: (ms) => arriveAt(checkInstant(now + ms)),
    pending: () => timers.map(({ at }) => at),
  }
}

const indexAfter = (timers: ReadonlyArray<Scheduled>, at: Instant): number => {
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
