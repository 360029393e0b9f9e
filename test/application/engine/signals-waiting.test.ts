import { expect, test } from 'vitest'
import * as E from '#fp/Either'
import { createSignals } from '../../../src/application/engine/room/signals.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { created, firstInstant, foldOf, hasJoined, person, recorded, testRoom } from '../../kit/index.js'
import { builtInModel } from '../../../src/plugins.js'

const [ann, bob] = [person('ann'), person('bob')]
const room = foldOf(
  recorded<RoomEvent>([created, hasJoined(ann, 'mesh', 'peer'), hasJoined(bob, 'mesh', 'peer')]),
)

/** Signals to the member Bob, who is reachable or not; the delivery of number `throwsAt` throws. */
const toBob = (throwsAt: number | null = null) => {
  const sent: Array<unknown> = []
  const bobs = { isReachable: false }
  const signals = createSignals(testRoom, builtInModel, {
    signal:
      (_room, { content }) =>
      () => {
        if (!bobs.isReachable) return false
        if (content === throwsAt) throw new Error('broken')
        sent.push(content)
        return true
      },
  })
  const say = (content: unknown): void => {
    const to = { type: 'member', id: bob.memberId } as const
    const signal = { to, protocol: 'mesh', kind: 'candidate', negotiation: null, bytes: 1 } as const
    const decided = signals.decide(
      { type: 'signal', signal, content },
      ann.memberId,
      firstInstant,
      room,
      null,
    )
    if (E.isLeft(decided)) throw new Error(decided.left.type)
    decided.right.deliver()
  }
  return { signals, sent, bobs, say }
}

test('a waiting signal is not overtaken, also if its member returns before the retry', () => {
  const { signals, sent, bobs, say } = toBob()
  say(1)
  bobs.isReachable = true
  say(2)
  expect(sent).toEqual([])
  signals.retry()
  say(3)
  expect(sent).toEqual([1, 2, 3])
})

test('a signal whose delivery throws is not delivered again, and later ones are delivered', () => {
  const { signals, sent, bobs, say } = toBob(2)
  for (const n of [1, 2, 3]) say(n)
  bobs.isReachable = true
  expect(signals.retry).toThrow('broken')
  signals.retry()
  expect(sent).toEqual([1, 3])
  // The first was recorded at once, the others are not recorded yet.
  expect(signals.meter.dueAt()).toBe(firstInstant + 1_000)
  signals.meter.record(firstInstant + 1_000).onPublished()
  expect(signals.isEmpty()).toBe(true)
})
