import { copyFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { connectionTo } from '../../../../src/infrastructure/storage/lmdb/connection.js'
import { readHead } from '../../../../src/infrastructure/storage/lmdb/head-cache.js'
import type { OpenOptions, Tables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { openTables } from '../../../../src/infrastructure/storage/lmdb/tables.js'
import { createGroup, writeGroup } from '../../../../src/infrastructure/storage/lmdb/group-commit.js'
import { appending } from './appending.js'
import { scratch } from './kit.js'

const { folder, clear } = scratch()
afterEach(clear)

const room = roomId('main')

const appended = async (tables: Tables): Promise<number> => {
  const head = readHead(tables, room)
  const end = head !== undefined && 'entry' in head ? head.entry.seq : 0
  const group = createGroup((of) => readHead(tables, of))
  group.add(appending(room, end, 1))
  await writeGroup(tables, group.writes)
  return end + 1
}

const failing = (): Promise<never> => Promise.reject(new Error('the disk is on fire'))

describe('a connection', () => {
  it.each(['disk', 'process'] as const)('continues after a failed write (%s)', async (durability) => {
    const options: OpenOptions = { folder: await folder(), durability, readOnly: false }
    const { inTurn, close } = connectionTo(openTables(options), options)
    expect(await inTurn(appended)).toEqual(E.right(1))
    expect(await inTurn(failing)).toEqual(
      E.left({ type: 'unavailable', problem: 'Error: the disk is on fire' }),
    )
    expect(await inTurn(appended)).toEqual(E.right(2))
    await close()
  })

  it('answers with unavailable while the folder cannot be opened, and then continues', async () => {
    const at = await folder()
    const options: OpenOptions = { folder: at, durability: 'disk', readOnly: false }
    const { inTurn, reading, close } = connectionTo(openTables(options), options)
    expect(await inTurn(appended)).toEqual(E.right(1))
    await copyFile(join(at, 'data.mdb'), join(at, 'kept'))
    await inTurn(failing)
    await writeFile(join(at, 'data.mdb'), 'x'.repeat(10_000))
    for (let time = 0; time < 3; time++) {
      expect(await inTurn(appended)).toMatchObject({ left: { type: 'unavailable' } })
      expect(await reading((tables) => readHead(tables, room))).toMatchObject({
        left: { type: 'unavailable' },
      })
    }
    await rename(join(at, 'kept'), join(at, 'data.mdb'))
    expect(await inTurn(appended)).toEqual(E.right(2))
    await close()
    expect(await inTurn(appended)).toMatchObject({ left: { problem: 'the store has been closed' } })
  })

  it('can be closed while the folder cannot be opened', async () => {
    const at = await folder()
    const options: OpenOptions = { folder: at, durability: 'disk', readOnly: false }
    const { inTurn, close } = connectionTo(openTables(options), options)
    await inTurn(failing)
    await writeFile(join(at, 'data.mdb'), 'x'.repeat(10_000))
    await inTurn(appended)
    await close()
    await close()
  })
})
