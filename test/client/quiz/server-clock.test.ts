import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serverClock } from '../../../src/client/quiz/server-clock.js'

/** A server whose clock is ahead, and messages with these delays. */
const played = (aheadMs: number, underWay: ReadonlyArray<number>) => {
  let own = 5_000
  const clock = serverClock(
    () => own,
    () => 0,
  )
  for (const ms of underWay) {
    const sentAt = own + aheadMs
    own += ms
    clock.observe(sentAt)
  }
  return { clock, serverNow: () => own + aheadMs, pass: (ms: number) => (own += ms) }
}

const waits = fc.array(fc.nat({ max: 2_000 }), { minLength: 1, maxLength: 20 })

test('is never ahead of the server’s time, and behind it by the lowest delay', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e12 }), waits, fc.nat(), (aheadMs, underWay, later) => {
      const { clock, serverNow, pass } = played(aheadMs, underWay)
      pass(later)
      expect(serverNow() - clock.now()).toBe(Math.min(...underWay))
    }),
  )
})

test('does not change with events that are sent again later', () => {
  const { clock, serverNow } = played(1_000, [20])
  const before = clock.now()
  clock.observe(before - 60_000)
  expect(clock.now()).toBe(before)
  expect(serverNow() - before).toBe(20)
})

test('starts over with the device’s time on a new connection', () => {
  const { clock } = played(1_000, [20])
  clock.reset()
  expect(clock.now()).toBe(0)
  clock.observe(7_000)
  expect(clock.now()).toBe(7_000)
})
