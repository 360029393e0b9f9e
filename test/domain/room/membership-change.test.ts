import assert from 'node:assert/strict'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { membershipChangeOf } from '../../../src/domain/room/membership-change.js'
import type { RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import {
  cameBack,
  changedRole,
  created,
  firstInstant,
  hasJoined,
  hasLeft,
  person,
  played,
  recorded,
  sessions,
  testEpoch,
  testRoom,
  wentAway,
} from '../../kit/index.js'

const { evolve } = builtInModel

const ann = person('Ann', 'ann-1')
const bob = person('Bob')

/** The change of membership of each record, and the state after it. */
const stepsOf = (
  log: ReadonlyArray<RoomRecord>,
): ReadonlyArray<readonly [MembershipChange | undefined, RoomState]> => {
  let state = initial(testRoom)
  return log.map((record) => {
    const before = state
    state = evolve(state, record)
    return [membershipChangeOf(record, before, state), state] as const
  })
}

const changesOf = (...events: ReadonlyArray<RoomEvent>): ReadonlyArray<MembershipChange> =>
  stepsOf(recorded(events)).flatMap(([change]) => (change === undefined ? [] : [change]))

const position = { room: testRoom, epoch: testEpoch, at: firstInstant }

describe('a membership change', () => {
  test('is the first or the last entry of a member, with its protocol', () => {
    expect(
      changesOf(
        created,
        hasJoined(ann, 'picker', 'viewer'),
        hasJoined(ann, 'party', 'user'),
        hasLeft(ann, 'picker', 'viewer', 'left'),
        hasLeft(ann, 'party', 'user', 'removed'),
      ),
    ).toStrictEqual([
      {
        ...position,
        what: 'joined',
        seq: 2,
        memberId: ann.memberId,
        userId: 'ann-1',
        name: 'Ann',
        dialect: 'picker',
        role: 'viewer',
      },
      {
        ...position,
        what: 'left',
        seq: 5,
        memberId: ann.memberId,
        userId: 'ann-1',
        name: 'Ann',
        dialect: 'party',
        role: 'user',
        reason: 'removed',
      },
    ])
  })

  test('of a departure has the name from any of the entries', () => {
    const nameless = { ...ann, name: null, userId: null }
    const [, departure] = changesOf(
      created,
      hasJoined(nameless, 'picker', 'viewer'),
      hasJoined(ann, 'party', 'user'),
      hasLeft(ann, 'party', 'user', 'left'),
      hasLeft(ann, 'picker', 'viewer', 'left'),
    )
    expect(departure).toMatchObject({ what: 'left', seq: 5, name: 'Ann', userId: 'ann-1' })
  })

  test('is neither a connection that was lost and returned, nor another role', () => {
    expect(
      changesOf(
        created,
        hasJoined(bob, 'picker', 'viewer'),
        wentAway(bob, firstInstant + 15_000),
        cameBack(bob, bob),
        changedRole(bob, 'picker', 'viewer', 'broadcaster'),
      ).map(({ what, seq }) => [what, seq]),
    ).toStrictEqual([['joined', 2]])
  })
})

describe('the membership changes of any session', () => {
  property.prop([sessions])('add up to the members of the room, at every record', (session) => {
    const present = new Set<string>()
    for (const [change, state] of stepsOf(played(session).log())) {
      if (change !== undefined) {
        const { what, memberId } = change
        // No member joins twice or leaves without having joined.
        assert.equal(present.has(memberId), what === 'left')
        if (what === 'joined') present.add(memberId)
        else present.delete(memberId)
      }
      const members = state.phase === 'absent' ? [] : valuesIn(state.members).map(({ id }) => id)
      assert.deepEqual([...present].sort(), members.sort())
    }
  })

  test('include departures', () => {
    const departures = fc
      .sample(sessions, { numRuns: 200, seed: 1 })
      .flatMap((session) => stepsOf(played(session).log()))
      .filter(([change]) => change?.what === 'left')
    expect(departures.length).toBeGreaterThan(20)
  })
})
