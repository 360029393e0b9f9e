import { describe, test } from 'vitest'
import {
  asking,
  at,
  cameBack,
  created,
  entering,
  firstInstant,
  given,
  hasJoined,
  person,
  wentAway,
} from '../../kit/index.js'

const ann = person('ann', 'user-a')

describe('coming in', () => {
  test('a session that took an earlier place is that member, also when it asks again under its own id', () => {
    const newcomer = { ...person('ann2', 'user-a'), name: 'ann' }
    given(
      created,
      hasJoined(ann, 'picker', 'viewer'),
      wentAway(ann, firstInstant + 15_000),
      cameBack(ann, newcomer),
    )
      .when(asking(entering(newcomer, 'picker', 'viewer')))
      .thenNothing()
  })

  test('a new connection of the same session takes the membership up', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(asking(entering(at(ann, 2), 'picker', 'viewer')))
      .then(cameBack(ann, at(ann, 2)))
  })
})
