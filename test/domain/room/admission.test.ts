import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import { fc, test as property } from '@fast-check/vitest'
import type { Enter } from '../../../src/domain/room/commands.js'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { entering, foldOf, openRules, person, roomDriver } from '../../kit/index.js'

const { redactState, redactEvent } = builtInModel

const admission = { userIds: ['user-a'], roles: ['staff'] }
const rules = { ...openRules, admission }
const [ann, bob] = [person('ann', 'user-a'), person('bob', 'user-b')]
const admissionDenied = E.left({ type: 'access-denied', cause: 'admission' })
const identityDenied = E.left({ type: 'access-denied', cause: 'identity' })

const enter = (who: typeof ann, rest: Partial<Enter> = {}): Enter => entering(who, 'native', 'member', rest)
const proven = { isVerified: true }

const userIdsIn = (state: RoomState): ReadonlyArray<string | null> =>
  state.phase === 'absent' ? [] : valuesIn(state.members).map(({ userId }) => userId)

const restrictedRoom = () => {
  const room = roomDriver()
  room.send({ type: 'create', token: null, rules })
  return room
}

describe('a room that names who may enter', () => {
  test.each<[string, Partial<Enter>, typeof ann]>([
    ['a user that it names', proven, ann],
    ['a user with a role that it names', { ...proven, roles: ['admin', 'staff'] }, bob],
  ])('admits %s', (_name, rest, who) => {
    const room = restrictedRoom()
    room.send(enter(who, rest), who.memberId)
    expect(userIdsIn(room.state())).toEqual([who.userId])
  })

  test.each<[string, Partial<Enter>, typeof ann]>([
    ['a user that it does not name', proven, bob],
    ['a user with another role', { ...proven, roles: ['admin'] }, bob],
    ['a user id that no token proves', {}, ann],
    ['a role that no token proves', { roles: ['staff'] }, bob],
    ['an anonymous connection', {}, person('cy')],
  ])('denies %s', (_name, rest, who) => {
    const room = restrictedRoom()
    expect(room.send(enter(who, rest), who.memberId)).toEqual(admissionDenied)
    expect(userIdsIn(room.state())).toEqual([])
  })

  test('wants the token of a private room too', () => {
    const room = roomDriver()
    room.send({ type: 'create', token: 'secret', rules })
    const withoutToken = room.send(enter(ann, proven), ann.memberId)
    expect(withoutToken).toEqual(E.left({ type: 'access-denied', cause: 'token' }))
    room.send(enter(ann, { ...proven, token: 'secret' }), ann.memberId)
    expect(userIdsIn(room.state())).toEqual(['user-a'])
  })

  test('is not created by a join of a user that it would not admit', () => {
    const room = roomDriver()
    expect(room.send(enter(bob, { ...proven, rules }), bob.memberId)).toEqual(admissionDenied)
    expect(room.log()).toEqual([])
  })

  test('lets a member that has lost its role neither stay, nor enter another protocol, nor resume', () => {
    const staff = { ...proven, roles: ['staff'] }
    const lost = { userId: 'user-b', isVerified: true, roles: [] }
    const room = restrictedRoom()
    room.send(enter(bob, staff), bob.memberId)
    const again = room.send(entering(bob, 'picker', 'viewer', proven), bob.memberId)
    expect(again).toEqual(admissionDenied)

    room.send({ type: 'reauthorize', memberId: bob.memberId, user: lost })
    expect(room.log().at(-1)).toMatchObject({ type: 'room.member-left', data: { reason: 'removed' } })
    expect(userIdsIn(room.state())).toEqual([])

    room.send(enter(bob, staff), bob.memberId)
    room.send({ type: 'resume', session: bob.session, connection: bob.connection, user: lost })
    expect(userIdsIn(room.state())).toEqual([])
  })

  test('keeps a member whose role is still one of those that it names', () => {
    const room = restrictedRoom()
    room.send(enter(bob, { ...proven, roles: ['staff'] }), bob.memberId)
    const user = { userId: 'user-b', isVerified: true, roles: ['staff', 'admin'] }
    expect(room.send({ type: 'reauthorize', memberId: bob.memberId, user })).toEqual(E.right([]))
  })

  test('shows its names to no viewer, neither in the state nor in the log', () => {
    const room = restrictedRoom()
    room.send(enter(ann, proven), ann.memberId)
    const member = { type: 'member', id: ann.memberId } as const
    for (const viewer of [member, { type: 'operator' } as const]) {
      const state = redactState(viewer, room.state())
      const events = room.log().flatMap((event) => redactEvent(viewer, event) ?? [])
      expect(redactState(viewer, foldOf(events))).toEqual(state)
      expect(JSON.stringify([state, events])).not.toContain('staff')
    }
  })
})

describe('a user id that a member proves by a token', () => {
  test('is not taken by a newcomer without one', () => {
    const room = roomDriver()
    room.send(enter(ann, proven), ann.memberId)
    const impostor = person('impostor', 'user-a')
    for (const [protocol, role] of [
      ['native', 'member'],
      ['party', 'user'],
      ['mesh', 'peer'],
    ] as const) {
      expect(room.send(entering(impostor, protocol, role), impostor.memberId)).toEqual(identityDenied)
    }
  })

  test('is not taken over while its member is away', () => {
    const room = roomDriver()
    const { memberId, connection } = ann
    room.send(entering(ann, 'party', 'user', proven), memberId)
    room.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: 15_000 })
    const impostor = person('impostor', 'user-a')
    expect(room.send(entering(impostor, 'party', 'user'), impostor.memberId)).toEqual(identityDenied)
  })

  test('is taken from a member that only states it', () => {
    const room = roomDriver()
    const impostor = person('impostor', 'user-a')
    room.send(entering(impostor, 'party', 'user'), impostor.memberId)
    room.send(entering(ann, 'party', 'user', proven), ann.memberId)
    expect(room.log().map(({ type, data }) => [type, data])).toContainEqual([
      'room.member-left',
      { memberId: impostor.memberId, dialect: 'party', role: 'user', reason: 'displaced' },
    ])
    const state = room.state()
    if (state.phase === 'absent') throw new Error('The room is absent')
    expect(valuesIn(state.members).map(({ id, isVerified }) => [id, isVerified])).toEqual([
      [ann.memberId, true],
    ])
  })

  const entries = fc.array(
    fc.record({
      who: fc.integer({ min: 0, max: 5 }),
      userId: fc.constantFrom('user-a', 'user-b'),
      isVerified: fc.boolean(),
      inParty: fc.boolean(),
    }),
    { maxLength: 12 },
  )

  property.prop([entries])('is never shared with a member that only states it', (all) => {
    const room = roomDriver()
    for (const { who, userId, isVerified, inParty } of all) {
      // A session belongs to one user, proven or not.
      const each = person(`${who} ${userId} ${String(isVerified)}`, userId)
      const [protocol, role] = inParty ? ['party', 'user'] : ['native', 'member']
      room.send(entering(each, protocol, role, { isVerified }), each.memberId)
      const state = room.state()
      const members = state.phase === 'absent' ? [] : valuesIn(state.members)
      for (const id of ['user-a', 'user-b']) {
        const kinds = new Set(
          members.filter((member) => member.userId === id).map((member) => member.isVerified),
        )
        expect(kinds.size).toBeLessThanOrEqual(1)
      }
    }
  })
})
