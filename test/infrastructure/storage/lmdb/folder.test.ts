import { mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import { open as openLmdb } from 'lmdb'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { isCorruption, encodeRecord } from '../../../../src/infrastructure/storage/codec/record-codec.js'
import { previousHashIn } from '../../../../src/infrastructure/storage/codec/frame.js'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import { appendOf, messageRecord } from './sample-appends.js'
import type { Script } from './child-process.js'
import { runScript, scriptOf } from './child-process.js'
import { scratch, tamper } from './lmdb-folders.js'

const { folder, open, clear } = scratch()
const room = roomId('main')

let script: Script
beforeAll(async () => {
  script = await scriptOf('holding-script.ts')
})
afterAll(() => script.clear())
afterEach(clear)

const tryOpen = async (at: string, access: 'read' | 'write' = 'write') =>
  openLmdbEventStore({ folder: at, durability: 'disk', access })()

const firstLine = async (lines: AsyncIterable<string>): Promise<string> => {
  for await (const line of lines) return line
  return ''
}

describe('a data folder', () => {
  it('in use by another process is rejected with the folder and the process id', async () => {
    const at = await folder()
    const child = runScript(script.path, [at])
    try {
      expect(await firstLine(child.lines)).toBe('open')
      for (const access of ['write', 'read'] as const) {
        expect(await tryOpen(at, access)).toEqual(
          E.left({
            type: 'in-use',
            folder: at,
            problem: `the data folder ${at} is in use by process ${child.pid}`,
          }),
        )
      }
    } finally {
      child.kill()
      await child.ended
    }
  })

  it('is released when its process is killed', async () => {
    const at = await folder()
    for (let round = 0; round < 3; round++) {
      const child = runScript(script.path, [at])
      expect(await firstLine(child.lines)).toBe('open')
      child.kill()
      await child.ended
    }
    const store = await open({ folder: at, durability: 'disk' })
    expect((await readdir(at)).filter((name) => name.startsWith('in-use'))).toHaveLength(1)
    await store.close()
    expect((await readdir(at)).sort()).toEqual(['data.mdb', 'lock.mdb'])
  })

  it('is opened by one of several callers in the same process', async () => {
    const at = await folder()
    const found = await Promise.all([tryOpen(at), tryOpen(at), tryOpen(at), tryOpen(at)])
    const holders = found.filter(E.isRight)
    expect(holders.length).toBeLessThanOrEqual(1)
    for (const holder of holders) await holder.right.close()
    const again = await tryOpen(at)
    expect(E.isRight(again)).toBe(true)
    expect(await tryOpen(at)).toMatchObject({ left: { type: 'in-use' } })
    if (E.isRight(again)) await again.right.close()
  })

  it('is created with its parents', async () => {
    const at = join(await folder(), 'some', 'data.v1')
    const store = await open({ folder: at, durability: 'disk' })
    expect(await store.commit([appendOf(room, 0, 1)])()).toEqual([{ type: 'appended' }])
  })

  it('may have a path longer than a socket path', async () => {
    const at = join(await folder(), 'x'.repeat(200))
    await open({ folder: at, durability: 'disk' })
    expect(await tryOpen(at)).toMatchObject({ left: { type: 'in-use' } })
  })

  it('that cannot be a folder is rejected', async () => {
    const at = join(await folder(), 'file')
    await writeFile(at, '')
    const found = await tryOpen(at)
    expect(E.isLeft(found) && found.left.type).toBe('unusable')
    expect(E.isLeft(found) && found.left.problem).toMatch(/^the data folder .*file cannot be used: [^\n]+$/)
  })

  it('with a foreign data file is rejected, and released afterwards', async () => {
    const at = await folder()
    await writeFile(join(at, 'data.mdb'), 'x'.repeat(10_000))
    const problem = `the data folder ${at} cannot be used: its data.mdb is not an lmdb file`
    for (let time = 0; time < 2; time++)
      expect(await tryOpen(at)).toMatchObject({ left: { type: 'unusable', problem } })
  })

  it.each([100, 5_000, 12_000, 0.3, 0.7, 0.95])(
    'with a data file truncated at %s is rejected without crashing the process',
    async (where) => {
      const at = await folder()
      const store = await open({ folder: at, durability: 'disk' })
      for (let end = 0; end < 3_000; end += 300) await store.commit([appendOf(room, end, 300)])()
      await store.close()
      const { size } = await stat(join(at, 'data.mdb'))
      await truncate(join(at, 'data.mdb'), where < 1 ? Math.floor(size * where) : where)
      const found = await tryOpen(at)
      expect(E.isLeft(found) && found.left.problem).toContain('its data.mdb ')
    },
  )

  it('of an unknown format is rejected by name', async () => {
    const at = await folder()
    const root = openLmdb<string, string>({
      path: at,
      maxDbs: 16,
      encoding: 'string',
      overlappingSync: false,
    })
    root.putSync('format', 'roomreel-data/9')
    await root.close()
    const found = await tryOpen(at)
    expect(E.isLeft(found) && found.left.problem).toContain('its format is roomreel-data/9')
  })
})

describe('a data folder opened for reading', () => {
  it('must exist', async () => {
    const at = await folder()
    for (const missing of [join(at, 'nowhere'), at]) {
      expect(await tryOpen(missing, 'read')).toEqual(
        E.left({
          type: 'not-found',
          folder: missing,
          problem: `the data folder ${missing} has no logs`,
        }),
      )
    }
    expect(await readdir(at)).toEqual([])
  })

  it('can be read and not written', async () => {
    const at = await folder()
    const store = await open({ folder: at, durability: 'disk' })
    await store.commit([appendOf(room, 0, 3, { occupied: true })])()
    await store.close()
    const reader = await open({ folder: at, durability: 'disk', access: 'read' })
    expect(await reader.read(room, 0, 10)()).toEqual(
      E.right([messageRecord(room, 1), messageRecord(room, 2), messageRecord(room, 3)]),
    )
    const problem = 'the data folder is open for reading only'
    expect(await reader.commit([appendOf(room, 3, 1)])()).toEqual([
      { type: 'fault', fault: { type: 'unavailable', problem } },
    ])
    expect(await reader.remove(room, appendOf(room, 0, 0).epoch, 3)()).toEqual(
      E.left({ type: 'unavailable', problem }),
    )
  })
})

describe('a closed store', () => {
  it('replies unavailable to every call', async () => {
    const store = await open({ folder: await folder(), durability: 'disk' })
    await store.close()
    const closed = { type: 'unavailable', problem: 'the store has been closed' }
    expect(await store.commit([appendOf(room, 0, 1)])()).toEqual([{ type: 'fault', fault: closed }])
    expect(await store.read(room, 0, 1)()).toEqual(E.left(closed))
  })
})

describe('the durability', () => {
  it('can change between two starts', async () => {
    const at = await folder()
    for (const [round, durability] of (['disk', 'process', 'disk', 'process'] as const).entries()) {
      const store = await open({ folder: at, durability })
      expect(await store.commit([appendOf(room, round * 2, 2)])()).toEqual([{ type: 'appended' }])
      await store.close()
    }
  })
})

describe('an unreadable index entry', () => {
  it('makes its room unreadable, is reported, and affects no other room', async () => {
    const at = await folder()
    const reported: Array<unknown> = []
    const options = {
      folder: at,
      durability: 'disk',
      report: (fault: unknown) => reported.push(fault),
    } as const
    const rooms = ['a', 'b', 'c'].map(roomId)
    const writer = await open({ folder: at, durability: 'disk' })
    await writer.commit(rooms.map((of) => appendOf(of, 0, 2, { occupied: true })))()
    await writer.close()
    const root = openLmdb({ path: at, maxDbs: 16, noSubdir: false, overlappingSync: false })
    await root.openDB<string, string>({ name: 'heads', encoding: 'string' }).put('b', '{"seq":')
    await root.close()
    const store = await open(options)
    const fault = { type: 'corrupt', room: 'b', seq: 0, problem: 'its index entry cannot be read' }
    const names = (found: E.Either<unknown, ReadonlyArray<{ readonly room: string }>>) =>
      E.isRight(found) && found.right.map((entry) => entry.room)
    expect(names(await store.list(null, 10)())).toEqual(['a', 'c'])
    expect(names(await store.awaiting()())).toEqual(['a', 'c'])
    expect(reported).toEqual([fault, fault])
    expect(await store.find(roomId('b'))()).toEqual(E.left(fault))
    expect(await store.read(roomId('b'), 0, 10)()).toEqual(E.left(fault))
    expect(await store.commit(rooms.map((of) => appendOf(of, 2, 1)))()).toEqual([
      { type: 'appended' },
      { type: 'fault', fault },
      { type: 'appended' },
    ])
  })
})

describe('a stored log', () => {
  const problemAfter = async (change: (stored: Buffer) => Buffer | undefined, seq: number) => {
    const at = await folder()
    const store = await open({ folder: at, durability: 'disk' })
    await store.commit([appendOf(room, 0, 5)])()
    await tamper(at, room, seq, change)
    const found = await store.read(room, 0, 10)()
    return E.isLeft(found) ? found.left.problem : 'no problem'
  }

  it('with a missing record is corrupt', async () => {
    expect(await problemAfter(() => undefined, 3)).toBe('record 3 is missing')
    expect(await problemAfter(() => undefined, 5)).toBe('record 5 is missing')
  })

  it('with another last record is corrupt, which its head shows', async () => {
    const other = (stored: Buffer): Buffer => {
      const frame = encodeRecord(messageRecord(room, 5, 'another text'), previousHashIn(stored))
      return isCorruption(frame) ? stored : frame
    }
    expect(await problemAfter(other, 5)).toBe('record 5 is not the record that was appended last')
  })
})

describe('a long log', () => {
  it('is read in slices, between which the event loop runs other work', async () => {
    const store = await open({ folder: await folder(), durability: 'process' })
    for (let end = 0; end < 6_000; end += 2_000) await store.commit([appendOf(room, end, 2_000)])()
    let turns = 0
    let isReading = true
    const otherWork = (): void => {
      turns += 1
      if (isReading) setImmediate(otherWork)
    }
    setImmediate(otherWork)
    await store.read(room, 0, 6_000)()
    isReading = false
    expect(turns).toBeGreaterThanOrEqual(Math.floor(6_000 / 512))
  })

  it('that is removed and created again during a read is read as the new log', async () => {
    const store = await open({ folder: await folder(), durability: 'process' })
    await store.commit([appendOf(room, 0, 4_000)])()
    const reading = store.read(room, 0, 10_000)()
    await store.remove(room, appendOf(room, 0, 0).epoch, 4_000)()
    await store.commit([appendOf(room, 0, 5)])()
    const found = await reading
    expect(E.isRight(found) && [0, 5]).toContain(E.isRight(found) && found.right.length)
  })
})

describe('a removed room', () => {
  it('leaves no records in the folder', async () => {
    const at = await folder()
    const store = await open({ folder: at, durability: 'disk' })
    await store.commit([appendOf(room, 0, 4_500)])()
    await store.remove(room, appendOf(room, 0, 0).epoch, 4_500)()
    await store.close()
    const after = openLmdb({ path: at, maxDbs: 16, noSubdir: false, readOnly: true })
    for (const name of ['records', 'removals', 'heads', 'awaiting', 'rooms-by-session', 'sessions-by-room']) {
      expect([name, after.openDB({ name }).getKeysCount()]).toEqual([name, 0])
    }
    await after.close()
  })
})

describe('a removal that was interrupted by a crash', () => {
  it('is finished at the next start, before the name is used again', async () => {
    const at = await folder()
    const store = await open({ folder: at, durability: 'disk' })
    await store.commit([appendOf(room, 0, 3)])()
    await store.close()
    await mkdir(at, { recursive: true })
    const options = {
      path: at,
      maxDbs: 16,
      noSubdir: false,
      overlappingSync: false,
      eventTurnBatching: false,
    }
    const before = openLmdb(options)
    await before.openDB<string, string>({ name: 'heads', encoding: 'string' }).remove(room)
    await before.openDB<number, string>({ name: 'removals', encoding: 'json' }).put(room, 3)
    await before.close()
    await (await open({ folder: at, durability: 'disk' })).close()
    const after = openLmdb(options)
    expect(after.openDB({ name: 'records' }).getKeysCount()).toBe(0)
    expect(after.openDB({ name: 'removals' }).getKeysCount()).toBe(0)
    await after.close()
  })
})
