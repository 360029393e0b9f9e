import * as E from '#fp/Either'
import * as TE from '#fp/TaskEither'
import { describe, expect, test, afterAll } from 'vitest'
import type { StoreFault, EventStore } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import {
  createCheckpointWriter,
  memoryCheckpointStore,
} from '../../../src/infrastructure/webhooks/checkpoints.js'
import type { Checkpoint, CheckpointStore } from '../../../src/infrastructure/webhooks/checkpoints.js'
import { settled, testEpoch, testRoom, virtualClock, created, recorded } from '../../kit/index.js'
import { open as openLmdb } from 'lmdb'
import type { LmdbEventStore } from '../../../src/infrastructure/storage/lmdb-event-store.js'
import { scratch } from '../storage/lmdb/lmdb-folders.js'

const { folder, open, folderOf, clear } = scratch()
afterAll(clear)

const lmdb = async (): Promise<LmdbEventStore> => open({ folder: await folder(), durability: 'process' })

const main = testRoom
const other = roomId('room:with.all-of_them')
const checkpoint: Checkpoint = { epoch: testEpoch, seq: 7, failingSince: null }
const failing: Checkpoint = { epoch: epoch('epoch-2'), seq: 0, failingSince: 1_767_225_600_000 }

const stores: Readonly<Record<string, () => Promise<CheckpointStore>>> = {
  memory: () => Promise.resolve(memoryCheckpointStore()),
  lmdb: async () => (await lmdb()).webhookCheckpoints,
}

const inRoom = async (checkpoints: CheckpointStore, room = main): Promise<Checkpoint | undefined> => {
  const found = await checkpoints.find([room])()
  if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
  return found.right.get(room)
}

for (const [name, create] of Object.entries(stores)) {
  describe(`a checkpoint store in ${name}`, () => {
    test('finds the checkpoints of the queried rooms as they were written', async () => {
      const checkpoints = await create()
      const written = new Map([
        [main, checkpoint],
        [other, failing],
      ])
      expect(await checkpoints.write(written)()).toStrictEqual(E.right(undefined))
      expect(await checkpoints.find([main, other, roomId('unknown')])()).toStrictEqual(E.right(written))
      expect(await checkpoints.find([other])()).toStrictEqual(E.right(new Map([[other, failing]])))
      expect(await checkpoints.find([])()).toStrictEqual(E.right(new Map()))
    })

    test('replaces the checkpoints of the written rooms and keeps the others', async () => {
      const checkpoints = await create()
      await checkpoints.write(
        new Map([
          [main, failing],
          [other, failing],
        ]),
      )()
      await checkpoints.write(new Map([[main, checkpoint]]))()
      expect([await inRoom(checkpoints), await inRoom(checkpoints, other)]).toStrictEqual([
        checkpoint,
        failing,
      ])
    })

    test('is off until it is turned on, and on until it is turned off', async () => {
      const checkpoints = await create()
      const results: Array<unknown> = [await checkpoints.isOn()]
      for (const on of [false, true, true, false]) {
        expect(await checkpoints.setOn(on)()).toStrictEqual(E.right(undefined))
        results.push(await checkpoints.isOn())
      }
      expect(results).toStrictEqual([false, false, true, true, false].map((on) => E.right(on)))
    })
  })
}

