import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { systemClock } from '../../../src/infrastructure/clock/system-clock.js'
import { simulatedMachine } from './simulated-machine.js'

const dayMs = 24 * 60 * 60 * 1_000

describe('the system clock', () => {
  test.prop([
    fc.array(fc.tuple(fc.integer({ min: -5, max: 300 }), fc.boolean()), { maxLength: 30 }),
    fc.array(fc.double({ min: -3, max: 4, noNaN: true }), { minLength: 1, maxLength: 20 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])(
    'runs each timer once, not early, in order of instant and scheduling, with one timer of the machine',
    (scheduled, offs, fraction) => {
      const machine = simulatedMachine(1_000_000 + fraction, 17.3)
      const clock = systemClock(machine)
      const start = clock.now()
      const runs: Array<{ readonly place: number; readonly at: number; readonly ranAt: number }> = []
      const cancels = scheduled.map(([afterMs], place) => {
        const at = start + afterMs
        return clock.schedule(at, () => runs.push({ place, at, ranAt: clock.now() }))
      })
      for (const [place, [, isCancelled]] of scheduled.entries()) if (isCancelled) cancels[place]?.()
      let turn = 0
      do expect(machine.timersSet()).toBeLessThanOrEqual(1)
      while (machine.fire([...offs, 0][turn++ % (offs.length + 1)] ?? 0) && turn < 10_000)

      const expected = [...scheduled.entries()]
        .filter(([, [, isCancelled]]) => !isCancelled)
        .toSorted(([left, [leftAt]], [right, [rightAt]]) => leftAt - rightAt || left - right)
        .map(([place]) => place)
      expect(runs.map(({ place }) => place)).toEqual(expected)
      for (const { at, ranAt } of runs) expect(ranAt).toBeGreaterThanOrEqual(at)
      expect(machine.timersSet()).toBe(0)
    },
  )

  test("waits again when the machine's timer fires early", () => {
    const machine = simulatedMachine(5_000, 0)
    const clock = systemClock(machine)
    const runs: Array<number> = []
    clock.schedule(5_100, () => runs.push(clock.now()))
    machine.fire(-40)
    expect(runs).toEqual([])
    machine.fire(-1)
    expect(runs).toEqual([])
    machine.fire(0)
    expect(runs).toEqual([5_100])
    expect(machine.fire(0)).toBe(false)
  })

  test("waits for an instant in 100 days, beyond the machine's longest timer", () => {
    const machine = simulatedMachine(0, 0)
    const clock = systemClock(machine)
    const runs: Array<number> = []
    clock.schedule(100 * dayMs, () => runs.push(clock.now()))
    while (machine.fire(0)) continue
    expect(runs).toEqual([100 * dayMs])
    expect(machine.delays).toHaveLength(5)
  })

  test('reads the wall clock once, so that a change of it has no effect', () => {
    const machine = simulatedMachine(1_000_000, 40)
    const clock = systemClock(machine)
    machine.setWall(5)
    machine.pass(10)
    expect(clock.now()).toBe(1_000_010)
    machine.setWall(9_000_000)
    machine.pass(0.5)
    expect(clock.now()).toBe(1_000_010)
    machine.pass(0.5)
    expect(clock.now()).toBe(1_000_011)
  })

  test('has no timer after 10 000 were cancelled', () => {
    const machine = simulatedMachine(0, 0)
    const clock = systemClock(machine)
    const cancels = Array.from({ length: 10_000 }, (_, place) => clock.schedule(place * 7, () => undefined))
    for (const cancel of cancels) cancel()
    expect(machine.timersSet()).toBe(0)
    for (const cancel of cancels) cancel()
    expect(machine.fire(0)).toBe(false)
  })

  test('runs other timers besides one that reschedules itself in the past', () => {
    const machine = simulatedMachine(0, 0)
    const clock = systemClock(machine)
    let turns = 0
    const reschedule = (): void => {
      turns++
      clock.schedule(-1, reschedule)
    }
    clock.schedule(-1, reschedule)
    for (let round = 0; round < 10; round++) machine.fire(0)
    expect(turns).toBe(10)
  })

  test('throws the error of a timer and still runs the timers after it', () => {
    const machine = simulatedMachine(0, 0)
    const clock = systemClock(machine)
    const runs: Array<string> = []
    clock.schedule(10, () => {
      throw new Error('broken')
    })
    clock.schedule(10, () => runs.push('same instant'))
    clock.schedule(20, () => runs.push('later'))
    expect(() => machine.fire(0)).toThrow('broken')
    machine.fire(0)
    machine.fire(0)
    expect(runs).toEqual(['same instant', 'later'])
  })

  test('never decreases on the real machine, and runs no timer early', async () => {
    const clock = systemClock()
    const start = clock.now()
    const runs: Array<number> = []
    await new Promise<void>((resolve) => {
      for (const afterMs of [3, 1, 2]) clock.schedule(start + afterMs, () => runs.push(afterMs))
      clock.schedule(start + 3, resolve)
    })
    expect(runs).toEqual([1, 2, 3])
    expect(clock.now()).toBeGreaterThanOrEqual(start + 3)
  })
})
