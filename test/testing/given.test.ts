import { describe, expect, test } from 'vitest'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'
import { asking, created, entering, given, givenActivity, hasJoined, hasLeft, person } from '../kit/index.js'

const ann = person('ann')
const [bob, cy] = [person('bob'), person('cy')]

/** Two events, of which the second has a secret. */
const decided = () => given().when(asking(entering(ann, 'picker', 'viewer')))
const joined = hasJoined(ann, 'picker', 'viewer')

describe('given, when, then', () => {
  test('holds for exactly what was decided', () => {
    decided().then(created, joined)
    given(created, joined)
      .when(asking(entering(ann, 'picker', 'viewer')))
      .thenNothing()
    given(created)
      .when(asking({ type: 'expel', target: bob.memberId }, ann.memberId))
      .thenRejected({ type: 'not-in-room' })
  })

  test('fails for one event less, one more, another order, other data, another secret or none', () => {
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
    for (const events of wrong) expect(() => decided().then(...events)).toThrow('strictly')
    expect(() => decided().thenNothing()).toThrow('strictly')
    expect(() => decided().thenRejected({ type: 'room-full', capacity: 10 })).toThrow('strictly')
  })

  test('fails for another refusal, or the same with other data', () => {
    const refused = () =>
      given({ ...created, data: { ...created.data, maxPeers: 1 } }, hasJoined(bob, 'mesh', 'peer')).when(
        asking(entering(cy, 'mesh', 'peer')),
      )
    refused().thenRejected({ type: 'room-full', capacity: 1 })
    expect(() => refused().thenRejected({ type: 'room-full', capacity: 2 })).toThrow('strictly')
    expect(() => refused().thenRejected({ type: 'not-in-room' })).toThrow('strictly')
    expect(() => refused().thenNothing()).toThrow('strictly')
  })

  test('works for an activity alone', () => {
    const picker = givenActivity(randomPicker)
    picker()
      .when(asking({ type: 'cancel' }, ann.memberId))
      .thenRejected({ type: 'no-draw' })
    expect(() =>
      picker()
        .when(asking({ type: 'cancel' }, ann.memberId))
        .thenNothing(),
    ).toThrow('strictly')
  })
})
