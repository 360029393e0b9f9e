import { fc, test } from '@fast-check/vitest'
import * as E from '#fp/Either'
import { describe, expect } from 'vitest'
import { initial, stateWithPlainMembers } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { sessions } from '../../kit/index.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, annEnters, bob, done, leaves, lost, opened, start, typesOf } from './scenarios.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'
import { builtIn } from '../../kit/index.js'

const { evolve } = builtInModel

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

/** Advances the clock until the engine has started or has failed to start. */
const hasStarted = async (kit: EngineKit): Promise<boolean> => {
  let started: boolean | null = null
  void kit.engine.start().then((found) => {
    started = E.isRight(found)
  })
  for (let round = 0; round < 200 && started === null; round++) await kit.clock.advanceSettled(500)
  return started === true
}

describe('after a crash', () => {
  test.prop([
    sessions,
    fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
    commitMoods,
    readMoods,
    fc.integer({ min: 0, max: 900 }),
  ])(
    'at any point: every published record and answer is in the log, and the state is its fold',
    async ({ turns }, lives, commits, reads, downMs) => {
      const clock = virtualClock()
      const store = unreliableStore(clock, commits, reads)
      let kit = engineKit({ clock, store })
      if (!(await hasStarted(kit))) kit = kit.crash()
      const heard: Array<(typeof kit.outputs)[number]> = []
      let turn = 0
      for (const length of lives) {
        kit.engine.hold(testRoom)
        for (const { waitMs, late, command, by, cause } of turns.slice(turn, turn + length)) {
          if (late) clock.standStill(waitMs)
          else if (waitMs > 0) await clock.advanceSettled(waitMs)
          kit.send(command, { by, cause })
        }
        turn += length
        heard.push(...kit.outputs)
        kit = kit.crash()
        clock.standStill(downMs)
        // If the store cannot list its rooms, the process ends and is started again.
        if (!(await hasStarted(kit))) kit = kit.crash()
      }
      store.heal()
      kit = kit.crash()
      // Appends of the last process may still arrive.
      await clock.advanceSettled(2_000)
      await kit.engine.start()
      const seen = done(await kit.ask(null))
      // A timer may fire between the answer and this read, so the answer is compared with its own prefix.
      const log = await kit.log()

      for (const each of heard) {
        if (each.type === 'delivered') expect(log[each.record.seq - 1]).toEqual(each.record)
        if (each.type !== 'answered' || E.isLeft(each.result)) continue
        expect(each.result.right.seq).toBeLessThanOrEqual(log.length)
        for (const record of each.result.right.events) expect(log[record.seq - 1]).toEqual(record)
      }
      expect(seen.state).toEqual(log.slice(0, seen.seq).reduce(evolve, initial(testRoom)))
      expect(kit.monitorCalls.defects).toEqual([])
    },
    patienceMs,
  )

  test('every member is away, with a full grace period from the start', async () => {
    const kit = engineKit({ graceMs: 15_000 })
    await opened(kit)
    await kit.ask(lost(bob, 15_000))
    const next = kit.crash()
    next.clock.standStill(60_000)
    await next.engine.start()

    const { state } = done(await next.ask(null))
    const until = next.clock.now() + 15_000
    expect(stateWithPlainMembers(state)).toMatchObject({
      members: {
        [ann.memberId]: { presence: { type: 'away', until } },
        [bob.memberId]: { presence: { type: 'away', until } },
      },
    })
    await next.clock.advanceSettled(14_999)
    expect(stateWithPlainMembers(done(await next.ask(null)).state)).toMatchObject({
      members: { [bob.memberId]: {} },
    })
    await next.clock.advanceSettled(1)
    expect(stateWithPlainMembers(done(await next.ask(null)).state)).toMatchObject({ members: {} })
  })

  test('a draw continues: overdue ticks at once and in order, the others at their instants', async () => {
    const kit = engineKit()
    await opened(kit)
    const { at } = done(await kit.ask(start, { by: ann.memberId }))
    await kit.clock.advanceSettled(1_050)
    const next = kit.crash()
    next.clock.standStill(1_000)
    const restartedAt = next.clock.now()
    await next.engine.start()
    await next.clock.advanceSettled(10_000)

    const ticks = (await next.log())
      .map(builtIn)
      .flatMap((record) => (record.type === 'random-picker.highlight' ? [[record.data.tick, record.at]] : []))
    expect(ticks).toEqual(
      Array.from({ length: 50 }, (_, place) => {
        const dueAt = at + (place + 1) * 100
        return [place + 1, dueAt <= at + 1_050 ? dueAt : Math.max(dueAt, restartedAt)]
      }),
    )
    expect(typesOf(await next.log()).filter((type) => type === 'random-picker.complete')).toHaveLength(1)
  })

  test.prop([commitMoods, readMoods])(
    'no member expires before its grace period is recorded, also if that append fails repeatedly',
    async (commits, reads) => {
      const clock = virtualClock()
      const kit = engineKit({ clock, store: unreliableStore(clock), graceMs: 60_000 })
      await kit.engine.start()
      await opened(kit)
      const written = await kit.log()
      const store = unreliableStore(clock, commits, reads)
      await store.adopt(written)
      const next = engineKit({ clock, store, graceMs: 60_000 })
      clock.standStill(100_000)
      if (!(await hasStarted(next))) return
      store.heal()
      await clock.advanceSettled(10_000)

      const { state } = done(await next.ask(null))
      expect(stateWithPlainMembers(state)).toMatchObject({
        members: {
          [ann.memberId]: { presence: { type: 'away' } },
          [bob.memberId]: { presence: { type: 'away' } },
        },
      })
      await clock.advanceSettled(70_000)
      expect(stateWithPlainMembers(done(await next.ask(null)).state)).toMatchObject({ members: {} })
    },
    patienceMs,
  )

  test('an empty room is not read, and a room with a timer is woken for it', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(start, { by: ann.memberId })
    await kit.ask(leaves, { by: ann.memberId })
    await kit.ask(leaves, { by: bob.memberId })
    const next = kit.crash()
    expect(await next.engine.start()).toEqual(E.right({ rooms: 1 }))
    expect(next.engine.load().rooms).toBe(0)
    await next.clock.advanceSettled(6_000)
    expect(typesOf(await next.log()).at(-2)).toBe('random-picker.complete')
  })

  test('a request that arrives during recovery is decided after it', async () => {
    const kit = engineKit()
    await opened(kit)
    const next = kit.crash()
    const starting = next.engine.start()
    await settled()
    const entering = next.ask(annEnters, { by: ann.memberId })
    await starting
    expect(typesOf(done(await entering).events)).toEqual(['room.member-back'])
  })
})
