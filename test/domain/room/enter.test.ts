import { describe, expect, test } from 'vitest'
import { stateWithPlainMembers } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import {
  contextOf,
  at,
  cameBack,
  changedRole,
  created,
  entering,
  firstInstant,
  foldOf,
  given,
  hasJoined,
  hasLeft,
  person,
  recorded,
  wentAway,
} from '../../kit/index.js'

const { decide } = builtInModel

const ann = person('ann', 'user-a')
const annElsewhere = person('ann elsewhere', 'user-a')
const [bob, cy, dee] = [person('bob'), person('cy'), person('dee')]
const until = firstInstant + 15_000

describe('entering', () => {
  test('creates a room that does not exist, if the command allows it', () => {
    given()
      .when(contextOf(entering(ann, 'picker', 'viewer')))
      .then(created, hasJoined(ann, 'picker', 'viewer'))
    given()
      .when(contextOf(entering(ann, 'picker', 'viewer', { creates: false })))
      .thenRejected({ type: 'room-not-found' })
  })

  test('in a second protocol joins again under the same member id', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(contextOf(entering(ann, 'party', 'user')))
      .then(hasJoined(ann, 'party', 'user'))
  })

  test('in the same protocol with another role changes the role', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(contextOf(entering(ann, 'picker', 'broadcaster')))
      .then(changedRole(ann, 'picker', 'viewer', 'broadcaster'))
    given(created, hasJoined(ann, 'picker', 'broadcaster'))
      .when(contextOf(entering(ann, 'picker', 'viewer')))
      .then(changedRole(ann, 'picker', 'broadcaster', 'viewer'))
  })

  test('with the id of another session’s member is rejected', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(contextOf(entering({ ...bob, memberId: ann.memberId }, 'picker', 'viewer')))
      .thenRejected({ type: 'access-denied', cause: 'session' })
  })

  test('with a module activates it once, followed by its first commitment', () => {
    const open = entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' })
    const first = decide(contextOf(open), foldOf([]))
    const events: ReadonlyArray<RoomEvent> = first._tag === 'Right' ? first.right : []
    expect(events.map(({ type }) => type)).toEqual([
      'room.created',
      'room.member-joined',
      'room.activity-activated',
      'random-picker.committed',
    ])
    given(...events)
      .when(contextOf(entering(bob, 'picker', 'viewer', { activates: 'random-picker' })))
      .then(hasJoined(bob, 'picker', 'viewer'))
  })
})

