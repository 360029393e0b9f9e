import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keptLogs } from '../../../src/infrastructure/webhooks/kept-logs.js'
import { memoryCursors } from '../../../src/infrastructure/webhooks/memory-cursors.js'
import { settled, testEpoch } from '../../kit/index.js'
import { begun, bob, comes, dayMs, goes, main, other, seqs } from './coming-and-going.js'
import { firstOnly, idsOf, sceneOf } from './scene.js'

describe('a store', () => {
  test('that is closed ends the webhooks first', async () => {
    const steps: Array<string> = []
    const memory = memoryEventStore()
    const cursors = memoryCursors()
    const scene = await begun({
      cursors: {
        ...cursors,
        write: (written: Parameters<typeof cursors.write>[0]) => async () => {
          steps.push('written')
          return cursors.write(written)()
        },
      },
    })
    await scene.happens(main, [comes()])
    await settled()
    await keptLogs({ ...memory, close: async () => void steps.push('closed') }, scene.webhooks()).close()
    expect(steps).toStrictEqual(['written', 'closed'])
  })

  test('that does not answer delays, and loses nothing', async () => {
    const memory = memoryEventStore()
    const cursors = memoryCursors()
    let away = false
    const orAway =
      <Args extends ReadonlyArray<unknown>, Result>(context: (...args: Args) => () => Promise<Result>) =>
      (...args: Args) =>
      async () =>
        away ? E.left({ type: 'unavailable' as const, problem: 'away' }) : context(...args)()
    const scene = sceneOf({
      store: {
        ...memory,
        find: orAway(memory.find),
        list: orAway(memory.list),
        read: orAway(memory.read),
      },
      cursors: { ...cursors, find: orAway(cursors.find), write: orAway(cursors.write) },
    })
    await scene.begin()
    await scene.happens(main, [comes()], 'untold')
    await scene.happens(other, [comes(), goes()])
    await settled()
    away = true
    await scene.begin()
    await scene.happens(other, [comes()])
    await scene.clock.advanceSettled(60_000)
    expect([seqs(scene), seqs(scene, other)]).toStrictEqual([[], [2, 3]])
    expect(scene.watched.faults.length).toBeGreaterThan(0)
    away = false
    await scene.clock.advanceSettled(120_000)
    expect(seqs(scene)).toStrictEqual([2])
    expect(firstOnly(idsOf(scene.posts, other))).toStrictEqual(scene.expected(other))
    expect(scene.watched.defects).toStrictEqual([])
  })

  test('with a damaged log costs that room its webhooks, and no other', async () => {
    const memory = memoryEventStore()
    let damaged = true
    const scene = sceneOf({
      store: {
        ...memory,
        read: (room, after, limit) =>
          damaged && room === main
            ? async () => E.left({ type: 'corrupt', room, seq: 1, problem: 'has been changed' })
            : memory.read(room, after, limit),
      },
    })
    await scene.begin()
    await scene.happens(main, [comes()], 'untold')
    await scene.happens(other, [comes()], 'untold')
    await scene.begin()
    await scene.happens(main, [goes()])
    await scene.clock.advanceSettled(dayMs)
    expect([seqs(scene), seqs(scene, other)]).toStrictEqual([[], [2]])
    expect(scene.watched.faults.map(({ type }) => type)).toStrictEqual(['corrupt'])
    // Mended, it goes on from where it was, so nothing of it may be passed over or removed meanwhile.
    expect(scene.webhooks().isWaiting(main)).toBe(true)
    damaged = false
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3])
  })

  test('that was put back to an earlier state has its cursors put back, too', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), comes(bob)])
    const ahead = { epoch: testEpoch, seq: 9, failingSince: null }
    scene.kill()
    await scene.cursors.write(new Map([[main, ahead]]))()
    await scene.begin()
    await scene.clock.advanceSettled(1_000)
    expect(await scene.cursors.find([main])()).toStrictEqual(E.right(new Map([[main, { ...ahead, seq: 3 }]])))
  })

  test('with a log that our own code fails on costs that room its webhooks until the next start', async () => {
    const memory = memoryEventStore()
    let spoilt = true
    const scene = sceneOf({
      store: {
        ...memory,
        read: (room, after, limit) =>
          spoilt && room === main
            ? async () => E.right(JSON.parse('[null]'))
            : memory.read(room, after, limit),
      },
    })
    await scene.begin()
    await scene.happens(main, [comes()], 'untold')
    await scene.begin()
    await scene.happens(main, [goes()])
    await scene.clock.advanceSettled(dayMs)
    expect([scene.watched.defects.length, seqs(scene)]).toStrictEqual([1, []])
    spoilt = false
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3])
  })
})
