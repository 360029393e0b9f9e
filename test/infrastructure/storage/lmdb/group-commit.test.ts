import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import type { Append, EventStore, AppendOutcome } from '../../../../src/application/ports/event-store.js'
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
import { appending, firstEpoch, said } from './appending.js'
import { scratch } from './kit.js'

const { folder, clear } = scratch()
afterEach(clear)

const room = roomId('main')
const appended: AppendOutcome = { type: 'appended' }
const onFire: AppendOutcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'Error: the disk is on fire' },
}

/** How a write ends: as it should, without having written, or failing although it has. */
type Ending = 'written' | 'lost' | 'written, but failing'

interface Bench {
  readonly commit: (append: Append) => Promise<AppendOutcome | undefined>
  readonly remove: () => Promise<unknown>
  readonly log: () => Promise<unknown>
  /** How the next write ends, and what is asked while it is under way. */
  readonly next: (ending: Ending, meanwhile?: () => void) => void
  /** How often the end of a log was asked for. */
  readonly asked: () => number
  readonly close: () => Promise<void>
}

/** A real folder, whose writes end as the test wants them to. */
const bench = async (): Promise<Bench> => {
  const options: OpenOptions = { folder: await folder(), durability: 'process', readOnly: false }
  const opened = openTables(options)
  let asked = 0
  let ending: Ending = 'written'
  let meanwhile = (): void => undefined
  const batch = async (writes: () => void): Promise<boolean> => {
    const [how, context] = [ending, meanwhile]
    ending = 'written'
    meanwhile = () => undefined
    context()
    const written = how === 'lost' || (await opened.root.batch(writes))
    if (how !== 'written') throw new Error('the disk is on fire')
    return written
  }
  const get = (of: RoomId): string | undefined => {
    asked += 1
    return opened.heads.get(of)
  }
  const tables: Tables = {
    ...opened,
    root: Object.create(opened.root, { batch: { value: batch, writable: true } }),
    heads: Object.create(opened.heads, { get: { value: get } }),
  }
  const connection: Connection = connectionTo(tables, options)
  const heads = createHeadCache()
  const commit: EventStore['commit'] = groupCommit(connection.inTurn, heads)
  return {
    commit: async (append) => (await commit([append])())[0],
    remove: () =>
      connection.inTurn((of) => {
        heads.invalidate(room)
        return removeLog(of, room, 1)
      }),
    log: () => readLog(opened, room, 0, { limit: 100 }, (_frame, record) => record),
    next: (how, context = () => undefined) => {
      ending = how
      meanwhile = context
    },
    asked: () => asked,
    close: connection.close,
  }
}

describe('appends during a write', () => {
  /** One append, another that follows it and comes while it is being written, and what both came to. */
  const twoInARow = async (on: Bench, ending: Ending, between: () => void = () => undefined) => {
    let second: Promise<AppendOutcome | undefined> = Promise.resolve(undefined)
    on.next(ending, () => {
      between()
      second = on.commit(appending(room, 1, 1))
    })
    const first = await on.commit(appending(room, 0, 1))
    return [first, await second]
  }

  it('follow it', async () => {
    const on = await bench()
    expect(await twoInARow(on, 'written')).toEqual([appended, appended])
    expect(await on.log()).toEqual(E.right([said(room, 1), said(room, 2)]))
    await on.close()
  })

  it('are decided again when the write was lost', async () => {
    const on = await bench()
    expect(await twoInARow(on, 'lost')).toEqual([onFire, { type: 'conflict', actual: null }])
    expect(await on.commit(appending(room, 0, 1))).toEqual(appended)
    expect(await on.log()).toEqual(E.right([said(room, 1)]))
    await on.close()
  })

  it('are committed when the write failed but was committed', async () => {
    const on = await bench()
    expect(await twoInARow(on, 'written, but failing')).toEqual([onFire, appended])
    expect(await on.log()).toEqual(E.right([said(room, 1), said(room, 2)]))
    await on.close()
  })

  it('conflict when the room is removed between', async () => {
    const on = await bench()
    let removed: Promise<unknown> = Promise.resolve()
    const found = await twoInARow(on, 'written', () => {
      removed = on.remove()
    })
    await removed
    expect(found).toEqual([appended, { type: 'conflict', actual: null }])
    expect(await on.log()).toEqual(E.right([]))
    await on.close()
  })

  it('are decided before the write ends', async () => {
    const on = await bench()
    let askedMeanwhile = 0
    let other: Promise<unknown> = Promise.resolve()
    on.next('written', () => {
      other = on.commit(appending(roomId('side'), 0, 1))
      askedMeanwhile = on.asked()
    })
    expect(await on.commit(appending(room, 0, 1))).toEqual(appended)
    expect(await other).toEqual(appended)
    expect(askedMeanwhile).toBe(2)
    await on.close()
  })

  it('can be of the same room and group', async () => {
    const on = await bench()
    let others: Promise<unknown> = Promise.resolve()
    on.next('written', () => {
      others = Promise.all([1, 2, 2, 3].map((end) => on.commit(appending(room, end, 1))))
    })
    expect(await on.commit(appending(room, 0, 1))).toEqual(appended)
    const conflict = { type: 'conflict', actual: { epoch: firstEpoch, seq: 3 } }
    expect(await others).toEqual([appended, appended, conflict, appended])
    expect(await on.log()).toEqual(E.right([1, 2, 3, 4].map((seq) => said(room, seq))))
    await on.close()
  })
})

describe('the head cache', () => {
  it('reads a head from lmdb once', async () => {
    const on = await bench()
    for (let end = 0; end < 5; end++) expect(await on.commit(appending(room, end, 1))).toEqual(appended)
    expect(on.asked()).toBe(1)
    await on.close()
  })

  it('reads a head again after a failed write', async () => {
    const on = await bench()
    await on.commit(appending(room, 0, 1))
    on.next('lost')
    expect(await on.commit(appending(room, 1, 1))).toEqual(onFire)
    expect(await on.commit(appending(room, 1, 1))).toEqual(appended)
    expect(on.asked()).toBe(2)
    await on.close()
  })

  it('keeps the heads that were written last, within its bound', async () => {
    const options: OpenOptions = { folder: await folder(), durability: 'process', readOnly: false }
    const tables = openTables(options)
    const heads = createHeadCache(2)
    const known = (name: string): boolean => heads.find(tables, roomId(name)) !== undefined
    const wrote = (name: string): void => heads.store(new Map([[roomId(name), head]]))
    for (const name of ['a', 'b', 'c', 'b', 'd']) wrote(name)
    // Nothing is in the folder: what is known is what was kept.
    expect(['a', 'b', 'c', 'd'].map(known)).toEqual([false, true, true, true])
    for (const name of ['e', 'f', 'g']) wrote(name)
    expect(['b', 'c', 'd', 'e', 'f', 'g'].map(known)).toEqual([false, false, false, false, true, true])
    heads.invalidate(roomId('f'))
    expect(['f', 'g'].map(known)).toEqual([false, true])
    heads.invalidate()
    expect(known('g')).toBe(false)
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
