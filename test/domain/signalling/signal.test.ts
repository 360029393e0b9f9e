import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { Member, ProtocolName, RoomState } from '../../../src/domain/room/index.js'
import type { Signal, Target, WaitingSignals } from '../../../src/domain/signalling/index.js'
import { admitWaitingSignal, routeSignal as route } from '../../../src/domain/signalling/index.js'
import { supportsSignal } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Person } from '../../kit/index.js'
import { everybody, foldOf, firstInstant, hasLeft, nastyNames, person, wentAway } from '../../kit/index.js'
import type { Joined } from './signalling-kit.js'
import { roomOf, signal, to, toBroadcaster, toUser } from './signalling-kit.js'

const { protocols } = builtInModel

const routeSignal = (from: Signal, by: MemberId | null, state: RoomState) => route(from, by, state, protocols)

const [ann, bob, cy] = [person('ann', 'user-a'), person('bob', 'user-b'), person('cy')]

/** The ids of the sender and the receiver, or the type of the rejection. */
const endsIn = (sent: Signal, by: Person | null, ...members: ReadonlyArray<Joined>): unknown =>
  endsOf(routeSignal(sent, by?.memberId ?? null, roomOf(members)))

const endsOf = (routed: ReturnType<typeof routeSignal>): unknown =>
  E.isLeft(routed) ? routed.left.type : [routed.right.from.id, routed.right.to.id]

const names: ReadonlyArray<ProtocolName> = ['native', 'picker', 'mesh', 'party', 'connect-four', 'chat']

describe('a signal', () => {
  test('goes from a member to a member of the same room', () => {
    expect(endsIn(signal(to(bob)), ann, [ann, 'mesh'], [bob, 'mesh'])).toEqual([ann.memberId, bob.memberId])
  })

  test('is rejected when its sender or its receiver is not in the room', () => {
    expect(endsIn(signal(to(bob)), ann, [ann, 'mesh'])).toBe('target-not-found')
    expect(endsIn(signal(to(bob)), ann, [bob, 'mesh'])).toBe('not-in-room')
    expect(endsIn(signal(to(bob)), null, [ann, 'mesh'], [bob, 'mesh'])).toBe('not-in-room')
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, foldOf([])))).toBe('room-not-found')
  })

  test('reaches a member in its grace period, and no member that has left', () => {
    const departed = roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      hasLeft(bob, 'mesh', 'peer', 'left'),
    )
    const away = roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      wentAway(bob, firstInstant + 1),
    )
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, departed))).toBe('target-not-found')
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, away))).toEqual([ann.memberId, bob.memberId])
  })

  test('is rejected in a closed room', () => {
    const closed = roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      { type: 'room.closed', data: { reason: 'imported' } },
    )
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, closed))).toBe('access-denied')
  })

  test('is rejected in a protocol in which its sender is not a member', () => {
    const sent = signal(to(bob), { protocol: 'picker' })
    expect(endsIn(sent, ann, [ann, 'mesh'], [bob, 'picker'])).toBe('not-in-room')
    expect(endsIn(sent, ann, [ann, 'mesh'], [ann, 'picker'], [bob, 'picker'])).toEqual([
      ann.memberId,
      bob.memberId,
    ])
  })

  test('is rejected when its sender is the receiver, by member id or user id', () => {
    expect(endsIn(signal(to(ann)), ann, [ann, 'mesh'])).toBe('self-signal')
    expect(endsIn(signal(toUser('user-a'), { protocol: 'party' }), ann, [ann, 'party'])).toBe('self-signal')
  })

  test.each(nastyNames)('finds no member with the id %j', (name) => {
    const nasty: Target = { type: 'member', id: { ...ann, memberId: name }.memberId as typeof ann.memberId }
    expect(endsIn(signal(nasty), ann, [ann, 'mesh'])).toBe('target-not-found')
    expect(endsIn(signal(toUser(name), { protocol: 'party' }), ann, [ann, 'party'])).toBe('target-not-found')
  })
})

describe('a target', () => {
  test('that is a user id finds the member of that user in any protocol, and no member id of a user', () => {
    const sent = signal(toUser('user-b'), { protocol: 'party' })
    expect(endsIn(sent, ann, [ann, 'party'], [bob, 'party'])).toEqual([ann.memberId, bob.memberId])
    expect(endsIn(sent, ann, [ann, 'party'], [bob, 'mesh'])).toEqual([ann.memberId, bob.memberId])
    expect(
      endsIn(signal(toUser(bob.memberId), { protocol: 'party' }), ann, [ann, 'party'], [bob, 'party']),
    ).toBe('target-not-found')
  })

  test('that is the broadcaster finds the member that leads, and is not found without a leader', () => {
    const sent = signal(toBroadcaster, { protocol: 'picker' })
    expect(endsIn(sent, ann, [ann, 'picker'], [bob, 'picker', 'broadcaster'])).toEqual([
      ann.memberId,
      bob.memberId,
    ])
    expect(endsIn(sent, ann, [ann, 'picker'], [bob, 'picker'])).toBe('target-not-found')
  })

  test('is required from the broadcaster', () => {
    const room = roomOf([
      [ann, 'picker', 'broadcaster'],
      [bob, 'picker'],
    ])
    expect(routeSignal(signal(toBroadcaster, { protocol: 'picker' }), ann.memberId, room)).toMatchObject({
      left: { type: 'invalid-payload', path: 'target' },
    })
    expect(endsOf(routeSignal(signal(to(bob), { protocol: 'picker' }), ann.memberId, room))).toEqual([
      ann.memberId,
      bob.memberId,
    ])
  })

  test('can be another viewer', () => {
    const sent = signal(to(cy), { protocol: 'picker' })
    expect(endsIn(sent, bob, [ann, 'picker', 'broadcaster'], [bob, 'picker'], [cy, 'picker'])).toEqual([
      bob.memberId,
      cy.memberId,
    ])
  })

  test.each(names)('in %s is found for the kinds that the protocol supports', (protocol) => {
    for (const kind of ['offer', 'answer', 'candidate', 'signal', '__proto__']) {
      const ends = endsIn(
        signal(to(bob), { protocol: 'native', kind }),
        ann,
        [ann, 'native'],
        [bob, protocol],
      )
      expect(ends).toEqual(
        supportsSignal(protocol, kind, protocols) ? [ann.memberId, bob.memberId] : 'target-not-found',
      )
    }
    expect(supportsSignal(protocol, 'offer', protocols)).toBe(!['chat', 'connect-four'].includes(protocol))
  })
})

