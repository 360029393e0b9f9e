import { copyFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { connectionTo } from '../../../../src/infrastructure/storage/lmdb/connection.js'
import { readAuditHead } from '../../../../src/infrastructure/storage/lmdb/audit-table.js'
import { readHead } from '../../../../src/infrastructure/storage/lmdb/head-cache.js'
import type { OpenOptions, Tables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { openTables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { createGroup, writeGroup } from '../../../../src/infrastructure/storage/lmdb/group-commit.js'
import { appendOf } from './sample-appends.js'
import { scratch } from './lmdb-folders.js'

const { folder, clear } = scratch()
afterEach(clear)

const room = roomId('main')

const appendOne = async (tables: Tables): Promise<number> => {
  const head = readHead(tables, room)
  const end = head !== undefined && 'entry' in head ? head.entry.seq : 0
  const group = createGroup({ headOf: (of) => readHead(tables, of), auditHead: () => readAuditHead(tables) })
  group.add(appendOf(room, end, 1))
  await writeGroup(tables, group)
  return end + 1
}

const fail = (): Promise<never> => Promise.reject(new Error('the disk has failed'))

describe('a connection', () => {
  it.each(['disk', 'process'] as const)('continues after a failed write (%s)', async (durability) => {
    const options: OpenOptions = { folder: await folder(), durability, readOnly: false }
    const { inTurn, close } = connectionTo(openTables(options), options)
    expect(await inTurn(appendOne)).toEqual(E.right(1))
    expect(await inTurn(fail)).toEqual(E.left({ type: 'unavailable', problem: 'Error: the disk has failed' }))
    expect(await inTurn(appendOne)).toEqual(E.right(2))
    await close()
  })

  it('replies unavailable while the folder cannot be opened, and then continues', async () => {
    const at = await folder()
    const options: OpenOptions = { folder: at, durability: 'disk', readOnly: false }
    const { inTurn, reading, close } = connectionTo(openTables(options), options)
    expect(await inTurn(appendOne)).toEqual(E.right(1))
    await copyFile(join(at, 'data.mdb'), join(at, 'copy'))
    await inTurn(fail)
    await writeFile(join(at, 'data.mdb'), 'x'.repeat(10_000))
    for (let time = 0; time < 3; time++) {
      expect(await inTurn(appendOne)).toMatchObject({ left: { type: 'unavailable' } })
      expect(await reading((tables) => readHead(tables, room))).toMatchObject({
        left: { type: 'unavailable' },
      })
    }
    await rename(join(at, 'copy'), join(at, 'data.mdb'))
    expect(await inTurn(appendOne)).toEqual(E.right(2))
    await close()
    expect(await inTurn(appendOne)).toMatchObject({ left: { problem: 'the store has been closed' } })
  })

  it('can be closed while the folder cannot be opened', async () => {
    const at = await folder()
    const options: OpenOptions = { folder: at, durability: 'disk', readOnly: false }
    const { inTurn, close } = connectionTo(openTables(options), options)
    await inTurn(fail)
    await writeFile(join(at, 'data.mdb'), 'x'.repeat(10_000))
    await inTurn(appendOne)
    await close()
    await close()
  })
})
