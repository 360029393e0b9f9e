import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { firstInstant, virtualClock } from '../kit/virtual-clock.js'
import type { VirtualClock } from '../kit/virtual-clock.js'

interface Timer {
  readonly afterMs: number
  readonly again: ReadonlyArray<number>
}

/** Timers that schedule further timers when they run, also for instants in the past. */
const timers = fc.array(
  fc.record({
    afterMs: fc.integer({ min: -50, max: 400 }),
    again: fc.array(fc.integer({ min: -50, max: 300 }), { maxLength: 3 }),
  }),
  { maxLength: 12 },
)

const scheduleAll = (clock: VirtualClock, all: ReadonlyArray<Timer>): ReadonlyArray<string> => {
  const runs: Array<string> = []
  for (const [number, { afterMs, again }] of all.entries()) {
    clock.schedule(clock.now() + afterMs, () => {
      runs.push(`${number} at ${clock.now()}`)
      for (const [next, laterMs] of again.entries()) {
        clock.schedule(clock.now() + laterMs, () => runs.push(`${number}.${next} at ${clock.now()}`))
      }
    })
  }
  return runs
}

const durations = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 })

test.prop([timers, durations])('advance(a + b) equals advance(a) followed by advance(b)', (all, parts) => {
  const atOnce = virtualClock()
  const inParts = virtualClock()
  const runsAtOnce = scheduleAll(atOnce, all)
  const runsInParts = scheduleAll(inParts, all)

  atOnce.advance(parts.reduce((sum, part) => sum + part, 0))
  for (const part of parts) inParts.advance(part)

  expect(runsInParts).toEqual(runsAtOnce)
  expect(inParts.now()).toBe(atOnce.now())
})

test.prop([timers, durations])('advanceSettled runs timers in the order of advance', async (all, parts) => {
  const plain = virtualClock()
  const settling = virtualClock()
  const plainRuns = scheduleAll(plain, all)
  const settlingRuns = scheduleAll(settling, all)

  for (const part of parts) {
    plain.advance(part)
    await settling.advanceSettled(part)
  }

  expect(settlingRuns).toEqual(plainRuns)
})

test('a timer runs once, at its instant', () => {
  const clock = virtualClock()
  const runs: Array<number> = []
  clock.schedule(firstInstant + 100, () => runs.push(clock.now()))

  clock.advance(99)
  expect(runs).toEqual([])
  clock.advance(1)
  clock.advance(1_000)
  expect(runs).toEqual([firstInstant + 100])
})

test('timers of one instant run in the order of scheduling', () => {
  const clock = virtualClock()
  const runs: Array<string> = []
  for (const name of ['a', 'b', 'c']) clock.schedule(firstInstant + 30, () => runs.push(name))
  clock.schedule(firstInstant + 20, () => runs.push('earlier'))
  clock.schedule(firstInstant + 10, () => runs.push('earliest'))

  clock.advance(30)

  expect(runs).toEqual(['earliest', 'earlier', 'a', 'b', 'c'])
})

test('a cancelled timer never runs, and a second cancel has no effect', () => {
  const clock = virtualClock()
  let runs = 0
  const cancel = clock.schedule(firstInstant + 1, () => runs++)
  clock.schedule(firstInstant + 2, () => runs++)
  cancel()
  cancel()

  clock.advance(10)

  expect(runs).toBe(1)
  expect(clock.pending()).toEqual([])
})

test('an overdue timer runs with the next advance, not while it is scheduled', () => {
  const clock = virtualClock()
  let runs = 0
  clock.schedule(firstInstant - 5, () => runs++)
  expect(runs).toBe(0)

  clock.advance(0)

  expect(runs).toBe(1)
  expect(clock.now()).toBe(firstInstant)
})

test('advanceSettled runs a timer that a promise schedules between two instants', async () => {
  const clock = virtualClock()
  const runs: Array<string> = []
  const later = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    clock.schedule(firstInstant + 15, () => runs.push(`15 at ${clock.now() - firstInstant}`))
  }
  clock.schedule(firstInstant + 10, () => void later())
  clock.schedule(firstInstant + 20, () => runs.push('20'))

  await clock.advanceSettled(30)

  expect(runs).toEqual(['15 at 15', '20'])
})

test('overdue timers run late and in order after standStill', () => {
  const clock = virtualClock()
  const runs: Array<string> = []
  clock.schedule(firstInstant + 20, () => runs.push(`b at ${clock.now() - firstInstant}`))
  clock.schedule(firstInstant + 10, () => runs.push(`a at ${clock.now() - firstInstant}`))

  clock.standStill(50)
  expect(runs).toEqual([])
  clock.advance(0)

  expect(runs).toEqual(['a at 50', 'b at 50'])
})

test('the clock rejects a negative time and an endless loop of timers', () => {
  const clock = virtualClock()
  expect(() => clock.advance(-1)).toThrow('time does not go back')
  expect(() => clock.advance(Number.NaN)).toThrow('time does not go back')

  const again = (): void => void clock.schedule(clock.now(), again)
  again()
  expect(() => clock.advance(1)).toThrow('time stands still')
})

test('a timer cannot advance the clock', () => {
  const clock = virtualClock()
  clock.schedule(firstInstant, () => clock.advance(1))
  expect(() => clock.advance(1)).toThrow('must not advance the clock')
})
