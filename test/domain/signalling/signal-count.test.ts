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

interface Written {
  readonly at: number
  readonly event: RoomSignalled
}

/** Signals of one pair and kind at these moments, with the clock that tells what is due between them; at the end all is told. */
const writtenOf = (
  signals: ReadonlyArray<{ readonly at: number; readonly bytes: number }>,
): ReadonlyArray<Written> => {
  const written: Array<Written> = []
  let tally: SignalCount | undefined
  const tellDue = (until: number): void => {
    const due = tally === undefined ? null : recordDueAt(tally)
    if (tally === undefined || due === null || due > until) return
    const { tally: next, event } = recordCount(tally, due)
    tally = next
    written.push({ at: due, event })
  }
  for (const { at, bytes } of signals) {
    tellDue(at)
    const { tally: next, event } = countSignal(tally, { ...pair, bytes }, at)
    tally = next
    if (event !== null) written.push({ at, event })
  }
  tellDue(Infinity)
  return written
}

test('the first is written at once, what follows in the same second with one record, and then nothing', () => {
  const signals = [0, 1, 500, 999].map((ms) => ({ at: firstInstant + ms, bytes: 10 }))
  expect(writtenOf(signals)).toEqual([
    { at: firstInstant, event: { type: 'room.signalled', data: { ...pair, count: 1, bytes: 10 } } },
    { at: firstInstant + 1_000, event: { type: 'room.signalled', data: { ...pair, count: 3, bytes: 30 } } },
  ])
  const { tally } = countSignal(undefined, { ...pair, bytes: 1 }, firstInstant)
  expect(recordDueAt(tally)).toBeNull()
  expect([999, 1_000].map((ms) => isIntervalOver(tally, firstInstant + ms))).toEqual([false, true])
})

test('one that comes when the second is over is written at once, with what was not written by then', () => {
  const first = countSignal(undefined, { ...pair, bytes: 1 }, firstInstant)
  const second = countSignal(first.tally, { ...pair, bytes: 2 }, firstInstant + 999)
  const third = countSignal(second.tally, { ...pair, bytes: 4 }, firstInstant + 1_000)
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
  'at most one record a second, a second late at most, and in all what was signalled',
  (signals) => {
    const written = writtenOf(signals)
    expect(sum(written.map(({ event }) => event.data.count))).toBe(signals.length)
    expect(sum(written.map(({ event }) => event.data.bytes))).toBe(sum(signals.map(({ bytes }) => bytes)))
    for (const [place, { at, event }] of written.entries()) {
      expect(event.data.count).toBeGreaterThan(0)
      expect(at - (written[place - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(1_000)
    }
    for (const { at } of signals) {
      expect(written.some((record) => record.at >= at && record.at <= at + 1_000)).toBe(true)
    }
  },
)
