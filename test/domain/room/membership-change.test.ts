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

/** What a log says of who came and went, and who is there behind each record. */
const attendances = (
  log: ReadonlyArray<RoomRecord>,
): ReadonlyArray<readonly [MembershipChange | undefined, RoomState]> => {
  let state = initial(testRoom)
  return log.map((record) => {
    const before = state
    state = evolve(state, record)
    return [membershipChangeOf(record, before, state), state] as const
  })
}

const said = (...events: ReadonlyArray<RoomEvent>): ReadonlyArray<MembershipChange> =>
  attendances(recorded(events)).flatMap(([attendance]) => (attendance === undefined ? [] : [attendance]))

const who = { room: testRoom, epoch: testEpoch, at: firstInstant }

describe('who comes and goes', () => {
  test('a member comes with its first entry and goes with its last, by the way of that entry', () => {
    expect(
      said(
        created,
        hasJoined(ann, 'picker', 'viewer'),
        hasJoined(ann, 'party', 'user'),
        hasLeft(ann, 'picker', 'viewer', 'left'),
        hasLeft(ann, 'party', 'user', 'removed'),
      ),
    ).toStrictEqual([
      {
        ...who,
        what: 'joined',
        seq: 2,
        memberId: ann.memberId,
        userId: 'ann-1',
        name: 'Ann',
        dialect: 'picker',
        role: 'viewer',
      },
      {
        ...who,
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

  test('a member that goes has the name that it told by any way in', () => {
    const silent = { ...ann, name: null, userId: null }
    const [, gone] = said(
      created,
      hasJoined(silent, 'picker', 'viewer'),
      hasJoined(ann, 'party', 'user'),
      hasLeft(ann, 'party', 'user', 'left'),
      hasLeft(ann, 'picker', 'viewer', 'left'),
    )
    expect(gone).toMatchObject({ what: 'left', seq: 5, name: 'Ann', userId: 'ann-1' })
  })

  test('a connection that was lost and came back is neither, nor is another role', () => {
    expect(
      said(
        created,
        hasJoined(bob, 'picker', 'viewer'),
        wentAway(bob, firstInstant + 15_000),
        cameBack(bob, bob),
        changedRole(bob, 'picker', 'viewer', 'broadcaster'),
      ).map(({ what, seq }) => [what, seq]),
    ).toStrictEqual([['joined', 2]])
  })
})

describe('in whatever happens in a room', () => {
  property.prop([sessions])('those who came and did not go are its members, at every record', (session) => {
    const there = new Set<string>()
    for (const [attendance, state] of attendances(played(session).log())) {
      if (attendance !== undefined) {
        const { what, memberId } = attendance
        // Nobody comes twice or goes without having come.
        assert.equal(there.has(memberId), what === 'left')
        if (what === 'joined') there.add(memberId)
        else there.delete(memberId)
      }
      const members = state.phase === 'absent' ? [] : valuesIn(state.members).map(({ id }) => id)
      assert.deepEqual([...there].sort(), members.sort())
    }
  })

  test('there are sessions in which people go', () => {
    const gone = fc
      .sample(sessions, { numRuns: 200, seed: 1 })
      .flatMap((session) => attendances(played(session).log()))
      .filter(([attendance]) => attendance?.what === 'left')
    expect(gone.length).toBeGreaterThan(20)
  })
})