describe('the broadcaster role', () => {
  const withBroadcaster = [created, hasJoined(ann, 'picker', 'broadcaster')] as const

  test('is taken while the broadcaster is connected', () => {
    given(...withBroadcaster)
      .when(contextOf(entering(bob, 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
    given(...withBroadcaster, hasJoined(bob, 'picker', 'viewer'))
      .when(contextOf(entering(bob, 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
  })

  test('goes to the next member that asks while the broadcaster, who becomes a viewer, is away', () => {
    given(...withBroadcaster, wentAway(ann, until))
      .when(contextOf(entering(bob, 'picker', 'broadcaster')))
      .then(changedRole(ann, 'picker', 'broadcaster', 'viewer'), hasJoined(bob, 'picker', 'broadcaster'))
    given(...withBroadcaster, hasJoined(bob, 'picker', 'viewer'), wentAway(ann, until))
      .when(contextOf(entering(bob, 'picker', 'broadcaster')))
      .then(
        changedRole(ann, 'picker', 'broadcaster', 'viewer'),
        changedRole(bob, 'picker', 'viewer', 'broadcaster'),
      )
  })

  test('is not given back to the earlier broadcaster when it returns', () => {
    const taken = [
      ...withBroadcaster,
      wentAway(ann, until),
      changedRole(ann, 'picker', 'broadcaster', 'viewer'),
      hasJoined(bob, 'picker', 'broadcaster'),
    ]
    const { memberId, session } = ann
    given(...taken)
      .when(contextOf({ type: 'resume', memberId, session, connection: at(ann, 2).connection }))
      .then(cameBack(ann, at(ann, 2)))
    given(...taken)
      .when(contextOf(entering(at(ann, 2), 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
  })

  test('remains with a broadcaster that is away until another member takes it', () => {
    given(...withBroadcaster, wentAway(ann, until))
      .when(contextOf(entering(at(ann, 2), 'picker', 'broadcaster')))
      .then(cameBack(ann, at(ann, 2)))
  })
})

describe('a member that is away', () => {
  const away = [created, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, until)] as const

  test('is taken over at once by a session of the same user', () => {
    given(...away)
      .when(contextOf(entering(annElsewhere, 'picker', 'viewer')))
      .then(cameBack(ann, annElsewhere))
  })

  test('remains the member of the session that took it over, also when that session enters again', () => {
    given(...away, cameBack(ann, annElsewhere))
      .when(contextOf(entering(annElsewhere, 'picker', 'viewer')))
      .thenNothing()
  })

  test('differs from a connected one, beside which a second session of the user is a second member', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(contextOf(entering(annElsewhere, 'picker', 'viewer')))
      .then(hasJoined(annElsewhere, 'picker', 'viewer'))
  })

  test('is not taken over by another user or by a person without a user id', () => {
    given(...away)
      .when(contextOf(entering(bob, 'picker', 'viewer')))
      .then(hasJoined(bob, 'picker', 'viewer'))
    given(created, hasJoined(bob, 'picker', 'viewer'), wentAway(bob, until))
      .when(contextOf(entering(cy, 'picker', 'viewer')))
      .then(hasJoined(cy, 'picker', 'viewer'))
  })
})

describe('a full room', () => {
  const rules = { maxPeers: 2, history: 'own' } as const
  const full: ReadonlyArray<RoomEvent> = [
    { ...created, data: { ...created.data, ...rules } },
    hasJoined(bob, 'mesh', 'peer'),
    hasJoined(cy, 'native', 'peer'),
  ]

  test('rejects one more peer with its capacity', () => {
    given(...full)
      .when(contextOf(entering(dee, 'mesh', 'peer')))
      .thenRejected({ type: 'room-full', capacity: 2 })
  })

  test('accepts a member that takes no peer slot', () => {
    given(...full)
      .when(contextOf(entering(dee, 'picker', 'viewer')))
      .then(hasJoined(dee, 'picker', 'viewer'))
  })

  test('counts a member once that is a peer in two protocols', () => {
    given(...full)
      .when(contextOf(entering(bob, 'native', 'peer')))
      .then(hasJoined(bob, 'native', 'peer'))
  })

  test('displaces the peer that has been away for longest', () => {
    given(...full, wentAway(cy, until), wentAway(bob, until + 1))
      .when(contextOf(entering(dee, 'mesh', 'peer')))
      .then(hasLeft(cy, 'native', 'peer', 'displaced'), hasJoined(dee, 'mesh', 'peer'))
  })

  test('keeps the other entries of the displaced peer', () => {
    given(...full, hasJoined(bob, 'picker', 'broadcaster'), wentAway(bob, until))
      .when(contextOf(entering(dee, 'mesh', 'peer')))
      .then(hasLeft(bob, 'mesh', 'peer', 'displaced'), hasJoined(dee, 'mesh', 'peer'))
  })

  test('accepts a peer that returns', () => {
    given(...full, wentAway(bob, until))
      .when(contextOf(entering(at(bob, 2), 'mesh', 'peer')))
      .then(cameBack(bob, at(bob, 2)))
  })
})

describe('the name and the user id of a member', () => {
  test('come from the first entry that has them', () => {
    const nameless = { ...ann, name: null, userId: null }
    const state = foldOf(
      recorded<RoomEvent>([
        created,
        hasJoined(nameless, 'picker', 'viewer'),
        hasJoined(ann, 'party', 'user'),
        hasJoined({ ...ann, name: 'another', userId: 'user-x' }, 'chat', 'member'),
      ]),
    )
    expect(stateWithPlainMembers(state)).toMatchObject({
      members: { [ann.memberId]: { name: 'ann', userId: 'user-a' } },
    })
  })
})
