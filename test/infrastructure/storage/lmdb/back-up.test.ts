import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { backUp, checkAll } from '../../../../src/infrastructure/storage/back-up.js'
import type { LmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import { auditEntry } from '../../../contract/event-store/audit.js'
import { ann, appendOf, messageRecord } from './sample-appends.js'
import { scratch, tamper, tamperAudit } from './lmdb-folders.js'

const { folder, open, clear } = scratch()
afterEach(clear)

const rooms = Array.from({ length: 40 }, (_, number) => roomId(`room-${number}`))

const audit = { records: 40, fault: null }

const filledStore = async (at: string, durability: 'disk' | 'process' = 'disk'): Promise<LmdbEventStore> => {
  const store = await open({ folder: at, durability })
  await store.commit(
    rooms.map((room) =>
      appendOf(room, 0, 20, {
        due: 7,
        occupied: true,
        addedSessions: [ann],
        audit: [auditEntry(room)],
      }),
    ),
  )()
  return store
}

describe('a backup', () => {
  it.each(['disk', 'process'] as const)(
    'of a store in use has all records and indexes, and can be written to (%s)',
    async (durability) => {
      const store = await filledStore(await folder(), durability)
      const at = join(await folder(), 'backup')
      expect(await backUp(store, at)()).toEqual(E.right({ rooms: 40, records: 800, faults: [], audit }))
      const restored = await open({ folder: at, durability })
      for (const query of ['awaiting', 'list'] as const) {
        const answer = (of: LmdbEventStore) => (query === 'list' ? of.list(null, 100)() : of.awaiting()())
        expect(await answer(restored)).toEqual(await answer(store))
      }
      expect(await restored.roomsOf(ann)()).toEqual(await store.roomsOf(ann)())
      expect(await restored.commit([appendOf(rooms[0] ?? roomId('x'), 20, 1)])()).toEqual([
        { type: 'appended' },
      ])
    },
  )

  it('has all rooms as of one moment, also during writes', async () => {
    const store = await filledStore(await folder())
    const at = join(await folder(), 'backup')
    let isWriting = true
    const writer = (async () => {
      for (let end = 20; isWriting; end += 5)
        await store.commit(rooms.map((room) => appendOf(room, end, 5)))()
    })()
    const found = await backUp(store, at)()
    isWriting = false
    await writer
    // Each commit appends to all rooms, so at any moment all have the same length.
    const records = E.isRight(found) ? found.right.records : -1
    expect(found).toEqual(E.right({ rooms: 40, records, faults: [], audit }))
    expect(records % (40 * 5)).toBe(0)
  })

  it('does not overwrite another backup', async () => {
    const store = await filledStore(await folder())
    const at = join(await folder(), 'backup')
    await backUp(store, at)()
    expect(await backUp(store, at)()).toMatchObject({ left: { type: 'unavailable' } })
    expect(await backUp(store, await folder())()).toMatchObject({ right: { rooms: 40 } })
  })

  it('of a store with a corrupt log names that log, and has all others', async () => {
    const at = await folder()
    const store = await filledStore(at)
    const damaged = rooms[7] ?? roomId('x')
    await tamper(at, damaged, 3, (stored) => Buffer.concat([stored.subarray(0, 100), stored.subarray(101)]))
    const found = await backUp(store, join(await folder(), 'backup'))()
    expect(found).toMatchObject({
      right: { rooms: 40, records: 780, faults: [{ type: 'corrupt', room: damaged, seq: 3 }] },
    })
  })

  it('of a store with an altered audit record names that record', async () => {
    const at = await folder()
    const store = await filledStore(at)
    await tamperAudit(at, 7, (stored) => Buffer.concat([stored.subarray(0, 100), stored.subarray(101)]))
    const found = await backUp(store, join(await folder(), 'backup'))()
    expect(found).toMatchObject({
      right: { rooms: 40, faults: [], audit: { records: 6, fault: { type: 'corrupt', seq: 7 } } },
    })
  })

  it('can be a plain copy of the data file while no process has the folder open', async () => {
    const from = await folder()
    await (await filledStore(from)).close()
    const to = join(await folder(), 'copy')
    await mkdir(to)
    await copyFile(join(from, 'data.mdb'), join(to, 'data.mdb'))
    const restored = await open({ folder: to, durability: 'disk' })
    expect(await checkAll(restored)()).toEqual(E.right({ rooms: 40, records: 800, faults: [], audit }))
    expect(await restored.read(rooms[0] ?? roomId('x'), 18, 5)()).toEqual(
      E.right([19, 20].map((seq) => messageRecord(rooms[0] ?? roomId('x'), seq))),
    )
  })
})