const joined: fc.Arbitrary<Joined> = fc.tuple(
  fc.constantFrom(...everybody),
  fc.constantFrom<ProtocolName>(...names),
)

const targets: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom(...everybody).map(to),
  fc.constantFrom('user-a', 'user-b', 'user-c').map(toUser),
  fc.constant(toBroadcaster),
)

property.prop([
  fc.uniqueArray(joined, { selector: ([member, protocol]) => `${member.memberId} ${protocol}` }),
  fc.constantFrom(...everybody),
  targets,
  fc.constantFrom<ProtocolName>(...names),
  fc.constantFrom('offer', 'answer', 'candidate', 'signal'),
])(
  'any signal reaches another member in a protocol that supports it, or is rejected',
  (members, by, target, protocol, kind) => {
    const routed = routeSignal(signal(target, { protocol, kind }), by.memberId, roomOf(members))
    const hasEntry = (id: string, fits: (name: ProtocolName) => boolean): boolean =>
      members.some(([member, name]) => member.memberId === id && fits(name))
    if (E.isLeft(routed)) {
      const isIn = hasEntry(by.memberId, (name) => name === protocol)
      expect(routed.left.type === 'not-in-room').toBe(!isIn)
      return
    }
    const { from, to: receiver } = routed.right
    expect(from.id).toBe(by.memberId)
    expect(receiver.id).not.toBe(from.id)
    expect(hasEntry(from.id, (name) => name === protocol)).toBe(true)
    expect(hasEntry(receiver.id, (name) => supportsSignal(name, kind, protocols))).toBe(true)
    if (target.type === 'member') expect(receiver.id).toBe(target.id)
    if (target.type === 'user') expect(receiver.userId).toBe(target.id)
  },
)

const graceMs = 15_000

const bobIn = (isAway: boolean): Member => {
  const awayEvents = isAway ? [wentAway(bob, firstInstant + graceMs)] : []
  const routed = routeSignal(
    signal(to(bob)),
    ann.memberId,
    roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      ...awayEvents,
    ),
  )
  if (E.isLeft(routed)) throw new Error(routed.left.type)
  return routed.right.to
}

const [bobConnected, bobAway] = [bobIn(false), bobIn(true)]

const admit = (bytes: number, waiting: WaitingSignals, afterMs = 0, isAway = true) =>
  admitWaitingSignal(
    signal(to(bob), { bytes }),
    isAway ? bobAway : bobConnected,
    waiting,
    firstInstant + afterMs,
  )

const kib = 1_024

test('at most 256 signals and 256 KiB wait for a member', () => {
  expect(admit(1, { count: 255, bytes: 0 })).toEqual(E.right(null))
  expect(admit(1, { count: 256, bytes: 0 })).toMatchObject({ left: { type: 'too-much-waiting' } })
  expect(admit(64 * kib, { count: 3, bytes: 192 * kib })).toEqual(E.right(null))
  expect(admit(64 * kib, { count: 3, bytes: 192 * kib + 1 })).toMatchObject({
    left: { type: 'too-much-waiting' },
  })
})

test('the sender may retry after the grace period, or after a second if the receiver is connected', () => {
  const full = { count: 256, bytes: 0 }
  expect(admit(1, full, 5_000)).toMatchObject({ left: { retryAfterMs: graceMs - 5_000 } })
  expect(admit(1, full, graceMs)).toMatchObject({ left: { retryAfterMs: 1 } })
  expect(admit(1, full, 0, false)).toMatchObject({ left: { retryAfterMs: 1_000 } })
})

property.prop([fc.array(fc.nat({ max: 64 * kib }), { maxLength: 400, size: 'max' })])(
  'the signals that wait never exceed the limits',
  (sizes) => {
    let waiting: WaitingSignals = { count: 0, bytes: 0 }
    for (const bytes of sizes) {
      const admitted = admit(bytes, waiting)
      const after = { count: waiting.count + 1, bytes: waiting.bytes + bytes }
      expect(E.isRight(admitted)).toBe(after.count <= 256 && after.bytes <= 256 * kib)
      if (E.isRight(admitted)) waiting = after
    }
  },
)
