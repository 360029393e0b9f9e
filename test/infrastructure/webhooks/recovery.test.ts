import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { retainUndelivered } from '../../../src/infrastructure/webhooks/set-up-webhooks.js'
import { turnWebhooksOff, memoryCheckpointStore } from '../../../src/infrastructure/webhooks/checkpoints.js'
import { changedRole, person, settled, testEpoch } from '../../kit/index.js'
import {
  startedHarness,
  bob,
  joins,
  dayMs,
  leaves,
  main,
  other,
  seqs,
  firstOnly,
  idsOf,
  ok,
  createHarness,
  status,
} from './webhook-harness.js'

const changesRole = (): RoomEvent => changedRole(person('Ann'), 'picker', 'viewer', 'broadcaster')

describe('webhooks after a crash', () => {
  test('delivers undelivered events from the log, in order', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(500)
    await harness.append(main, [joins(), joins(bob), leaves()])
    await harness.clock.advanceSettled(5_000)
    harness.reply = () => ok
    await harness.restart()
    expect(firstOnly(idsOf(harness.posts))).toStrictEqual(harness.expected(main))
    expect(harness.reported.outcomes.slice(-3)).toStrictEqual(['delivered', 'delivered', 'delivered'])
  })

  test('delivers durable events that were not published, also of a new room', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), leaves()], 'unpublished')
    await harness.append(other, [joins()])
    await harness.clock.advanceSettled(1_000)
    await harness.append(other, [leaves()], 'unpublished')
    expect(seqs(harness)).toStrictEqual([])
    await harness.restart()
    expect([seqs(harness), seqs(harness, other)]).toStrictEqual([
      [2, 3],
      [2, 3],
    ])
  })

  test('repeats the deliveries of the last second under the same ids, and no earlier ones', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins()])
    await harness.clock.advanceSettled(1_000)
    await harness.append(main, [leaves()])
    await harness.clock.advanceSettled(900)
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3, 3])
    expect(firstOnly(idsOf(harness.posts))).toStrictEqual(harness.expected(main))
  })

  test('delivers an event that arrives during the scan after those of its log', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), leaves()], 'unpublished')
    harness.kill()
    const starting = harness.restart()
    await harness.append(main, [joins(bob)])
    await starting
    await settled()
    expect(seqs(harness)).toStrictEqual([2, 3, 4])
  })

  test('delivers events that arrive while the log of their room is read', async () => {
    const memory = memoryEventStore()
    let after: () => Promise<void> = () => Promise.resolve()
    const store: EventStore = {
      ...memory,
      read:
        (...query) =>
        async () => {
          const records = await memory.read(...query)()
          await after()
          return records
        },
    }
    const harness = await startedHarness({ store })
    await harness.append(main, [joins(), leaves()], 'unpublished')
    const laterEvents = [joins(bob), leaves(bob), joins(bob), leaves(bob)]
    after = async () => {
      const next = laterEvents.shift()
      if (next !== undefined) await harness.append(main, [next])
    }
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3, 4, 5, 6, 7])
  })

  test('reads a log without new membership changes once', async () => {
    const memory = memoryEventStore()
    let reads = 0
    const store: EventStore = {
      ...memory,
      read: (...query) => {
        reads++
        return memory.read(...query)
      },
    }
    const harness = await startedHarness({ store })
    await harness.append(main, [joins(), changesRole(), changesRole()])
    await harness.clock.advanceSettled(1_000)
    const readsPerStart: Array<number> = []
    for (let start = 0; start < 2; start++) {
      reads = 0
      await harness.restart()
      await harness.clock.advanceSettled(1_000)
      readsPerStart.push(reads)
    }
    expect([readsPerStart[0] === 0, readsPerStart[1], seqs(harness)]).toStrictEqual([false, 0, [2]])
  })
})

describe('webhooks of a room', () => {
  test('start at the end of a log that is older than webhooks', async () => {
    const harness = createHarness()
    await harness.append(main, [joins(), joins(bob), leaves()])
    await harness.restart()
    await harness.append(main, [leaves(bob)])
    await harness.clock.advanceSettled(dayMs)
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([5])
  })

  test('start at the end of a log that was created while webhooks were off, and at the checkpoint of older logs', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins()])
    await harness.clock.advanceSettled(1_000)
    harness.kill()
    await turnWebhooksOff(harness.checkpoints)
    await harness.append(main, [leaves()])
    await harness.append(other, [joins()])
    await harness.restart()
    await harness.append(other, [leaves()])
    await settled()
    expect([seqs(harness), seqs(harness, other)]).toStrictEqual([[2, 3], [3]])
  })

  test('start at the first record of a room that was removed and created again', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), leaves(), joins(bob)])
    await harness.clock.advanceSettled(1_000)
    harness.kill()
    await harness.removeRoom(main, epoch('epoch-2'))
    await harness.append(main, [joins()])
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3, 4, 2])
    expect(idsOf(harness.posts).at(-1)).toBe(harness.expected(main)[0])
  })

  test('ignore an imported log', async () => {
    const harness = await startedHarness()
    const imported: RoomEvent = { type: 'room.closed', data: { reason: 'imported' } }
    await harness.append(main, [joins(), joins(bob), leaves(), imported], 'unpublished')
    await harness.restart()
    await harness.clock.advanceSettled(dayMs)
    expect(harness.posts).toStrictEqual([])
  })

  test('deliver events of a room with the name of an object property', async () => {
    const room = roomId('__proto__')
    const harness = await startedHarness()
    await harness.append(room, [joins()])
    await harness.clock.advanceSettled(1_000)
    await harness.append(room, [leaves()], 'unpublished')
    await harness.restart()
    expect(seqs(harness, room)).toStrictEqual([2, 3])
  })

  test('prevent the removal of the room while it has undelivered events', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(500)
    await harness.append(main, [joins(), leaves()])
    await harness.clock.advanceSettled(1_000)
    const remove = () => retainUndelivered(harness.store, harness.webhooks()).remove(main, testEpoch, 3)()
    expect(await remove()).toStrictEqual(E.right(false))
    harness.reply = () => ok
    await harness.clock.advanceSettled(5_000)
    expect(await remove()).toStrictEqual(E.right(true))
    expect(idsOf(harness.posts).length).toBeGreaterThan(2)
  })

  test('prevent the removal of the room before it is scanned', async () => {
    const memory = memoryEventStore()
    let reply: () => void = () => undefined
    const listed = new Promise<void>((resolve) => (reply = resolve))
    const harness = createHarness({
      store: {
        ...memory,
        list: (after, limit) => async () => {
          await listed
          return memory.list(after, limit)()
        },
      },
    })
    await harness.checkpoints.setOn(true)()
    await harness.append(main, [joins()])
    await harness.restart()
    expect(harness.webhooks().isWaiting(main)).toBe(true)
    reply()
    await settled()
    expect([seqs(harness), harness.webhooks().isWaiting(main)]).toStrictEqual([[2], false])
  })
})

