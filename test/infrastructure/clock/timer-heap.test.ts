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
])('timerHeap gives the earliest remaining timer after any additions and removals', (steps) => {
  const heap = timerHeap()
  const added: Array<Timer> = []
  const left = new Set<Timer>()
  const earliest = (): Timer | undefined =>
    [...left].toSorted((one, other) => one.at - other.at || one.order - other.order)[0]
  for (const step of steps) {
    if (step.type === 'add') {
      const timer: Timer = { at: step.at, order: added.length, run: () => undefined, place: -1 }
      added.push(timer)
      left.add(timer)
      heap.add(timer)
    } else {
      const timer = added[step.which % Math.max(1, added.length)]
      if (timer === undefined) continue
      left.delete(timer)
      heap.remove(timer)
    }
    expect(heap.size()).toBe(left.size)
    expect(heap.next()).toBe(
      [...left].toSorted((one, other) => one.at - other.at || one.order - other.order)[0],
    )
  }
  for (let next = heap.next(); next !== undefined; next = heap.next()) {
    expect(next).toBe(earliest())
    left.delete(next)
    heap.remove(next)
  }
  expect(left.size).toBe(0)
})
