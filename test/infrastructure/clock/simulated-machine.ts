import type { TimeSource } from '../../../src/infrastructure/clock/system-clock.js'

/** A machine whose timer fires as early or late as it is told, and whose wall clock jumps. */
export interface SimulatedMachine extends TimeSource {
  readonly setWall: (ms: number) => void
  /** Lets so many milliseconds pass without running anything. */
  readonly pass: (ms: number) => void
  /** Fires the timer that is set, `offMs` after its time (before, if negative); tells whether there was one. */
  readonly fire: (offMs: number) => boolean
  readonly timersSet: () => number
  readonly delays: ReadonlyArray<number>
}

export const simulatedMachine = (wallMs: number, steadyMs: number): SimulatedMachine => {
  let wall = wallMs
  let steady = steadyMs
  const delays: Array<number> = []
  const set: Array<{ readonly at: number; readonly run: () => void }> = []
  return {
    wallMs: () => wall,
    steadyMs: () => steady,
    setTimer: (run, delayMs) => {
      delays.push(delayMs)
      // What Node does with a delay that does not fit into 31 bits.
      const timer = { at: steady + (delayMs > 2 ** 31 - 1 ? 1 : Math.max(1, Math.trunc(delayMs))), run }
      set.push(timer)
      return () => {
        const place = set.indexOf(timer)
        if (place !== -1) set.splice(place, 1)
      }
    },
    setWall: (ms) => {
      wall = ms
    },
    pass: (ms) => {
      steady += ms
    },
    fire: (offMs) => {
      const next = set.toSorted((left, right) => left.at - right.at)[0]
      if (next === undefined) return false
      set.splice(set.indexOf(next), 1)
      steady = Math.max(steady, next.at + offMs)
      next.run()
      return true
    },
    timersSet: () => set.length,
    delays,
  }
}
