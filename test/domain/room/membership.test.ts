import { describe, test } from 'vitest'
import {
  asking,
  at,
  cameBack,
  created,
  firstInstant,
  given,
  hasJoined,
  hasLeft,
  person,
  wentAway,
} from '../../kit/index.js'

const [ann, bob] = [person('ann'), person('bob')]
const graceMs = 15_000

describe('after a restart', () => {
  test('everybody who was there is away, and every grace begins anew', () => {
    given(
      created,
      hasJoined(ann, 'picker', 'viewer'),
      hasJoined(bob, 'picker', 'viewer'),
      wentAway(bob, firstInstant + 1),
    )
      .when(asking({ type: 'recover', graceMs }))
      .then(wentAway(ann, firstInstant + graceMs), wentAway(bob, firstInstant + graceMs))
  })

  test('a recovery that is decided twice at one instant writes nothing the second time', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + graceMs))
      .when(asking({ type: 'recover', graceMs }))
      .thenNothing()
  })
})

describe('leaving', () => {
  test('a leave that was said by an earlier connection changes nothing once another speaks for the member', () => {
    const left = { type: 'leave', dialect: 'all', connection: ann.connection, reason: 'left' } as const
    const back = [created, hasJoined(ann, 'picker', 'viewer'), cameBack(ann, at(ann, 2))]
    given(...back)
      .when(asking(left, ann.memberId))
      .thenNothing()
    given(...back)
      .when(asking({ ...left, connection: at(ann, 2).connection }, ann.memberId))
      .then(hasLeft(ann, 'picker', 'viewer', 'left'))
    given(...back)
      .when(asking({ ...left, connection: null, reason: 'removed' }, ann.memberId))
      .then(hasLeft(ann, 'picker', 'viewer', 'removed'))
  })
})
