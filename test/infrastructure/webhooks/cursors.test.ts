import { open as openLmdb } from 'lmdb'
import { afterAll, describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import type { LmdbEventStore } from '../../../src/infrastructure/storage/lmdb-event-store.js'
import type { Cursor, Cursors } from '../../../src/infrastructure/webhooks/cursors.js'
import { memoryCursors } from '../../../src/infrastructure/webhooks/memory-cursors.js'
import { created, recorded, testEpoch, testRoom } from '../../kit/index.js'
import { scratch } from '../storage/lmdb/kit.js'

const { folder, open, folderOf, clear } = scratch()
afterAll(clear)

const lmdb = async (): Promise<LmdbEventStore> => open({ folder: await folder(), durability: 'process' })

const main = testRoom
const other = roomId('room:with.all-of_them')
const cursor: Cursor = { epoch: testEpoch, seq: 7, failingSince: null }
const failing: Cursor = { epoch: epoch('epoch-2'), seq: 0, failingSince: 1_767_225_600_000 }

const stores: Readonly<Record<string, () => Promise<Cursors>>> = {
  memory: () => Promise.resolve(memoryCursors()),
  lmdb: async () => (await lmdb()).webhookCursors,
}

const inRoom = async (cursors: Cursors, room = main): Promise<Cursor | undefined> => {
  const found = await cursors.find([room])()
  if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
  return found.right.get(room)
}

for (const [name, made] of Object.entries(stores)) {
  describe(`cursors in ${name}`, () => {
    test('are found as they were written, and only where they were asked for', async () => {
      const cursors = await made()
      const written = new Map([
        [main, cursor],
        [other, failing],
      ])
      expect(await cursors.write(written)()).toStrictEqual(E.right(undefined))
      expect(await cursors.find([main, other, roomId('unknown')])()).toStrictEqual(E.right(written))
      expect(await cursors.find([other])()).toStrictEqual(E.right(new Map([[other, failing]])))
      expect(await cursors.find([])()).toStrictEqual(E.right(new Map()))
    })

    test('take the place of earlier ones, and leave others alone', async () => {
      const cursors = await made()
      await cursors.write(
        new Map([
          [main, failing],
          [other, failing],
        ]),
      )()
      await cursors.write(new Map([[main, cursor]]))()
      expect([await inRoom(cursors), await inRoom(cursors, other)]).toStrictEqual([cursor, failing])
    })

    test('are off until they are turned on, and on until they are turned off', async () => {
      const cursors = await made()
      const seen: Array<unknown> = [await cursors.isOn()]
      for (const on of [false, true, true, false]) {
        expect(await cursors.turn(on)()).toStrictEqual(E.right(undefined))
        seen.push(await cursors.isOn())
      }
      expect(seen).toStrictEqual([false, false, true, true, false].map((on) => E.right(on)))
    })
  })
}

describe('cursors in the folder of the logs', () => {
  const created1 = (store: EventStore) =>
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

  test('are there after a restart, and so is whether they are on', async () => {
    const store = await lmdb()
    await store.webhookCursors.write(new Map([[main, cursor]]))()
    await store.webhookCursors.turn(true)()
    await store.close()
    const again = await open({ folder: folderOf(store), durability: 'disk' })
    expect(await inRoom(again.webhookCursors)).toStrictEqual(cursor)
    expect(await again.webhookCursors.isOn()).toStrictEqual(E.right(true))
  })

  test('go with their room, and stay where the room is not removed', async () => {
    const store = await lmdb()
    await created1(store)
    await store.webhookCursors.write(new Map([[main, cursor]]))()
    expect(await store.remove(main, testEpoch, 2)()).toStrictEqual(E.right(false))
    expect(await inRoom(store.webhookCursors)).toStrictEqual(cursor)
    expect(await store.remove(main, testEpoch, 1)()).toStrictEqual(E.right(true))
    expect(await inRoom(store.webhookCursors)).toBeUndefined()
  })

  test('are a fault, and no exception, once the folder is closed', async () => {
    const store = await lmdb()
    await store.close()
    const { webhookCursors } = store
    const write = webhookCursors.write(new Map([[main, cursor]]))
    for (const asked of [
      webhookCursors.find([main]),
      write,
      webhookCursors.isOn,
      webhookCursors.turn(true),
    ]) {
      expect(await asked()).toMatchObject({ _tag: 'Left', left: { type: 'unavailable' } })
    }
  })

  test('need not be there where a folder is only read: an older program made it', async () => {
    const store = await lmdb()
    await created1(store)
    await store.close()
    const root = openLmdb({ path: folderOf(store), maxDbs: 16, noSubdir: false })
    await root.openDB({ name: 'webhook-cursors', encoding: 'string' }).drop()
    await root.close()
    const reader = await open({ folder: folderOf(store), durability: 'disk', access: 'read' })
    expect(await reader.find(main)()).toMatchObject({ right: { value: { seq: 1 } } })
  })
})
