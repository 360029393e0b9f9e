import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import type { Append, AppendOutcome } from '../../../../src/application/ports/event-store.js'
import type { RoomId } from '../../../../src/domain/kernel/ids.js'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import type { Connection } from '../../../../src/infrastructure/storage/lmdb/connection.js'
import { connectionTo } from '../../../../src/infrastructure/storage/lmdb/connection.js'
import { groupCommit } from '../../../../src/infrastructure/storage/lmdb/group-commit.js'
import { createHeadCache, readHead } from '../../../../src/infrastructure/storage/lmdb/head-cache.js'
import { readLog } from '../../../../src/infrastructure/storage/lmdb/read-log.js'
import { removeLog } from '../../../../src/infrastructure/storage/lmdb/import-and-remove.js'
import type { OpenOptions, Tables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { openTables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { appendOf, firstEpoch, messageRecord } from './sample-appends.js'
import { scratch } from './lmdb-folders.js'

const { folder, clear } = scratch()
afterEach(clear)

const room = roomId('main')
const appended: AppendOutcome = { type: 'appended' }
const diskFault: AppendOutcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'Error: the disk has failed' },
}

/** The outcome of a write: committed, failed without a commit, or failed after the commit. */
type Ending = 'committed' | 'lost' | 'committed, but failing'

interface Harness {
  readonly commit: (append: Append) => Promise<AppendOutcome | undefined>
  readonly remove: () => Promise<unknown>
  readonly log: () => Promise<unknown>
  /** Sets the outcome of the next write, and what runs during it. */
  readonly next: (ending: Ending, duringWrite?: () => void) => void
  /** The number of heads read from lmdb. */
  readonly headReads: () => number
  readonly close: () => Promise<void>
}

/** A folder whose writes have scripted outcomes. */
const openHarness = async (): Promise<Harness> => {
  const options: OpenOptions = { folder: await folder(), durability: 'process', readOnly: false }
  const opened = openTables(options)
  let headReads = 0
  let ending: Ending = 'committed'
  let duringWrite = (): void => undefined
  const batch = async (writes: () => void): Promise<boolean> => {
    const [outcome, run] = [ending, duringWrite]
    ending = 'committed'
    duringWrite = () => undefined
    run()
    const written = outcome === 'lost' || (await opened.root.batch(writes))
    if (outcome !== 'committed') throw new Error('the disk has failed')
    return written
  }
  const get = (of: RoomId): string | undefined => {
    headReads += 1
    return opened.heads.get(of)
  }
  const tables: Tables = {
    ...opened,
    root: Object.create(opened.root, { batch: { value: batch, writable: true } }),
    heads: Object.create(opened.heads, { get: { value: get } }),
  }
  const connection: Connection = connectionTo(tables, options)
  const heads = createHeadCache()
  const { commit } = groupCommit(connection.inTurn, heads)
  return {
    commit: async (append) => (await commit([append])())[0],
    remove: () =>
      connection.inTurn((of) => {
        heads.invalidate(room)
        return removeLog(of, room, 1)
      }),
    log: () => readLog(opened, room, 0, { limit: 100 }, (_frame, record) => record),
    next: (outcome, run = () => undefined) => {
      ending = outcome
      duringWrite = run
    },
    headReads: () => headReads,
    close: connection.close,
  }
}

