import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { ProtocolName, RoomState } from '../../../src/domain/room/index.js'
import type { Signal, Target } from '../../../src/domain/signalling/index.js'
import { routeSignal as route } from '../../../src/domain/signalling/index.js'
import { supportsSignal } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Person } from '../../kit/index.js'
import { everybody, foldOf, firstInstant, hasLeft, nastyNames, person, wentAway } from '../../kit/index.js'
import type { Entering } from './signalling-kit.js'
import { nobody, roomOf, signal, to, toBroadcaster, toUser } from './signalling-kit.js'

const { protocols } = builtInModel

const routeSignal = (sent: Signal, by: MemberId | null, state: RoomState) => route(sent, by, state, protocols)

const [ann, bob, cy] = [person('ann', 'user-a'), person('bob', 'user-b'), person('cy')]

/** The two ends by their ids, or the code. */
const way = (said: Signal, by: Person | null, ...entries: ReadonlyArray<Entering>): unknown =>
  endsOf(routeSignal(said, by?.memberId ?? nobody, roomOf(entries)))

const endsOf = (found: ReturnType<typeof routeSignal>): unknown =>
  E.isLeft(found) ? found.left.type : [found.right.from.id, found.right.to.id]

const dialects: ReadonlyArray<ProtocolName> = ['native', 'picker', 'mesh', 'party', 'connect-four', 'chat']

describe('a signal', () => {
  test('goes from a member to a member of the same room', () => {
    expect(way(signal(to(bob)), ann, [ann, 'mesh'], [bob, 'mesh'])).toEqual([ann.memberId, bob.memberId])
  })

  test('goes to nobody who is not in the room, and from nobody who is not', () => {
    expect(way(signal(to(bob)), ann, [ann, 'mesh'])).toBe('target-not-found')
    expect(way(signal(to(bob)), ann, [bob, 'mesh'])).toBe('not-in-room')
    expect(way(signal(to(bob)), null, [ann, 'mesh'], [bob, 'mesh'])).toBe('not-in-room')
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, foldOf([])))).toBe('room-not-found')
  })

  test('goes to nobody who has left, and to whoever is in its grace', () => {
    const gone = roomOf(
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
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, gone))).toBe('target-not-found')
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, away))).toEqual([ann.memberId, bob.memberId])
  })

  test('goes to nobody in a room that is closed', () => {
    const closed = roomOf(
      [
        [ann, 'mesh'],
        [bob, 'mesh'],
      ],
      { type: 'room.closed', data: { reason: 'imported' } },
    )
    expect(endsOf(routeSignal(signal(to(bob)), ann.memberId, closed))).toBe('access-denied')
  })

  test('is said by a vocabulary by which its sender is there', () => {
    const said = signal(to(bob), { dialect: 'picker' })
    expect(way(said, ann, [ann, 'mesh'], [bob, 'picker'])).toBe('not-in-room')
    expect(way(said, ann, [ann, 'mesh'], [ann, 'picker'], [bob, 'picker'])).toEqual([
      ann.memberId,
      bob.memberId,
    ])
  })

  test('is not for oneself, under whatever name', () => {
    expect(way(signal(to(ann)), ann, [ann, 'mesh'])).toBe('self-signal')
    expect(way(signal(toUser('user-a'), { dialect: 'party' }), ann, [ann, 'party'])).toBe('self-signal')
  })

  test.each(nastyNames)('to a member by the name of %j finds nobody', (name) => {
    const nasty: Target = { type: 'member', id: { ...ann, memberId: name }.memberId as typeof ann.memberId }
    expect(way(signal(nasty), ann, [ann, 'mesh'])).toBe('target-not-found')
    expect(way(signal(toUser(name), { dialect: 'party' }), ann, [ann, 'party'])).toBe('target-not-found')
  })
})