describe('a checkpoint store in the data folder', () => {
  const createRoom = (store: EventStore) =>
    store.commit([
      {
        room: main,
        epoch: testEpoch,
        expectedSeq: 0,
        records: recorded([created]),
        due: null,
        occupied: false,
        addedSessions: [],
        removedSessions: [],
      },
    ])()

  test('keeps checkpoints and the on state over a restart', async () => {
    const store = await lmdb()
    await store.webhookCheckpoints.write(new Map([[main, checkpoint]]))()
    await store.webhookCheckpoints.setOn(true)()
    await store.close()
    const again = await open({ folder: folderOf(store), durability: 'disk' })
    expect(await inRoom(again.webhookCheckpoints)).toStrictEqual(checkpoint)
    expect(await again.webhookCheckpoints.isOn()).toStrictEqual(E.right(true))
  })

  test('removes a checkpoint with its room, and keeps it when the room is not removed', async () => {
    const store = await lmdb()
    await createRoom(store)
    await store.webhookCheckpoints.write(new Map([[main, checkpoint]]))()
    expect(await store.remove(main, testEpoch, 2)()).toStrictEqual(E.right(false))
    expect(await inRoom(store.webhookCheckpoints)).toStrictEqual(checkpoint)
    expect(await store.remove(main, testEpoch, 1)()).toStrictEqual(E.right(true))
    expect(await inRoom(store.webhookCheckpoints)).toBeUndefined()
  })

  test('replies with a fault after the folder was closed', async () => {
    const store = await lmdb()
    await store.close()
    const { webhookCheckpoints } = store
    const write = webhookCheckpoints.write(new Map([[main, checkpoint]]))
    for (const query of [
      webhookCheckpoints.find([main]),
      write,
      webhookCheckpoints.isOn,
      webhookCheckpoints.setOn(true),
    ]) {
      expect(await query()).toMatchObject({ _tag: 'Left', left: { type: 'unavailable' } })
    }
  })

  test('is optional when a folder that an older version created is opened for reading', async () => {
    const store = await lmdb()
    await createRoom(store)
    await store.close()
    const root = openLmdb({ path: folderOf(store), maxDbs: 16, noSubdir: false })
    await root.openDB({ name: 'webhook-cursors', encoding: 'string' }).drop()
    await root.close()
    const reader = await open({ folder: folderOf(store), durability: 'disk', access: 'read' })
    expect(await reader.find(main)()).toMatchObject({ right: { value: { seq: 1 } } })
  })
})

describe('the checkpoint writer', () => {
  const checkpointAt = (seq: number, of = testEpoch): Checkpoint => ({ epoch: of, seq, failingSince: null })
  const foundIn = (found: E.Either<StoreFault, ReadonlyMap<typeof testRoom, Checkpoint>>): unknown =>
    E.isRight(found) ? found.right.get(testRoom)?.seq : found.left.type

  test('never replaces a checkpoint by an earlier one of the same epoch', async () => {
    const writer = createCheckpointWriter(memoryCheckpointStore(), virtualClock(), () => undefined)
    const results: Array<unknown> = []
    for (const each of [checkpointAt(5), checkpointAt(3), checkpointAt(2, epoch('epoch-2'))]) {
      writer.set(testRoom, each)
      results.push(foundIn(await writer.find([testRoom])))
    }
    expect(results).toStrictEqual([5, 5, 2])
  })

  test('finds a checkpoint while it is being written', async () => {
    const clock = virtualClock()
    const stored = memoryCheckpointStore()
    let write: () => void = () => undefined
    const slow: CheckpointStore = {
      ...stored,
      // The result is the state at the time of the query, as in a transaction.
      find: (rooms) => async () => {
        const found = await stored.find(rooms)()
        write()
        await settled()
        return found
      },
      write: (checkpoints) => async () => {
        await new Promise<void>((resolve) => (write = resolve))
        return stored.write(checkpoints)()
      },
    }
    const writer = createCheckpointWriter(slow, clock, () => undefined)
    writer.set(testRoom, checkpointAt(5))
    clock.advance(1_000)
    await settled()
    expect(foundIn(await writer.find([testRoom]))).toBe(5)
  })

  test('retries a failed write and reports the fault', async () => {
    const clock = virtualClock()
    const stored = memoryCheckpointStore()
    const faults: Array<StoreFault> = []
    let isFailing = true
    const write: CheckpointStore['write'] = (checkpoints) =>
      isFailing ? TE.left({ type: 'unavailable', problem: 'test' }) : stored.write(checkpoints)
    const writer = createCheckpointWriter({ ...stored, write }, clock, (fault) => void faults.push(fault))
    writer.set(testRoom, checkpointAt(5))
    await clock.advanceSettled(2_000)
    isFailing = false
    await clock.advanceSettled(1_000)
    expect(foundIn(await stored.find([testRoom])())).toBe(5)
    expect([faults.length, clock.pending()]).toStrictEqual([2, []])
  })
})
