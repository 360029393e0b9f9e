import type { Instant } from '../../domain/kernel/instant.js'

export interface Timer {
  readonly at: Instant
  /** Increases with each scheduling: timers of one instant run in this order. */
  readonly order: number
  readonly run: () => void
  /** The index in the heap, -1 outside, so that a cancelled timer is removed at once. */
  place: number
}

/** A binary heap of timers by instant. `add` and `remove` are logarithmic, `next` is constant. */
export interface TimerHeap {
  readonly next: () => Timer | undefined
  readonly add: (timer: Timer) => void
  /** No effect on a timer that is not in the heap. */
  readonly remove: (timer: Timer) => void
  readonly size: () => number
}

export const timerHeap = (): TimerHeap => {
  const timers: Array<Timer> = []

  const put = (timer: Timer, place: number): void => {
    timers[place] = timer
    timer.place = place
  }

  const rise = (timer: Timer, from: number): void => {
    let place = from
    while (place > 0) {
      const above = (place - 1) >>> 1
      const parent = timers[above]
      if (parent === undefined || !isBefore(timer, parent)) break
      put(parent, place)
      place = above
    }
    put(timer, place)
  }

  const sink = (timer: Timer, from: number): void => {
    let place = from
    for (;;) {
      const left = timers[2 * place + 1]
      const right = timers[2 * place + 2]
      if (left === undefined) break
      const child = right !== undefined && isBefore(right, left) ? right : left
      if (!isBefore(child, timer)) break
      const below = child.place
      put(child, place)
      place = below
    }
    put(timer, place)
  }

  return {
    next: () => timers[0],
    add: (timer) => rise(timer, timers.length),
    remove: (timer) => {
      const { place } = timer
      if (place === -1) return
      timer.place = -1
      const last = timers.pop()
      if (last === undefined || last === timer) return
      const parent = timers[(place - 1) >>> 1]
      if (place > 0 && parent !== undefined && isBefore(last, parent)) rise(last, place)
      else sink(last, place)
    },
    size: () => timers.length,
  }
}

const isBefore = (left: Timer, right: Timer): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order)
