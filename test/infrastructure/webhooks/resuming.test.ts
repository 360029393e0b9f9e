import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keptLogs } from '../../../src/infrastructure/webhooks/kept-logs.js'
import { switchedOff } from '../../../src/infrastructure/webhooks/switching.js'
import { changedRole, person, settled, testEpoch } from '../../kit/index.js'
import { begun, bob, comes, dayMs, goes, main, other, seqs } from './coming-and-going.js'
import { firstOnly, idsOf, ok, sceneOf, status } from './scene.js'

const turns = (): RoomEvent => changedRole(person('Ann'), 'picker', 'viewer', 'broadcaster')

describe('after the process was killed', () => {
  test('what was not delivered is, from the log, in order', async () => {
    const scene = await begun()
    scene.answer = () => status(500)
    await scene.happens(main, [comes(), comes(bob), goes()])
    await scene.clock.advanceSettled(5_000)
    scene.answer = () => ok
    await scene.begin()
    expect(firstOnly(idsOf(scene.posts))).toStrictEqual(scene.expected(main))
    expect(scene.watched.outcomes.slice(-3)).toStrictEqual(['delivered', 'delivered', 'delivered'])
  })

  test('what was durable and never told is delivered, also in a room that had just begun', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), goes()], 'untold')
    await scene.happens(other, [comes()])
    await scene.clock.advanceSettled(1_000)
    await scene.happens(other, [goes()], 'untold')
    expect(seqs(scene)).toStrictEqual([])
    await scene.begin()
    expect([seqs(scene), seqs(scene, other)]).toStrictEqual([
      [2, 3],
      [2, 3],
    ])
  })

  test('what was delivered in its last second is repeated under the same id, and nothing before', async () => {
    const scene = await begun()
    await scene.happens(main, [comes()])
    await scene.clock.advanceSettled(1_000)
    await scene.happens(main, [goes()])
    await scene.clock.advanceSettled(900)
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3, 3])
    expect(firstOnly(idsOf(scene.posts))).toStrictEqual(scene.expected(main))
  })

  test('what happens while the logs are looked through is behind what they have', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), goes()], 'untold')
    scene.kill()
    const starting = scene.begin()
    await scene.happens(main, [comes(bob)])
    await starting
    await settled()
    expect(seqs(scene)).toStrictEqual([2, 3, 4])
  })

  test('what happens while its room is being read is not missed', async () => {
    const memory = memoryEventStore()
    let after: () => Promise<void> = () => Promise.resolve()
    const store: EventStore = {
      ...memory,
      read:
        (...asked) =>
        async () => {
          const records = await memory.read(...asked)()
          await after()
          return records
        },
    }
    const scene = await begun({ store })
    await scene.happens(main, [comes(), goes()], 'untold')
    const meanwhile = [comes(bob), goes(bob), comes(bob), goes(bob)]
    after = async () => {
      const next = meanwhile.shift()
      if (next !== undefined) await scene.happens(main, [next])
    }
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3, 4, 5, 6, 7])
  })

  test('a room whose log went on without anybody coming or going is read once, and no more', async () => {
    const memory = memoryEventStore()
    let reads = 0
    const store: EventStore = {
      ...memory,
      read: (...asked) => {
        reads++
        return memory.read(...asked)
      },
    }
    const scene = await begun({ store })
    await scene.happens(main, [comes(), turns(), turns()])
    await scene.clock.advanceSettled(1_000)
    const counted: Array<number> = []
    for (let start = 0; start < 2; start++) {
      reads = 0
      await scene.begin()
      await scene.clock.advanceSettled(1_000)
      counted.push(reads)
    }
    expect([counted[0] === 0, counted[1], seqs(scene)]).toStrictEqual([false, 0, [2]])
  })
})

describe('a room', () => {
  test('that was there before webhooks were switched on is told of from its end', async () => {
    const scene = sceneOf()
    await scene.happens(main, [comes(), comes(bob), goes()])
    await scene.begin()
    await scene.happens(main, [goes(bob)])
    await scene.clock.advanceSettled(dayMs)
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([5])
  })

  test('that began while they were switched off is told of from its end, one from before from where it was', async () => {
    const scene = await begun()
    await scene.happens(main, [comes()])
    await scene.clock.advanceSettled(1_000)
    scene.kill()
    await switchedOff(scene.cursors)
    await scene.happens(main, [goes()])
    await scene.happens(other, [comes()])
    await scene.begin()
    await scene.happens(other, [goes()])
    await settled()
    expect([seqs(scene), seqs(scene, other)]).toStrictEqual([[2, 3], [3]])
  })

  test('that was removed and made again is told of from its beginning', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), goes(), comes(bob)])
    await scene.clock.advanceSettled(1_000)
    scene.kill()
    await scene.forget(main, epoch('epoch-2'))
    await scene.happens(main, [comes()])
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3, 4, 2])
    expect(idsOf(scene.posts).at(-1)).toBe(scene.expected(main)[0])
  })

  test('that was imported is history from elsewhere, and not told', async () => {
    const scene = await begun()
    const imported: RoomEvent = { type: 'room.closed', data: { reason: 'imported' } }
    await scene.happens(main, [comes(), comes(bob), goes(), imported], 'untold')
    await scene.begin()
    await scene.clock.advanceSettled(dayMs)
    expect(scene.posts).toStrictEqual([])
  })

  test('with a name that is a property of every object is a room like any other', async () => {
    const room = roomId('__proto__')
    const scene = await begun()
    await scene.happens(room, [comes()])
    await scene.clock.advanceSettled(1_000)
    await scene.happens(room, [goes()], 'untold')
    await scene.begin()
    expect(seqs(scene, room)).toStrictEqual([2, 3])
  })

  test('is not removed as long as something in it is to be delivered', async () => {
    const scene = await begun()
    scene.answer = () => status(500)
    await scene.happens(main, [comes(), goes()])
    await scene.clock.advanceSettled(1_000)
    const remove = () => keptLogs(scene.store, scene.webhooks()).remove(main, testEpoch, 3)()
    expect(await remove()).toStrictEqual(E.right(false))
    scene.answer = () => ok
    await scene.clock.advanceSettled(5_000)
    expect(await remove()).toStrictEqual(E.right(true))
    expect(idsOf(scene.posts).length).toBeGreaterThan(2)
  })

  test('is not removed before somebody has looked whether there is something', async () => {
    const memory = memoryEventStore()
    let answers: () => void = () => undefined
    const looked = new Promise<void>((resolve) => (answers = resolve))
    const scene = sceneOf({
      store: {
        ...memory,
        list: (after, limit) => async () => {
          await looked
          return memory.list(after, limit)()
        },
      },
    })
    await scene.cursors.turn(true)()
    await scene.happens(main, [comes()])
    await scene.begin()
    expect(scene.webhooks().isWaiting(main)).toBe(true)
    answers()
    await settled()
    expect([seqs(scene), scene.webhooks().isWaiting(main)]).toStrictEqual([[2], false])
  })
})
