import assert from 'node:assert/strict'
import * as E from '#fp/Either'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/event-stores/memory-event-store.js'
import { keptLogs } from '../../../src/infrastructure/webhooks/kept-logs.js'
import { memoryCursors } from '../../../src/infrastructure/webhooks/memory-cursors.js'
import { switchedOff } from '../../../src/infrastructure/webhooks/switching.js'
import { changedRole, hasJoined, hasLeft, person, settled, testEpoch, testRoom } from '../../kit/index.js'
import type { Scene } from './scene.js'
import { firstOnly, idsOf, never, ok, sceneOf, status } from './scene.js'

const main = testRoom
const other = roomId('other')
const ann = person('Ann')
const bob = person('Bob')
const comes = (who = ann): RoomEvent => hasJoined(who, 'party', 'user')
const goes = (who = ann): RoomEvent => hasLeft(who, 'party', 'user', 'left')
const turns = (): RoomEvent => changedRole(ann, 'picker', 'viewer', 'broadcaster')

const dayMs = 24 * 60 * 60 * 1_000

const begun = async (options = {}): Promise<Scene> => {
  const scene = sceneOf(options)
  await scene.begin()
  return scene
}

const seqs = (scene: Scene, room = main): ReadonlyArray<number> =>
  scene.posts.filter((post) => post.room === room).map(({ seq }) => seq)

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
      <Args extends ReadonlyArray<unknown>, Result>(ask: (...args: Args) => () => Promise<Result>) =>
      (...args: Args) =>
      async () =>
        away ? E.left({ type: 'unavailable' as const, problem: 'away' }) : ask(...args)()
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
    const scene = sceneOf({
      store: {
        ...memory,
        read: (room, after, limit) =>
          room === main
            ? async () => E.left({ type: 'corrupt', room, seq: 1, problem: 'has been changed' })
            : memory.read(room, after, limit),
      },
    })
    await scene.begin()
    await scene.happens(main, [comes()], 'untold')
    await scene.happens(other, [comes()], 'untold')
    await scene.begin()
    await scene.clock.advanceSettled(dayMs)
    expect([seqs(scene), seqs(scene, other)]).toStrictEqual([[], [2]])
    expect(scene.watched.faults.map(({ type }) => type)).toStrictEqual(['corrupt'])
  })
})

describe('whatever the receiver answers and whenever the process ends', () => {
  const rooms = [main, other, roomId('third')]
  const people = [ann, bob, person('Cy')]

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('happens' as const),
        room: fc.constantFrom(...rooms),
        who: fc.constantFrom(...people),
        dialect: fc.constantFrom('party' as const, 'picker' as const),
        comes: fc.boolean(),
        untold: fc.constantFrom(undefined, undefined, undefined, 'untold' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('passes' as const),
        ms: fc.constantFrom(0, 1, 500, 1_000, 20_000, dayMs / 4),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'killed' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'stopped' as const }) },
  )

  const answers = fc.array(fc.constantFrom('taken', 'taken', 'refused', 'unreachable', 'hangs', 'slow'), {
    maxLength: 60,
  })

  const limits = fc.constantFrom(
    {},
    { requests: 1, rooms: 1, eventsPerRoom: 1, events: 1, inTurn: 1, page: 1 },
    { requests: 2, rooms: 2, eventsPerRoom: 3, events: 4, inTurn: 2, page: 2 },
  )

  property.prop([fc.array(step, { maxLength: 50 }), answers, limits], { numRuns: 300 })(
    'each event is delivered at least once, and in the order of its room',
    async (steps, replies, limited) => {
      const scene = await begun({ limits: limited })
      const script = [...replies]
      const taken: Array<{ room: string; id: string }> = []
      scene.answer = async (post) => {
        const reply = script.shift() ?? 'taken'
        if (reply === 'hangs') return never
        if (reply === 'unreachable') return { type: 'unreachable' }
        if (reply === 'refused') return status(500)
        taken.push(post)
        // It has it; that the answer takes its time, or comes to nobody, is another matter.
        if (reply === 'slow') {
          await new Promise<void>((resolve) => scene.clock.schedule(scene.clock.now() + 700, resolve))
        }
        return ok
      }
      for (const each of steps) {
        switch (each.type) {
          case 'happens': {
            const { room, who, dialect, untold } = each
            const event = each.comes ? hasJoined(who, dialect, 'user') : hasLeft(who, dialect, 'user', 'left')
            await scene.happens(room, [event], untold)
            // What is not told is told by the next start alone, so there is one.
            if (untold !== undefined) await scene.begin()
            break
          }
          case 'passes':
            await scene.clock.advanceSettled(each.ms)
            break
          case 'killed':
            await scene.begin()
            break
          case 'stopped':
            await scene.webhooks().stop()
            await scene.begin()
            break
        }
      }
      script.length = 0
      await scene.clock.advanceSettled(dayMs / 8)
      for (const room of rooms) {
        const ids = taken.filter((post) => post.room === room).map(({ id }) => id)
        assert.deepEqual(firstOnly(ids), scene.expected(room))
      }
      assert.deepEqual(scene.watched.defects, [])
      assert.deepEqual(scene.watched.givenUp, [])
      assert.deepEqual(scene.webhooks().load(), { rooms: 0, events: 0 })
      assert.deepEqual(scene.clock.pending(), [])
    },
  )
})
