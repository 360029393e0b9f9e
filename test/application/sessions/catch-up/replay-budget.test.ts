import { expect, it } from 'vitest'
import { sessionKey } from '../../../../src/domain/kernel/ids.js'
import { createReplayBudget } from '../../../../src/application/sessions/catch-up/replay-budget.js'
import { virtualClock } from '../../../kit/virtual-clock.js'

it('a replay budget makes a session wait beyond its burst, refills with time, and forgets full sessions', () => {
  const clock = virtualClock(0)
  let reports = 0
  const limits = { replayBudgetRecords: 1_000, replayBudgetRecordsPerSecond: 100 }
  const budget = createReplayBudget(clock, limits, () => reports++)
  const [ann, bob] = [sessionKey('ann'), sessionKey('bob')]
  for (let page = 0; page < 10; page++) {
    expect(budget.delayMs(ann)).toBe(0)
    budget.charge(ann, 100)
  }
  budget.charge(ann, 100)
  expect([budget.delayMs(ann), budget.delayMs(bob), reports]).toEqual([1_000, 0, 1])
  clock.advance(1_000)
  expect(budget.delayMs(ann)).toBe(0)
  clock.advance(10_000)
  budget.charge(bob, 1)
  expect(budget.size()).toBe(1)
})