describe('webhooks and their store', () => {
  test('stop before the store closes', async () => {
    const steps: Array<string> = []
    const memory = memoryEventStore()
    const checkpoints = memoryCheckpointStore()
    const harness = await startedHarness({
      checkpoints: {
        ...checkpoints,
        write: (written: Parameters<typeof checkpoints.write>[0]) => async () => {
          steps.push('written')
          return checkpoints.write(written)()
        },
      },
    })
    await harness.append(main, [joins()])
    await settled()
    await retainUndelivered(
      { ...memory, close: async () => void steps.push('closed') },
      harness.webhooks(),
    ).close()
    expect(steps).toStrictEqual(['written', 'closed'])
  })

  test('retry and lose nothing while the store is unavailable', async () => {
    const memory = memoryEventStore()
    const checkpoints = memoryCheckpointStore()
    let isUnavailable = false
    const orUnavailable =
      <Args extends ReadonlyArray<unknown>, Result>(context: (...args: Args) => () => Promise<Result>) =>
      (...args: Args) =>
      async () =>
        isUnavailable ? E.left({ type: 'unavailable' as const, problem: 'test' }) : context(...args)()
    const harness = createHarness({
      store: {
        ...memory,
        find: orUnavailable(memory.find),
        list: orUnavailable(memory.list),
        read: orUnavailable(memory.read),
      },
      checkpoints: {
        ...checkpoints,
        find: orUnavailable(checkpoints.find),
        write: orUnavailable(checkpoints.write),
      },
    })
    await harness.restart()
    await harness.append(main, [joins()], 'unpublished')
    await harness.append(other, [joins(), leaves()])
    await settled()
    isUnavailable = true
    await harness.restart()
    await harness.append(other, [joins()])
    await harness.clock.advanceSettled(60_000)
    expect([seqs(harness), seqs(harness, other)]).toStrictEqual([[], [2, 3]])
    expect(harness.reported.faults.length).toBeGreaterThan(0)
    isUnavailable = false
    await harness.clock.advanceSettled(120_000)
    expect(seqs(harness)).toStrictEqual([2])
    expect(firstOnly(idsOf(harness.posts, other))).toStrictEqual(harness.expected(other))
    expect(harness.reported.defects).toStrictEqual([])
  })

  test('suspend only the room whose log is corrupt', async () => {
    const memory = memoryEventStore()
    let isCorrupt = true
    const harness = createHarness({
      store: {
        ...memory,
        read: (room, after, limit) =>
          isCorrupt && room === main
            ? async () => E.left({ type: 'corrupt', room, seq: 1, problem: 'has been changed' })
            : memory.read(room, after, limit),
      },
    })
    await harness.restart()
    await harness.append(main, [joins()], 'unpublished')
    await harness.append(other, [joins()], 'unpublished')
    await harness.restart()
    await harness.append(main, [leaves()])
    await harness.clock.advanceSettled(dayMs)
    expect([seqs(harness), seqs(harness, other)]).toStrictEqual([[], [2]])
    expect(harness.reported.faults.map(({ type }) => type)).toStrictEqual(['corrupt'])
    // After a repair it continues at its checkpoint, so its events must not be skipped or removed meanwhile.
    expect(harness.webhooks().isWaiting(main)).toBe(true)
    isCorrupt = false
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3])
  })

  test('correct checkpoints that are ahead of a restored log', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), joins(bob)])
    const ahead = { epoch: testEpoch, seq: 9, failingSince: null }
    harness.kill()
    await harness.checkpoints.write(new Map([[main, ahead]]))()
    await harness.restart()
    await harness.clock.advanceSettled(1_000)
    expect(await harness.checkpoints.find([main])()).toStrictEqual(
      E.right(new Map([[main, { ...ahead, seq: 3 }]])),
    )
  })

  test('suspend a room whose log causes a defect until the next start', async () => {
    const memory = memoryEventStore()
    let isBroken = true
    const harness = createHarness({
      store: {
        ...memory,
        read: (room, after, limit) =>
          isBroken && room === main
            ? async () => E.right(JSON.parse('[null]'))
            : memory.read(room, after, limit),
      },
    })
    await harness.restart()
    await harness.append(main, [joins()], 'unpublished')
    await harness.restart()
    await harness.append(main, [leaves()])
    await harness.clock.advanceSettled(dayMs)
    expect([harness.reported.defects.length, seqs(harness)]).toStrictEqual([1, []])
    isBroken = false
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3])
  })
})
