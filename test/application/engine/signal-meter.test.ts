import { expect, test } from 'vitest'
import { createSignalMeter } from '../../../src/application/engine/room/signal-meter.js'
import { firstInstant, person } from '../../kit/index.js'

const [from, to] = [person('ann').memberId, person('bob').memberId]

const counting = () => {
  const signalRecords = createSignalMeter()
  const count = (kind: string, at: number, isSent = true): number | null => {
    const { events, onPublished: left } = signalRecords.count({ from, to, kind, bytes: 10 }, at)
    if (isSent) left()
    return events[0]?.data.count ?? null
  }
  return { signalRecords, count }
}

test('forgets kinds that were not signalled within the last second', () => {
  const { signalRecords, count } = counting()
  for (let n = 0; n < 10_000; n++) expect(count(`kind-${n}`, firstInstant + n)).toBe(1)
  expect(signalRecords.size()).toBeLessThanOrEqual(1_001)
  expect(signalRecords.dueAt()).toBeNull()
})

test('a rollback removes withdrawn signals from the count and keeps published ones', () => {
  const { signalRecords, count } = counting()
  expect([count('x', firstInstant), count('x', firstInstant + 1), count('x', firstInstant + 2)]).toEqual([
    1,
    null,
    null,
  ])
  count('x', firstInstant + 3, false)
  count('new', firstInstant + 3, false)
  signalRecords.rollBack()
  expect(signalRecords.dueAt()).toBe(firstInstant + 1_000)
  expect(
    signalRecords.record(firstInstant + 1_000).events.map(({ data }) => [data.kind, data.count]),
  ).toEqual([['x', 2]])
  expect(count('new', firstInstant + 1_000)).toBe(1)
})

test('a withdrawn record is written again unless it is found in the log', () => {
  for (const isFound of [false, true]) {
    const { signalRecords, count } = counting()
    for (const ms of [0, 1]) count('x', firstInstant + ms)
    const outcomes = signalRecords.record(firstInstant + 1_000).events
    expect(outcomes.map(({ data }) => data.count)).toEqual([1])
    signalRecords.rollBack()
    if (isFound) for (const { data } of outcomes) signalRecords.observeRecorded(data, firstInstant + 1_000)
    const again = signalRecords.record(firstInstant + 1_500).events.map(({ data }) => data.count)
    expect(again).toEqual(isFound ? [] : [1])
    // Still at most once per second.
    expect(count('x', firstInstant + 1_999)).toBeNull()
  }
})
