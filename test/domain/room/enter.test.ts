import { describe, expect, test } from 'vitest'
import { stateWithPlainMembers } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import {
  asking,
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

describe('coming in', () => {
  test('makes the room, where it is not there and may be made', () => {
    given()
      .when(asking(entering(ann, 'picker', 'viewer')))
      .then(created, hasJoined(ann, 'picker', 'viewer'))
    given()
      .when(asking(entering(ann, 'picker', 'viewer', { creates: false })))
      .thenRejected({ type: 'room-not-found' })
  })

  test('by a second way joins again, under the same id and in the same place', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(asking(entering(ann, 'party', 'user')))
      .then(hasJoined(ann, 'party', 'user'))
  })

  test('by the same way in another role changes the role', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(asking(entering(ann, 'picker', 'broadcaster')))
      .then(changedRole(ann, 'picker', 'viewer', 'broadcaster'))
    given(created, hasJoined(ann, 'picker', 'broadcaster'))
      .when(asking(entering(ann, 'picker', 'viewer')))
      .then(changedRole(ann, 'picker', 'broadcaster', 'viewer'))
  })

  test('under the id of another session’s member is refused', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(asking(entering({ ...bob, memberId: ann.memberId }, 'picker', 'viewer')))
      .thenRejected({ type: 'access-denied', cause: 'session' })
  })

  test('with a module turns that on, once, and its first commitment follows', () => {
    const open = entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' })
    const first = decide(asking(open), foldOf([]))
    const events: ReadonlyArray<RoomEvent> = first._tag === 'Right' ? first.right : []
    expect(events.map(({ type }) => type)).toEqual([
      'room.created',
      'room.member-joined',
      'room.activity-activated',
      'random-picker.committed',
    ])
    given(...events)
      .when(asking(entering(bob, 'picker', 'viewer', { activates: 'random-picker' })))
      .then(hasJoined(bob, 'picker', 'viewer'))
  })
})

describe('the broadcaster’s place', () => {
  const led = [created, hasJoined(ann, 'picker', 'broadcaster')] as const

  test('is taken while the broadcaster is connected', () => {
    given(...led)
      .when(asking(entering(bob, 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
    given(...led, hasJoined(bob, 'picker', 'viewer'))
      .when(asking(entering(bob, 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
  })

  test('goes to the next one as soon as the broadcaster is away, who is a viewer then', () => {
    given(...led, wentAway(ann, until))
      .when(asking(entering(bob, 'picker', 'broadcaster')))
      .then(changedRole(ann, 'picker', 'broadcaster', 'viewer'), hasJoined(bob, 'picker', 'broadcaster'))
    given(...led, hasJoined(bob, 'picker', 'viewer'), wentAway(ann, until))
      .when(asking(entering(bob, 'picker', 'broadcaster')))
      .then(
        changedRole(ann, 'picker', 'broadcaster', 'viewer'),
        changedRole(bob, 'picker', 'viewer', 'broadcaster'),
      )
  })

  test('is not given back: who comes back after that is a viewer, and asking for it is refused', () => {
    const taken = [
      ...led,
      wentAway(ann, until),
      changedRole(ann, 'picker', 'broadcaster', 'viewer'),
      hasJoined(bob, 'picker', 'broadcaster'),
    ]
    const { memberId, session } = ann
    given(...taken)
      .when(asking({ type: 'resume', memberId, session, connection: at(ann, 2).connection }))
      .then(cameBack(ann, at(ann, 2)))
    given(...taken)
      .when(asking(entering(at(ann, 2), 'picker', 'broadcaster')))
      .thenRejected({ type: 'broadcaster-taken' })
  })

  test('is kept for the broadcaster that is away, until somebody else takes it', () => {
    given(...led, wentAway(ann, until))
      .when(asking(entering(at(ann, 2), 'picker', 'broadcaster')))
      .then(cameBack(ann, at(ann, 2)))
  })
})

describe('the place of somebody who is away', () => {
  const away = [created, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, until)] as const

  test('goes to the same user at once, under the same member id', () => {
    given(...away)
      .when(asking(entering(annElsewhere, 'picker', 'viewer')))
      .then(cameBack(ann, annElsewhere))
  })

  test('a session that took it is that member, also when it asks again under its own id', () => {
    given(...away, cameBack(ann, annElsewhere))
      .when(asking(entering(annElsewhere, 'picker', 'viewer')))
      .thenNothing()
  })

  test('stays the user’s own while that one is connected: a second session is a second member', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(asking(entering(annElsewhere, 'picker', 'viewer')))
      .then(hasJoined(annElsewhere, 'picker', 'viewer'))
  })

  test('is nobody else’s, and nobody’s who has no user id', () => {
    given(...away)
      .when(asking(entering(bob, 'picker', 'viewer')))
      .then(hasJoined(bob, 'picker', 'viewer'))
    given(created, hasJoined(bob, 'picker', 'viewer'), wentAway(bob, until))
      .when(asking(entering(cy, 'picker', 'viewer')))
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

  test('refuses one more peer, and says how many it takes', () => {
    given(...full)
      .when(asking(entering(dee, 'mesh', 'peer')))
      .thenRejected({ type: 'room-full', capacity: 2 })
  })

  test('takes those who are no peers', () => {
    given(...full)
      .when(asking(entering(dee, 'picker', 'viewer')))
      .then(hasJoined(dee, 'picker', 'viewer'))
  })

  test('counts a peer once, whatever ways it is a peer by', () => {
    given(...full)
      .when(asking(entering(bob, 'native', 'peer')))
      .then(hasJoined(bob, 'native', 'peer'))
  })

  test('gives a newcomer the place of the peer that has been away for longest', () => {
    given(...full, wentAway(cy, until), wentAway(bob, until + 1))
      .when(asking(entering(dee, 'mesh', 'peer')))
      .then(hasLeft(cy, 'native', 'peer', 'displaced'), hasJoined(dee, 'mesh', 'peer'))
  })

  test('leaves the displaced what else it is in the room: only a peer’s place was wanted', () => {
    given(...full, hasJoined(bob, 'picker', 'broadcaster'), wentAway(bob, until))
      .when(asking(entering(dee, 'mesh', 'peer')))
      .then(hasLeft(bob, 'mesh', 'peer', 'displaced'), hasJoined(dee, 'mesh', 'peer'))
  })

  test('is not full for the peer whose place it is', () => {
    given(...full, wentAway(bob, until))
      .when(asking(entering(at(bob, 2), 'mesh', 'peer')))
      .then(cameBack(bob, at(bob, 2)))
  })
})

describe('who somebody is', () => {
  test('is known from the first way that said it, also where the first of all did not', () => {
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
