import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import * as E from '#fp/Either'
import type { Member } from '../../../src/domain/room/index.js'
import type { WaitingSignals } from '../../../src/domain/signalling/index.js'
import { admitWaitingSignal, routeSignal } from '../../../src/domain/signalling/index.js'
import { firstInstant, person, wentAway } from '../../kit/index.js'
import { roomOf, signal, to } from './signalling-kit.js'
import { builtInModel } from '../../../src/plugins.js'

const [ann, bob] = [person('ann'), person('bob')]
const graceMs = 15_000

const bobIn = (isAway: boolean): Member => {
  const went = isAway ? [wentAway(bob, firstInstant + graceMs)] : []
  const way = routeSignal(
    signal(to(bob)),
    ann.memberId,
    roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      ...went,
    ),
    builtInModel.protocols,
  )
  if (E.isLeft(way)) throw new Error(way.left.type)
  return way.right.to
}

const [bobHere, bobAway] = [bobIn(false), bobIn(true)]

const wait = (bytes: number, waiting: WaitingSignals, afterMs = 0, isAway = true) =>
  admitWaitingSignal(signal(to(bob), { bytes }), isAway ? bobAway : bobHere, waiting, firstInstant + afterMs)

const kib = 1_024

test('256 wait, and not one more; 256 KiB wait, and not a byte more', () => {
  expect(wait(1, { count: 255, bytes: 0 })).toEqual(E.right(null))
  expect(wait(1, { count: 256, bytes: 0 })).toMatchObject({ left: { type: 'too-much-waiting' } })
  expect(wait(64 * kib, { count: 3, bytes: 192 * kib })).toEqual(E.right(null))
  expect(wait(64 * kib, { count: 3, bytes: 192 * kib + 1 })).toMatchObject({
    left: { type: 'too-much-waiting' },
  })
})

test('a sender is told to wait until the grace is over, or a second where none runs', () => {
  const full = { count: 256, bytes: 0 }
  expect(wait(1, full, 5_000)).toMatchObject({ left: { retryAfterMs: graceMs - 5_000 } })
  expect(wait(1, full, graceMs)).toMatchObject({ left: { retryAfterMs: 1 } })
  expect(wait(1, full, 0, false)).toMatchObject({ left: { retryAfterMs: 1_000 } })
})

property.prop([fc.array(fc.nat({ max: 64 * kib }), { maxLength: 400, size: 'max' })])(
  'of whatever comes, what is let in is never too many and never too much',
  (sizes) => {
    let waiting: WaitingSignals = { count: 0, bytes: 0 }
    for (const bytes of sizes) {
      const allowed = wait(bytes, waiting)
      const after = { count: waiting.count + 1, bytes: waiting.bytes + bytes }
      expect(E.isRight(allowed)).toBe(after.count <= 256 && after.bytes <= 256 * kib)
      if (E.isRight(allowed)) waiting = after
    }
  },
)
