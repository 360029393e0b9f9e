import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { firstInstant, virtualClock } from '../kit/virtual-clock.js'
import type { VirtualClock } from '../kit/virtual-clock.js'

interface Ringing {
  readonly afterMs: number
  readonly again: ReadonlyArray<number>
}

/** Bells that ring once and set further bells when they do, also for instants that are past. */
const bells = fc.array(
  fc.record({
    afterMs: fc.integer({ min: -50, max: 400 }),
    again: fc.array(fc.integer({ min: -50, max: 300 }), { maxLength: 3 }),
  }),
  { maxLength: 12 },
)

const listening = (clock: VirtualClock, set: ReadonlyArray<Ringing>): ReadonlyArray<string> => {
  const heard: Array<string> = []
  for (const [bell, { afterMs, again }] of set.entries()) {
    clock.schedule(clock.now() + afterMs, () => {
      heard.push(`${bell} at ${clock.now()}`)
      for (const [echo, laterMs] of again.entries()) {
        clock.schedule(clock.now() + laterMs, () => heard.push(`${bell}.${echo} at ${clock.now()}`))
      }
    })
  }
  return heard
}

const some = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 })

test.prop([bells, some])('advance(a + b) is advance(a) and then advance(b)', (set, parts) => {
  const atOnce = virtualClock()
  const inParts = virtualClock()
  const heardAtOnce = listening(atOnce, set)
  const heardInParts = listening(inParts, set)

  atOnce.advance(parts.reduce((sum, part) => sum + part, 0))
  for (const part of parts) inParts.advance(part)

  expect(heardInParts).toEqual(heardAtOnce)
  expect(inParts.now()).toBe(atOnce.now())
})

test.prop([bells, some])('waiting for promises changes no order', async (set, parts) => {
  const plain = virtualClock()
  const settling = virtualClock()
  const heardPlain = listening(plain, set)
  const heardSettling = listening(settling, set)

  for (const part of parts) {
    plain.advance(part)
    await settling.advanceSettled(part)
  }

  expect(heardSettling).toEqual(heardPlain)
})

test('what is due runs at its instant, never before, and once', () => {
  const clock = virtualClock()
  const heard: Array<number> = []
  clock.schedule(firstInstant + 100, () => heard.push(clock.now()))

  clock.advance(99)
  expect(heard).toEqual([])
  clock.advance(1)
  clock.advance(1_000)
  expect(heard).toEqual([firstInstant + 100])
})

test('of one instant, what was scheduled first runs first', () => {
  const clock = virtualClock()
  const heard: Array<string> = []
  for (const name of ['a', 'b', 'c']) clock.schedule(firstInstant + 30, () => heard.push(name))
  clock.schedule(firstInstant + 20, () => heard.push('earlier'))
  clock.schedule(firstInstant + 10, () => heard.push('earliest'))

  clock.advance(30)

  expect(heard).toEqual(['earliest', 'earlier', 'a', 'b', 'c'])
})

test('what is cancelled never runs, and may be cancelled again', () => {
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

test('nothing runs while it is being scheduled, even if it is overdue', () => {
  const clock = virtualClock()
  let runs = 0
  clock.schedule(firstInstant - 5, () => runs++)
  expect(runs).toBe(0)

  clock.advance(0)

  expect(runs).toBe(1)
  expect(clock.now()).toBe(firstInstant)
})

test('what a promise schedules between two instants is not passed over', async () => {
  const clock = virtualClock()
  const heard: Array<string> = []
  const later = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    clock.schedule(firstInstant + 15, () => heard.push(`15 at ${clock.now() - firstInstant}`))
  }
  clock.schedule(firstInstant + 10, () => void later())
  clock.schedule(firstInstant + 20, () => heard.push('20'))

  await clock.advanceSettled(30)

  expect(heard).toEqual(['15 at 15', '20'])
})

test('after standing still, everything overdue runs late and in order', () => {
  const clock = virtualClock()
  const heard: Array<string> = []
  clock.schedule(firstInstant + 20, () => heard.push(`b at ${clock.now() - firstInstant}`))
  clock.schedule(firstInstant + 10, () => heard.push(`a at ${clock.now() - firstInstant}`))

  clock.standStill(50)
  expect(heard).toEqual([])
  clock.advance(0)

  expect(heard).toEqual(['a at 50', 'b at 50'])
})

test('time does not go back, and what is due for ever is found out', () => {
  const clock = virtualClock()
  expect(() => clock.advance(-1)).toThrow('time does not go back')
  expect(() => clock.advance(Number.NaN)).toThrow('time does not go back')

  const again = (): void => void clock.schedule(clock.now(), again)
  again()
  expect(() => clock.advance(1)).toThrow('time stands still')
})

test('what runs on the clock cannot advance it', () => {
  const clock = virtualClock()
  clock.schedule(firstInstant, () => clock.advance(1))
  expect(() => clock.advance(1)).toThrow('must not advance it')
})
