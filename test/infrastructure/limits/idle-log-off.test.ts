import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { startIdleLogOff } from '../../../src/infrastructure/limits/idle-log-off.js'
import { firstInstant, virtualClock } from '../../kit/index.js'

const idleMs = 60_000

const scene = () => {
  const clock = virtualClock()
  const lastEvents = new Map<string, number>()
  const closed: Array<readonly [string, number]> = []
  const stop = startIdleLogOff({
    clock,
    idleMs,
    closeIdle: (since) => {
      for (const [name, at] of lastEvents) {
        if (at > since) continue
        lastEvents.delete(name)
        closed.push([name, clock.now() - firstInstant])
      }
      return lastEvents.size === 0 ? null : Math.min(...lastEvents.values())
    },
  })
  return { clock, lastEvents, closed, stop }
}

test('an idle connection is closed at its instant, and an active one later', () => {
  const { clock, lastEvents, closed, stop } = scene()
  lastEvents.set('idle', clock.now())
  lastEvents.set('active', clock.now())
  clock.advance(45_000)
  lastEvents.set('active', clock.now())
  clock.advance(14_999)
  expect(closed).toEqual([])
  clock.advance(1)
  expect(closed).toEqual([['idle', 60_000]])
  clock.advance(44_999)
  expect(closed).toEqual([['idle', 60_000]])
  clock.advance(1)
  expect(closed).toEqual([
    ['idle', 60_000],
    ['active', 105_000],
  ])
  stop()
  expect(clock.pending()).toEqual([])
})

test.prop([fc.array(fc.tuple(fc.nat(5), fc.nat(20_000)), { maxLength: 60 })])(
  'a connection is closed when it has been idle, and within a second of that, with one timer for all',
  (events) => {
    const { clock, lastEvents, closed, stop } = scene()
    const lastOf = new Map<string, number>()
    const check = () => {
      for (const [name, at] of closed.splice(0)) {
        const idle = at + firstInstant - (lastOf.get(name) ?? 0)
        expect(idle).toBeGreaterThanOrEqual(idleMs)
        expect(idle).toBeLessThanOrEqual(idleMs + 1_000)
      }
    }
    for (const [index, pause] of events) {
      clock.advance(pause)
      check()
      lastEvents.set(`connection-${index}`, clock.now())
      lastOf.set(`connection-${index}`, clock.now())
      expect(clock.pending()).toHaveLength(1)
    }
    clock.advance(idleMs + 1_000)
    check()
    expect(lastEvents.size).toBe(0)
    stop()
  },
)
