import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { Timer } from '../../../src/infrastructure/clock/timer-heap.js'
import { timerHeap } from '../../../src/infrastructure/clock/timer-heap.js'

test.prop([
  fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('add' as const), at: fc.nat(20) }),
      fc.record({ type: fc.constant('add' as const), at: fc.nat(1_000) }),
      fc.record({ type: fc.constant('remove' as const), which: fc.nat(200) }),
    ),
    { maxLength: 200, size: 'max' },
  ),
])('timerHeap returns the earliest remaining timer after any additions and removals', (steps) => {
  const heap = timerHeap()
  const added: Array<Timer> = []
  const remaining = new Set<Timer>()
  const earliest = (): Timer | undefined =>
    [...remaining].toSorted((one, other) => one.at - other.at || one.order - other.order)[0]
  for (const step of steps) {
    if (step.type === 'add') {
      const timer: Timer = { at: step.at, order: added.length, run: () => undefined, place: -1 }
      added.push(timer)
      remaining.add(timer)
      heap.add(timer)
    } else {
      const timer = added[step.which % Math.max(1, added.length)]
      if (timer === undefined) continue
      remaining.delete(timer)
      heap.remove(timer)
    }
    expect(heap.size()).toBe(remaining.size)
    expect(heap.next()).toBe(earliest())
  }
  for (let next = heap.next(); next !== undefined; next = heap.next()) {
    expect(next).toBe(earliest())
    remaining.delete(next)
    heap.remove(next)
  }
  expect(remaining.size).toBe(0)
})