describe('appends during a write', () => {
  /** The outcomes of an append and of the next one, which arrives while the first is written. */
  const appendTwo = async (on: Harness, ending: Ending, during: () => void = () => undefined) => {
    let second: Promise<AppendOutcome | undefined> = Promise.resolve(undefined)
    on.next(ending, () => {
      during()
      second = on.commit(appendOf(room, 1, 1))
    })
    const first = await on.commit(appendOf(room, 0, 1))
    return [first, await second]
  }

  it('are committed after it', async () => {
    const on = await openHarness()
    expect(await appendTwo(on, 'committed')).toEqual([appended, appended])
    expect(await on.log()).toEqual(E.right([messageRecord(room, 1), messageRecord(room, 2)]))
    await on.close()
  })

  it('are decided again when the write failed without a commit', async () => {
    const on = await openHarness()
    expect(await appendTwo(on, 'lost')).toEqual([diskFault, { type: 'conflict', actual: null }])
    expect(await on.commit(appendOf(room, 0, 1))).toEqual(appended)
    expect(await on.log()).toEqual(E.right([messageRecord(room, 1)]))
    await on.close()
  })

  it('are committed when the write failed after its commit', async () => {
    const on = await openHarness()
    expect(await appendTwo(on, 'committed, but failing')).toEqual([diskFault, appended])
    expect(await on.log()).toEqual(E.right([messageRecord(room, 1), messageRecord(room, 2)]))
    await on.close()
  })

  it('get a conflict when the room is removed before them', async () => {
    const on = await openHarness()
    let removed: Promise<unknown> = Promise.resolve()
    const found = await appendTwo(on, 'committed', () => {
      removed = on.remove()
    })
    await removed
    expect(found).toEqual([appended, { type: 'conflict', actual: null }])
    expect(await on.log()).toEqual(E.right([]))
    await on.close()
  })

  it('are decided before that write ends', async () => {
    const on = await openHarness()
    let readsDuringWrite = 0
    let other: Promise<unknown> = Promise.resolve()
    on.next('committed', () => {
      other = on.commit(appendOf(roomId('side'), 0, 1))
      readsDuringWrite = on.headReads()
    })
    expect(await on.commit(appendOf(room, 0, 1))).toEqual(appended)
    expect(await other).toEqual(appended)
    expect(readsDuringWrite).toBe(2)
    await on.close()
  })

  it('may be of one room and one group', async () => {
    const on = await openHarness()
    let others: Promise<unknown> = Promise.resolve()
    on.next('committed', () => {
      others = Promise.all([1, 2, 2, 3].map((end) => on.commit(appendOf(room, end, 1))))
    })
    expect(await on.commit(appendOf(room, 0, 1))).toEqual(appended)
    const conflict = { type: 'conflict', actual: { epoch: firstEpoch, seq: 3 } }
    expect(await others).toEqual([appended, appended, conflict, appended])
    expect(await on.log()).toEqual(E.right([1, 2, 3, 4].map((seq) => messageRecord(room, seq))))
    await on.close()
  })
})

describe('the head cache', () => {
  it('reads a head from lmdb once', async () => {
    const on = await openHarness()
    for (let end = 0; end < 5; end++) expect(await on.commit(appendOf(room, end, 1))).toEqual(appended)
    expect(on.headReads()).toBe(1)
    await on.close()
  })

  it('reads a head again after a failed write', async () => {
    const on = await openHarness()
    await on.commit(appendOf(room, 0, 1))
    on.next('lost')
    expect(await on.commit(appendOf(room, 1, 1))).toEqual(diskFault)
    expect(await on.commit(appendOf(room, 1, 1))).toEqual(appended)
    expect(on.headReads()).toBe(2)
    await on.close()
  })

  it('has the heads that were stored last, up to its limit', async () => {
    const options: OpenOptions = { folder: await folder(), durability: 'process', readOnly: false }
    const tables = openTables(options)
    const heads = createHeadCache(2)
    const hasHead = (name: string): boolean => heads.find(tables, roomId(name)) !== undefined
    const storeHead = (name: string): void => heads.store(new Map([[roomId(name), head]]))
    for (const name of ['a', 'b', 'c', 'b', 'd']) storeHead(name)
    // The folder is empty, so every head that is found is in the cache.
    expect(['a', 'b', 'c', 'd'].map(hasHead)).toEqual([false, true, true, true])
    for (const name of ['e', 'f', 'g']) storeHead(name)
    expect(['b', 'c', 'd', 'e', 'f', 'g'].map(hasHead)).toEqual([false, false, false, false, true, true])
    heads.invalidate(roomId('f'))
    expect(['f', 'g'].map(hasHead)).toEqual([false, true])
    heads.invalidate()
    expect(hasHead('g')).toBe(false)
    await tables.root.close()
  })

  it('is empty after the folder was opened again', async () => {
    const options: OpenOptions = { folder: await folder(), durability: 'disk', readOnly: false }
    const tables = openTables(options)
    const heads = createHeadCache()
    expect(heads.find(tables, room)).toBe(undefined)
    heads.store(new Map([[room, head]]))
    expect(heads.find(tables, room)).toBe(head)
    expect(heads.find({ ...tables }, room)).toBe(readHead(tables, room))
    await tables.root.close()
  })
})

const head = {
  entry: { room, epoch: firstEpoch, seq: 1, lastAt: 1, due: null, occupied: true },
  hash: 'x'.repeat(32),
}
