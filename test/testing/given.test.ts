import { describe, expect, test } from 'vitest'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'
import {
  contextOf,
  created,
  entering,
  given,
  givenActivity,
  hasJoined,
  hasLeft,
  person,
} from '../kit/index.js'

const ann = person('ann')
const [bob, cy] = [person('bob'), person('cy')]

/** A decision of two events, of which the second has a secret. */
const decision = () => given().when(contextOf(entering(ann, 'picker', 'viewer')))
const joined = hasJoined(ann, 'picker', 'viewer')

describe('given, when, then', () => {
  test('passes for exactly the decided events or rejection', () => {
    decision().then(created, joined)
    given(created, joined)
      .when(contextOf(entering(ann, 'picker', 'viewer')))
      .thenNothing()
    given(created)
      .when(contextOf({ type: 'expel', target: bob.memberId }, ann.memberId))
      .thenRejected({ type: 'not-in-room' })
  })

  test('fails for a missing or additional event, another order, other data, and another secret or none', () => {
    const { secret: _secret, ...open } = joined
    const wrong = [
      [created],
      [created, joined, hasLeft(ann, 'picker', 'viewer', 'left')],
      [joined, created],
      [created, hasJoined({ ...ann, name: 'Ann' }, 'picker', 'viewer')],
      [created, hasJoined({ ...ann, session: bob.session }, 'picker', 'viewer')],
      [created, open],
      [],
    ]
    for (const events of wrong) expect(() => decision().then(...events)).toThrow('strictly')
    expect(() => decision().thenNothing()).toThrow('strictly')
    expect(() => decision().thenRejected({ type: 'room-full', capacity: 10 })).toThrow('strictly')
  })

  test('fails for another rejection, or the same one with other data', () => {
    const rejection = () =>
      given({ ...created, data: { ...created.data, maxPeers: 1 } }, hasJoined(bob, 'mesh', 'peer')).when(
        contextOf(entering(cy, 'mesh', 'peer')),
      )
    rejection().thenRejected({ type: 'room-full', capacity: 1 })
    expect(() => rejection().thenRejected({ type: 'room-full', capacity: 2 })).toThrow('strictly')
    expect(() => rejection().thenRejected({ type: 'not-in-room' })).toThrow('strictly')
    expect(() => rejection().thenNothing()).toThrow('strictly')
  })

  test('checks an activity without a room', () => {
    const picker = givenActivity(randomPicker)
    picker()
      .when(contextOf({ type: 'cancel' }, ann.memberId))
      .thenRejected({ type: 'no-draw' })
    expect(() =>
      picker()
        .when(contextOf({ type: 'cancel' }, ann.memberId))
        .thenNothing(),
    ).toThrow('strictly')
  })
})
