import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { RoomSignalled } from '../../../src/domain/room/index.js'
import type { SignalCount } from '../../../src/domain/signalling/index.js'
import {
  countSignal,
  isIntervalOver,
  recordDueAt,
  recordCount,
} from '../../../src/domain/signalling/index.js'
import { firstInstant, person } from '../../kit/index.js'

const pair = { from: person('ann').memberId, to: person('bob').memberId, kind: 'candidate' }

interface RecordedCount {
  readonly at: number
  readonly event: RoomSignalled
}

/** The records of signals of one pair and kind, with the timer between the signals and after the last. */
const recordCounts = (
  signals: ReadonlyArray<{ readonly at: number; readonly bytes: number }>,
): ReadonlyArray<RecordedCount> => {
  const records: Array<RecordedCount> = []
  let count: SignalCount | undefined
  const runTimer = (until: number): void => {
    const due = count === undefined ? null : recordDueAt(count)
    if (count === undefined || due === null || due > until) return
    const { current, event } = recordCount(count, due)
    count = current
    records.push({ at: due, event })
  }
  for (const { at, bytes } of signals) {
    runTimer(at)
    const { current, event } = countSignal(count, { ...pair, bytes }, at)
    count = current
    if (event !== null) records.push({ at, event })
  }
  runTimer(Infinity)
  return records
}

test('the first signal is recorded at once, and all further ones of the same second with one record', () => {
  const signals = [0, 1, 500, 999].map((ms) => ({ at: firstInstant + ms, bytes: 10 }))
  expect(recordCounts(signals)).toEqual([
    { at: firstInstant, event: { type: 'room.signalled', data: { ...pair, count: 1, bytes: 10 } } },
    { at: firstInstant + 1_000, event: { type: 'room.signalled', data: { ...pair, count: 3, bytes: 30 } } },
  ])
  const { current } = countSignal(undefined, { ...pair, bytes: 1 }, firstInstant)
  expect(recordDueAt(current)).toBeNull()
  expect([999, 1_000].map((ms) => isIntervalOver(current, firstInstant + ms))).toEqual([false, true])
})

test('a signal after the second is recorded at once, together with the count so far', () => {
  const first = countSignal(undefined, { ...pair, bytes: 1 }, firstInstant)
  const second = countSignal(first.current, { ...pair, bytes: 2 }, firstInstant + 999)
  const third = countSignal(second.current, { ...pair, bytes: 4 }, firstInstant + 1_000)
  expect([first.event?.data, second.event, third.event?.data]).toEqual([
    { ...pair, count: 1, bytes: 1 },
    null,
    { ...pair, count: 2, bytes: 6 },
  ])
})

const many = fc
  .array(fc.record({ waitMs: fc.integer({ min: 0, max: 1_500 }), bytes: fc.nat({ max: 65_536 }) }), {
    maxLength: 60,
    size: 'max',
  })
  .map((all) => {
    let at = firstInstant
    return all.map(({ waitMs, bytes }) => ({ at: (at += waitMs), bytes }))
  })

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, each) => all + each, 0)

property.prop([many])(
  'every signal is recorded once, at most a second late and with at most one record per second',
  (signals) => {
    const records = recordCounts(signals)
    expect(sum(records.map(({ event }) => event.data.count))).toBe(signals.length)
    expect(sum(records.map(({ event }) => event.data.bytes))).toBe(sum(signals.map(({ bytes }) => bytes)))
    for (const [index, { at, event }] of records.entries()) {
      expect(event.data.count).toBeGreaterThan(0)
      expect(at - (records[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(1_000)
    }
    for (const { at } of signals) {
      expect(records.some((record) => record.at >= at && record.at <= at + 1_000)).toBe(true)
    }
  },
)
