import type { TimeSource } from '../../../src/infrastructure/clock/system-clock.js'

/** A machine whose timer fires early or late, and whose wall clock jumps. */
export interface SimulatedMachine extends TimeSource {
  readonly setWall: (ms: number) => void
  /** Advances the time without firing a timer. */
  readonly pass: (ms: number) => void
  /** Fires the next timer `offMs` after its time, or before it if negative. `false`: there was none. */
  readonly fire: (offMs: number) => boolean
  readonly timersSet: () => number
  readonly delays: ReadonlyArray<number>
}

export const simulatedMachine = (wallMs: number, steadyMs: number): SimulatedMachine => {
  let wall = wallMs
  let steady = steadyMs
  const delays: Array<number> = []
  const timers: Array<{ readonly at: number; readonly run: () => void }> = []
  return {
    wallMs: () => wall,
    steadyMs: () => steady,
    setTimer: (run, delayMs) => {
      delays.push(delayMs)
      // As Node does with a delay of more than 31 bits.
      const timer = { at: steady + (delayMs > 2 ** 31 - 1 ? 1 : Math.max(1, Math.trunc(delayMs))), run }
      timers.push(timer)
      return () => {
        const place = timers.indexOf(timer)
        if (place !== -1) timers.splice(place, 1)
      }
    },
    setWall: (ms) => {
      wall = ms
    },
    pass: (ms) => {
      steady += ms
    },
    fire: (offMs) => {
      const next = timers.toSorted((left, right) => left.at - right.at)[0]
      if (next === undefined) return false
      timers.splice(timers.indexOf(next), 1)
      steady = Math.max(steady, next.at + offMs)
      next.run()
      return true
    },
    timersSet: () => timers.length,
    delays,
  }
}
