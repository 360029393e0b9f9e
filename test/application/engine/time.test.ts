import { test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { builtInModel } from '../../../src/plugins.js'
import { sessions } from '../../kit/index.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, bob, done, leaves, lost, opened, say, start, typesOf } from './scenarios.js'
import { unreliableStore } from './unreliable-store.js'
import { builtIn } from '../../kit/index.js'

const { nextTimer } = builtInModel

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

const highlights = (records: ReadonlyArray<RoomRecord>): ReadonlyArray<readonly [number, number]> =>
  records
    .map(builtIn)
    .flatMap((record) =>
      record.type === 'random-picker.highlight' ? [[record.data.tick, record.at] as const] : [],
    )

const ticksFrom = (startedAt: number): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: 50 }, (_, place) => [place + 1, startedAt + (place + 1) * 100] as const)

describe('timers of a room', () => {
  test('a draw is 50 highlights, each at exactly its start + n × 100 ms, and its winner', async () => {
    const kit = engineKit()
    await opened(kit)
    const { at } = done(await kit.ask(start, { by: ann.memberId }))
    await kit.clock.advanceSettled(60_000)

    expect(highlights(kit.delivered())).toEqual(ticksFrom(at))
    expect(typesOf(await kit.log()).slice(-3)).toEqual([
      'random-picker.highlight',
      'random-picker.complete',
      'random-picker.committed',
    ])
    expect(kit.monitorCalls.lateMs).toEqual(Array.from({ length: 50 }, () => 0))
  })

  test('ticks are decided at their instants, also with a slow store', async () => {
    const clock = virtualClock()
    const slow = Array.from({ length: 100 }, () => ({ delayMs: 730, way: 'well' as const }))
    const kit = engineKit({ clock, store: unreliableStore(clock, slow) })
    kit.engine.hold(testRoom)
    const opening = opened(kit)
    await clock.advanceSettled(5_000)
    await opening
    const starting = kit.ask(start, { by: ann.memberId })
    await clock.advanceSettled(20_000)

    expect(highlights(kit.delivered())).toEqual(ticksFrom(done(await starting).at))
  })

  test('overdue timers are decided at once and in order, before any request', async () => {
    const kit = engineKit()
    await opened(kit)
    const { at } = done(await kit.ask(start, { by: ann.memberId }))
    kit.clock.standStill(1_250)
    const { events } = done(await kit.ask(say('late'), { by: bob.memberId }))
    await settled()

    const log = await kit.log()
    expect(highlights(log)).toEqual(Array.from({ length: 12 }, (_, place) => [place + 1, at + 1_250]))
    expect(events[0]?.seq).toBe(log.length)
    expect(kit.monitorCalls.lateMs.slice(0, 3)).toEqual([1_150, 1_050, 950])
    await kit.clock.advanceSettled(10_000)
    expect(highlights(await kit.log()).slice(12)).toEqual(ticksFrom(at).slice(12))
  })

  test('a second draw is rejected until the first ends, and a cancelled draw leaves no timer', async () => {
    const kit = engineKit()
    await opened(kit)
    const release = kit.engine.hold(testRoom)
    await kit.ask(start, { by: ann.memberId })
    expect(await kit.ask(start, { by: ann.memberId })).toMatchObject({
      left: { rejection: { type: 'draw-running' } },
    })
    await kit.clock.advanceSettled(1_000)
    const before = kit.clock.pending().length
    await kit.ask({ type: 'act', module: 'random-picker', command: { type: 'cancel' } }, { by: ann.memberId })
    expect(kit.clock.pending()).toHaveLength(before - 1)
    release()
  })

  test.prop([sessions])(
    'a room has at most one timer, at the instant of nextTimer(state)',
    async ({ turns }) => {
      const kit = engineKit()
      kit.engine.hold(testRoom)
      for (const { waitMs, late, command, by, cause } of turns) {
        if (late) kit.clock.standStill(waitMs)
        else await kit.clock.advanceSettled(waitMs)
        kit.send(command, { by, cause })
        await settled()
        const seen = done(await kit.ask(null))
        const next = nextTimer(seen.state)
        expect(kit.clock.pending()).toEqual(next === undefined ? [] : [next.at])
      }
      await kit.engine.stop()
      expect(kit.clock.pending()).toEqual([])
    },
    patienceMs,
  )

  test('many rooms draw at the same time, each at its own instants', async () => {
    const kit = engineKit()
    const starts: Array<number> = []
    const rooms = Array.from({ length: 40 }, (_, place) => roomId(`room-${place}`))
    for (const room of rooms) {
      await opened(kit, room)
      starts.push(done(await kit.ask(start, { room, by: ann.memberId })).at)
      await kit.clock.advanceSettled(7)
    }
    await kit.clock.advanceSettled(6_000)
    for (const [place, room] of rooms.entries()) {
      expect(highlights(await kit.log(room))).toEqual(ticksFrom(starts[place] ?? 0))
    }
  })

  test('a grace period ends at its instant, also under a stream of requests', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(lost(bob, 1_000))
    const until = kit.clock.now() + 1_000
    for (let round = 0; round < 30; round++) {
      await kit.clock.advanceSettled(37)
      await kit.ask({ type: 'activate', activity: 'poll', options: null }, { by: ann.memberId })
    }
    const left = (await kit.log()).find(({ type }) => type === 'room.member-left')
    expect(left).toMatchObject({ at: until, data: { memberId: bob.memberId, reason: 'expired' } })
    await kit.ask(leaves, { by: ann.memberId })
    expect(kit.clock.pending()).toHaveLength(1)
  })

  test('a clock that was set back while the server was down does not move a room back in time', async () => {
    const hourMs = 60 * 60 * 1_000
    const kit = engineKit()
    const others = roomId('left-alone')
    await opened(kit)
    await opened(kit, others)
    const { at } = done(await kit.ask(start, { by: ann.memberId }))
    await kit.ask(start, { room: others, by: ann.memberId })
    for (const { memberId } of [ann, bob]) await kit.ask(leaves, { room: others, by: memberId })
    await kit.clock.advanceSettled(1_000)
    kit.crash()

    const next = engineKit({ store: kit.store, clock: virtualClock(kit.clock.now() - hourMs) })
    await next.engine.start()
    await next.clock.advanceSettled(10_000)
    expect(highlights(await next.log())).toEqual(ticksFrom(at))
    expect(highlights(await next.log(others))).toEqual(ticksFrom(at))
    const ats = (await next.log()).map((record) => record.at)
    expect(ats).toEqual(ats.toSorted((one, other) => one - other))
  })
})
