import { describe, test } from 'vitest'
import { asking, created, firstInstant, given, hasJoined, person, wentAway } from '../../kit/index.js'

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
