import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import {
  ann,
  annEnters,
  bob,
  done,
  leaves,
  lost,
  opened,
  refusalOf,
  say,
  start,
  typesOf,
} from './scenarios.js'
import { unreliableStore } from './unreliable-store.js'

const passivationDelayMs = 10_000
const dayMs = 24 * 60 * 60 * 1_000

describe('passivation', () => {
  test('removes an idle room from memory, and rehydration restores its state', async () => {
    const kit = engineKit()
    await opened(kit)
    const before = done(await kit.ask(null))
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
    expect(kit.clock.pending()).toEqual([])
    expect(done(await kit.ask(null))).toEqual(before)
  })

  test('keeps a held room until it is released as often as it was held', async () => {
    const kit = engineKit()
    await opened(kit)
    const releases = [kit.engine.hold(testRoom), kit.engine.hold(testRoom)]
    for (const release of releases) {
      await kit.clock.advanceSettled(5 * passivationDelayMs)
      expect(kit.engine.load().rooms).toBe(1)
      release()
      release()
    }
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load().rooms).toBe(0)
  })

  test('removes a room with away members and wakes it when their grace period ends', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(lost(bob, 60_000))
    const until = kit.clock.now() + 60_000
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load().rooms).toBe(0)
    expect(kit.clock.pending()).toEqual([until])
    await kit.clock.advanceSettled(40_000)
    expect((await kit.log()).at(-1)).toMatchObject({ at: until, type: 'room.member-left' })
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load().rooms).toBe(0)
    expect(kit.clock.pending()).toEqual([])
  })

  test('a room that is woken before its timer has one timer', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(lost(bob, 60_000))
    const until = kit.clock.now() + 60_000
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    const release = kit.engine.hold(testRoom)
    await settled()
    expect(kit.clock.pending()).toEqual([until])
    release()
  })

  test('keeps a room whose draw is running', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(start, { by: ann.memberId })
    await kit.clock.advanceSettled(4_900)
    expect(kit.engine.load().rooms).toBe(1)
    await kit.clock.advanceSettled(30_000)
    expect(typesOf(kit.delivered()).filter((type) => type === 'random-picker.highlight')).toHaveLength(50)
    expect(kit.engine.load().rooms).toBe(0)
  })

  test('leaves nothing of 1 000 rooms that were used and 1 000 that were only read', async () => {
    const kit = engineKit()
    for (let count = 0; count < 1_000; count++) {
      await opened(kit, roomId(`made-${count}`))
      await kit.ask(null, { room: roomId(`asked-${count}`) })
    }
    expect(kit.engine.load().rooms).toBe(2_000)
    await kit.clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
    expect(kit.clock.pending()).toEqual([])
  })

  test('removes unavailable rooms, except those with pending work, which are retried', async () => {
    const clock = virtualClock()
    const fails = Array.from({ length: 10_000 }, () => ({ delayMs: 0, way: 'fails' as const }))
    const sound = engineKit({ clock })
    await opened(sound)
    const store = unreliableStore(clock, [], [{ delayMs: 0, way: 'well' }, ...fails])
    await store.adopt(await sound.log())
    const kit = engineKit({ clock, store })
    await kit.engine.start()
    for (let count = 0; count < 100; count++) {
      expect(refusalOf(await kit.ask(null, { room: roomId(`asked-${count}`) }))).toBe('store-unavailable')
    }
    await clock.advanceSettled(2 * passivationDelayMs)
    expect(kit.engine.load().rooms).toBe(1)
    store.heal()
    await clock.advanceSettled(5_000)
    expect(typesOf(await kit.log()).slice(-2)).toEqual(['room.member-away', 'room.member-away'])
  })
})

describe('retention', () => {
  const old = roomId('old')
  const kept = ['occupied', 'young'].map(roomId)

  test('removes only rooms that are empty, have no timer and are past their retention', async () => {
    const kit = engineKit({ retentionMs: 30 * dayMs })
    await kit.engine.start()
    await opened(kit, roomId('occupied'))
    await kit.ask(annEnters, { room: old, by: ann.memberId })
    await kit.ask(leaves, { room: old, by: ann.memberId })
    await kit.clock.advanceSettled(20 * dayMs)
    await kit.ask(annEnters, { room: roomId('young'), by: ann.memberId })
    await kit.ask(leaves, { room: roomId('young'), by: ann.memberId })
    await kit.clock.advanceSettled(11 * dayMs)

    expect(await kit.log(old)).toEqual([])
    for (const room of kept) expect(await kit.log(room)).not.toEqual([])
  })

  test('a room that is created again has a new epoch', async () => {
    const kit = engineKit({ retentionMs: dayMs })
    await kit.engine.start()
    const first = done(await kit.ask(annEnters, { by: ann.memberId }))
    await kit.ask(leaves, { by: ann.memberId })
    await kit.clock.advanceSettled(2 * dayMs)
    const second = done(await kit.ask(annEnters, { by: ann.memberId }))
    expect(second.seq).toBe(first.seq)
    expect(second.epoch).not.toBe(first.epoch)
  })

  test('a member that joins during the removal enters a new room', async () => {
    const clock = virtualClock()
    const slow = Array.from({ length: 20 }, () => ({ delayMs: 50, way: 'well' as const }))
    const store = unreliableStore(clock, [], slow)
    const kit = engineKit({ clock, store, retentionMs: dayMs })
    void kit.engine.start()
    await clock.advanceSettled(1_000)
    const entering = kit.ask(annEnters, { by: ann.memberId })
    await clock.advanceSettled(1_000)
    const first = done(await entering)
    await kit.ask(leaves, { by: ann.memberId })
    await clock.advanceToSettled(kit.clock.now() + dayMs)
    for (let round = 0; round < 3; round++) {
      void kit.ask(annEnters, { by: ann.memberId })
      await clock.advanceSettled(60 * 60 * 1_000)
      void kit.ask(leaves, { by: ann.memberId })
    }
    await clock.advanceSettled(1_000)
    const log = await kit.log()
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1))
    expect(first.epoch).toBeDefined()
  })
})

test('a room that is held again after passivation publishes its new records', async () => {
  const kit = engineKit()
  await opened(kit)
  await kit.clock.advanceSettled(2 * passivationDelayMs)
  kit.engine.hold(testRoom)
  await kit.ask(say('again'), { by: bob.memberId })
  expect(kit.delivered()).toEqual(await kit.log())
})
