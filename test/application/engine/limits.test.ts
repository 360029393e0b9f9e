import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, annEnters, bob, cause, opened, refusalOf, saidIn, say, start } from './scenarios.js'
import { unreliableStore } from './unreliable-store.js'
import { builtIn } from '../../kit/index.js'

const answersOf = (kit: ReturnType<typeof engineKit>): ReadonlyArray<readonly [number, string]> =>
  kit.outputs.flatMap((heard) =>
    heard.type === 'answered' ? [[heard.ask, refusalOf(heard.result)] as const] : [],
  )

const counts = (answers: ReadonlyArray<readonly [number, string]>): Readonly<Record<string, number>> => {
  const count: Record<string, number> = {}
  for (const [, answer] of answers) count[answer] = (count[answer] ?? 0) + 1
  return count
}

describe('a store that does not answer for a while', () => {
  test('a room accepts requests up to its limit, rejects the others at once, and continues afterwards', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store, limits: { maxUndecidedPerRoom: 10, maxUndurablePerRoom: 20 } })
    kit.engine.hold(testRoom)
    await opened(kit)
    store.hang()
    for (let count = 0; count < 1_000; count++) kit.send(say(count), { by: bob.memberId })
    await settled()

    expect(kit.engine.load()).toEqual({ rooms: 1, undecided: 10, undurable: 20 })
    expect(counts(answersOf(kit).slice(2))).toEqual({ 'store-unavailable': 970 })
    store.heal()
    await settled()
    expect(saidIn(await kit.log())).toEqual(Array.from({ length: 30 }, (_, count) => count))
    expect(kit.engine.load()).toEqual({ rooms: 1, undecided: 0, undurable: 0 })
    expect(refusalOf(await kit.ask(say('on'), { by: bob.memberId }))).toBe('none')
  })

  test('the pending work of all rooms together is bounded, decided or not', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store, limits: { maxUndecided: 50, maxUndurable: 40 } })
    const rooms = Array.from({ length: 30 }, (_, place) => roomId(`room-${place}`))
    for (const room of rooms.slice(0, 15)) await opened(kit, room)
    const before = answersOf(kit).length
    store.hang()
    for (let count = 0; count < 20; count++) {
      for (const room of rooms) kit.send(say(count), { room, by: bob.memberId })
    }
    await settled()

    // Rooms in memory decide at once, the others wait for their log; then all reject.
    expect(kit.engine.load()).toEqual({ rooms: 30, undecided: 30, undurable: 40 })
    expect(answersOf(kit)).toHaveLength(before + 600 - 70)
    store.heal()
    await settled()
    expect(answersOf(kit)).toHaveLength(before + 600)
    expect(kit.engine.load()).toEqual({ rooms: 30, undecided: 0, undurable: 0 })
  })

  test('ticks pause when the outbox is full and are decided afterwards', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store, limits: { maxUndurablePerRoom: 5 } })
    kit.engine.hold(testRoom)
    await opened(kit)
    await kit.ask(start, { by: ann.memberId })
    store.hang()
    await clock.advanceSettled(3_000)
    expect(kit.engine.load().undurable).toBe(5)
    expect(clock.pending()).toEqual([])
    store.heal()
    await clock.advanceSettled(3_000)
    const ticks = (await kit.log())
      .map(builtIn)
      .flatMap((record) => (record.type === 'random-picker.highlight' ? [record.data.tick] : []))
    expect(ticks).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
  })
})

test('an outbox that is full of answers without records does not stop the requests behind them', async () => {
  const clock = virtualClock()
  const kit = engineKit({ clock, limits: { maxUndurablePerRoom: 3 } })
  for (let count = 0; count < 10; count++) kit.send(start, { by: ann.memberId })
  await settled()
  expect(answersOf(kit)).toEqual(Array.from({ length: 10 }, (_, context) => [context, 'room-not-found']))
})

test('a full disk is retried with growing pauses until there is space again', async () => {
  const clock = virtualClock()
  const full = Array.from({ length: 100_000 }, () => ({ delayMs: 0, way: 'fails' as const }))
  const well = Array.from({ length: 3 }, () => ({ delayMs: 0, way: 'well' as const }))
  const store = unreliableStore(clock, [...well, ...full])
  const kit = engineKit({ clock, store })
  await opened(kit)
  await kit.ask(start, { by: ann.memberId })
  await clock.advanceSettled(60_000)

  expect(store.groups.length).toBeLessThan(25)
  expect(refusalOf(await kit.ask(say('now'), { by: bob.memberId, cause: cause('now') }))).toBe(
    'store-unavailable',
  )
  store.heal()
  await clock.advanceSettled(5_000)
  const ticks = (await kit.log()).filter(({ type }: { type: string }) => type === 'random-picker.highlight')
  expect(ticks).toHaveLength(50)
  expect(refusalOf(await kit.ask(say('now'), { by: bob.memberId, cause: cause('now') }))).toBe('none')
})

test('a store that always conflicts fails the waiting requests', async () => {
  const clock = virtualClock()
  const store = unreliableStore(
    clock,
    Array.from({ length: 1_000 }, () => ({ delayMs: 0, way: 'conflicts' as const })),
  )
  const kit = engineKit({ clock, store })
  const entering = kit.ask(annEnters, { by: ann.memberId })
  await clock.advanceSettled(60_000)
  expect(refusalOf(await entering)).toBe('store-unavailable')
  expect(store.groups.length).toBeLessThan(10)
})