describe('a target', () => {
  test('that is a user is one of the party, or who is called so there', () => {
    const said = signal(toUser('user-b'), { dialect: 'party' })
    expect(way(said, ann, [ann, 'party'], [bob, 'party'])).toEqual([ann.memberId, bob.memberId])
    expect(way(said, ann, [ann, 'party'], [bob, 'mesh'])).toEqual([ann.memberId, bob.memberId])
    expect(way(signal(toUser(bob.memberId), { dialect: 'party' }), ann, [ann, 'party'], [bob, 'party'])).toBe(
      'target-not-found',
    )
  })

  test('that is the broadcaster is whoever leads, and nobody where nobody does', () => {
    const said = signal(toBroadcaster, { dialect: 'picker' })
    expect(way(said, ann, [ann, 'picker'], [bob, 'picker', 'broadcaster'])).toEqual([
      ann.memberId,
      bob.memberId,
    ])
    expect(way(said, ann, [ann, 'picker'], [bob, 'picker'])).toBe('target-not-found')
  })

  test('has to be named by the broadcaster', () => {
    const room = roomOf([
      [ann, 'picker', 'broadcaster'],
      [bob, 'picker'],
    ])
    expect(routeSignal(signal(toBroadcaster, { dialect: 'picker' }), ann.memberId, room)).toMatchObject({
      left: { type: 'invalid-payload', path: 'target' },
    })
    expect(endsOf(routeSignal(signal(to(bob), { dialect: 'picker' }), ann.memberId, room))).toEqual([
      ann.memberId,
      bob.memberId,
    ])
  })

  test('may be another viewer', () => {
    const said = signal(to(cy), { dialect: 'picker' })
    expect(way(said, bob, [ann, 'picker', 'broadcaster'], [bob, 'picker'], [cy, 'picker'])).toEqual([
      bob.memberId,
      cy.memberId,
    ])
  })

  test.each(dialects)('of %s is found for what its vocabulary has a word for', (dialect) => {
    for (const kind of ['offer', 'answer', 'candidate', 'signal', '__proto__']) {
      const found = way(signal(to(bob), { dialect: 'native', kind }), ann, [ann, 'native'], [bob, dialect])
      expect(found).toEqual(
        supportsSignal(dialect, kind, protocols) ? [ann.memberId, bob.memberId] : 'target-not-found',
      )
    }
    expect(supportsSignal(dialect, 'offer', protocols)).toBe(!['chat', 'connect-four'].includes(dialect))
  })
})

const entered: fc.Arbitrary<Entering> = fc.tuple(
  fc.constantFrom(...everybody),
  fc.constantFrom<ProtocolName>(...dialects),
)

const targets: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom(...everybody).map(to),
  fc.constantFrom('user-a', 'user-b', 'user-c').map(toUser),
  fc.constant(toBroadcaster),
)

property.prop([
  fc.uniqueArray(entered, { selector: ([who, dialect]) => `${who.memberId} ${dialect}` }),
  fc.constantFrom(...everybody),
  targets,
  fc.constantFrom<ProtocolName>(...dialects),
  fc.constantFrom('offer', 'answer', 'candidate', 'signal'),
])(
  'whatever is said, it reaches one other member that has a word for it, or nobody',
  (entries, by, target, dialect, kind) => {
    const found = routeSignal(signal(target, { dialect, kind }), by.memberId, roomOf(entries))
    const has = (id: string, fits: (entry: ProtocolName) => boolean): boolean =>
      entries.some(([who, entry]) => who.memberId === id && fits(entry))
    if (E.isLeft(found)) {
      const isIn = has(by.memberId, (entry) => entry === dialect)
      expect(found.left.type === 'not-in-room').toBe(!isIn)
      return
    }
    const { from, to: reached } = found.right
    expect(from.id).toBe(by.memberId)
    expect(reached.id).not.toBe(from.id)
    expect(has(from.id, (entry) => entry === dialect)).toBe(true)
    expect(has(reached.id, (entry) => supportsSignal(entry, kind, protocols))).toBe(true)
    if (target.type === 'member') expect(reached.id).toBe(target.id)
    if (target.type === 'user') expect(reached.userId).toBe(target.id)
  },
)
