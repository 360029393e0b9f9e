import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { sessions } from '../../kit/index.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, bob, cause, done, opened, refusalOf, saidIn, say, start } from './scenarios.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

describe('stop', () => {
  test('answers decided requests, rejects later ones, and leaves no timer', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock, [], [])
    const kit = engineKit({ clock, store })
    await kit.engine.start()
    await opened(kit)
    await kit.ask(start, { by: ann.memberId })
    store.hang()
    const before = Array.from({ length: 5 }, (_, count) => kit.ask(say(count), { by: bob.memberId }))
    await settled()
    const stopping = kit.engine.stop()
    const late = kit.ask(say('late'), { by: bob.memberId })
    expect(refusalOf(await late)).toBe('shutting-down')
    expect(clock.pending()).toEqual([])
    store.heal()
    await stopping

    for (const answer of before) expect(refusalOf(await answer)).toBe('none')
    expect(saidIn(kit.delivered())).toEqual([0, 1, 2, 3, 4])
    expect(clock.pending()).toEqual([])
    await clock.advanceSettled(60_000)
    expect(saidIn(await kit.log())).toEqual([0, 1, 2, 3, 4])
    kit.engine.hold(testRoom)()
    expect(clock.pending()).toEqual([])
  })

  test('waits for the answers of repeated commands', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store })
    await opened(kit)
    const asking = { by: bob.memberId, cause: cause('once') }
    const first = done(await kit.ask(say('hello'), asking))
    store.hang()
    const again = kit.ask(say('hello'), asking)
    const behind = kit.ask(null)
    let stopped = false
    const stopping = kit.engine.stop().then(() => {
      stopped = true
    })
    await settled()
    expect(stopped).toBe(false)
    store.heal()
    await stopping
    expect(done(await again).events).toEqual(first.events)
    expect(done(await behind).seq).toBe(first.seq)
  })

  test.prop([sessions, commitMoods, readMoods, fc.nat(40)])(
    'answers every request once and leaves nothing running, at any moment and on any store',
    async ({ turns }, commits, reads, length) => {
      const clock = virtualClock()
      const store = unreliableStore(clock, commits, reads)
      const kit = engineKit({ clock, store })
      const asked = turns.slice(0, length)
      for (const { waitMs, late, command, by, cause: from } of asked) {
        if (late) clock.standStill(waitMs)
        else if (waitMs > 0) await clock.advanceSettled(waitMs)
        kit.send(command, { by, cause: from })
      }
      let stopped = false
      const stopping = kit.engine.stop().then(() => {
        stopped = true
      })
      for (let round = 0; round < 100 && !stopped; round++) await clock.advanceSettled(1_000)
      await stopping

      const answered = kit.outputs.flatMap((heard) => (heard.type === 'answered' ? [heard.ask] : []))
      expect(answered.toSorted((one, other) => one - other)).toEqual([...asked.keys()])
      expect(clock.pending()).toEqual([])
      const before = store.kept(testRoom)
      await clock.advanceSettled(60_000)
      expect(store.kept(testRoom)).toEqual(before)
      expect(kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
    },
    patienceMs,
  )
})
