import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from '#fp/Either'
import { open as openLmdb } from 'lmdb'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { roomId, userKey } from '../../../../src/domain/kernel/ids.js'
import { withoutParts } from '../../../../src/infrastructure/storage/codec/frame.js'
import type { ChangeFrame } from '../../../../src/infrastructure/storage/lmdb/rewrite-data-file.js'
import { builtIn } from '../../../kit/index.js'
import { digestOf } from '../../cli/cli-kit.js'
import type { Script } from './child-process.js'
import { runScript, scriptOf } from './child-process.js'
import { auditEntry } from '../../../contract/event-store/audit.js'
import { scratch } from './lmdb-folders.js'
import { ann, appendOf, firstEpoch } from './sample-appends.js'

const { folder, open, clear } = scratch()

let script: Script
beforeAll(async () => {
  script = await scriptOf('erasing-script.ts')
})
afterAll(() => script.clear())
afterEach(clear)

const text = 'a-text-that-is-erased-4711'
const rooms = ['a', 'b', 'c'].map(roomId)
const eraseAll: ChangeFrame = (_room, _seq, frame) => withoutParts(frame, 'personal')
const proceed = async (): Promise<void> => undefined

/** A data folder with an entry in each table. */
const filledFolder = async (recordsEach = 700): Promise<string> => {
  const at = await folder()
  const store = await open({ folder: at, durability: 'process' })
  await store.commit(
    rooms.map((room) =>
      appendOf(room, 0, recordsEach, {
        text,
        due: 7,
        occupied: true,
        addedSessions: [ann],
        audit: [auditEntry(room, { at: 1 }), auditEntry(room, { at: 2 })],
      }),
    ),
  )()
  const checkpoint = { epoch: firstEpoch, seq: 3, failingSince: null }
  await store.audit.removeBefore(2)()
  await store.webhookCheckpoints.write(new Map(rooms.map((room) => [room, checkpoint])))()
  await store.webhookCheckpoints.setOn(true)()
  const restrictions = { user: userKey('a'), revokedUntil: 7, roleLimit: null, emergencyUntil: null }
  await store.identity.save(restrictions)()
  await store.close()
  return at
}

const rewrite = async (
  at: string,
  change: ChangeFrame = eraseAll,
  beforeReplacing = proceed,
): Promise<unknown> => {
  const store = await open({ folder: at, durability: 'disk', access: 'read' })
  const outcome = await store.replaceData(change, beforeReplacing)()
  await store.close()
  return outcome
}

const tableNames = [
  'records',
  'heads',
  'awaiting',
  'rooms-by-session',
  'sessions-by-room',
  'removals',
  'identity',
  'webhook-cursors',
  'audit',
]

/** All entries of all tables, as text. */
const entriesIn = async (at: string): Promise<Readonly<Record<string, ReadonlyArray<unknown>>>> => {
  const root = openLmdb<string, string>({ path: at, maxDbs: 16, noSubdir: false, encoding: 'string' })
  const keys = Array.from(root.getKeys({}))
  const tables = tableNames.map((name) => {
    const table = root.openDB<Buffer, string>({ name, encoding: 'binary' })
    return [
      name,
      Array.from(table.getRange({}), ({ key, value }) => [key, value.toString('latin1')]),
    ] as const
  })
  const own = keys.filter((key) => !tableNames.includes(key)).map((key) => [key, root.get(key)])
  await root.close()
  return { root: own, ...Object.fromEntries(tables) }
}

const bytesIn = (at: string): string =>
  readdirSync(at)
    .filter((name) => !name.startsWith('in-use-by-'))
    .map((name) => readFileSync(join(at, name), 'latin1'))
    .join('\n')

/** The number of records that still have the text. */
const textsIn = async (at: string): Promise<number> => {
  const store = await open({ folder: at, durability: 'disk' })
  let count = 0
  for (const room of rooms) {
    const log = await store.read(room, 0, 10_000)()
    if (E.isLeft(log)) throw new Error(log.left.problem)
    expect(log.right).toHaveLength(700)
    count += log.right.map(builtIn).filter((each) => JSON.stringify(each.data).includes(text)).length
  }
  await store.close()
  return count
}

describe('a new data file', () => {
  test('has every entry of every table, changed records, and no byte of what was erased', async () => {
    const at = await filledFolder()
    chmodSync(join(at, 'data.mdb'), 0o640)
    const before = await entriesIn(at)
    expect(Object.keys(before).filter((name) => before[name]?.length === 0)).toEqual(['removals'])
    expect(bytesIn(at)).toContain(text)
    const inodes: Array<number> = []
    const noteInode = async (): Promise<void> => {
      inodes.push(statSync(join(at, 'new-data', 'data.mdb')).ino)
    }
    expect(await rewrite(at, eraseAll, noteInode)).toEqual(E.right(undefined))
    // The new file itself, and not a copy of it, which a crash could interrupt.
    expect(inodes).toEqual([statSync(join(at, 'data.mdb')).ino])
    expect(bytesIn(at)).not.toContain(text)
    expect(readdirSync(at).toSorted()).toEqual(['data.mdb', 'lock.mdb'])
    expect(statSync(join(at, 'data.mdb')).mode & 0o777).toBe(0o640)
    const after = await entriesIn(at)
    expect({ ...after, records: [] }).toEqual({ ...before, records: [] })
    expect(after['records']?.length).toBe(before['records']?.length)
    expect(await textsIn(at)).toBe(0)
  })

  test('has the same entries when no record is changed', async () => {
    const at = await filledFolder()
    const before = await entriesIn(at)
    expect(await rewrite(at, (_room, _seq, frame) => frame)).toEqual(E.right(undefined))
    expect(await entriesIn(at)).toEqual(before)
  })

  test('takes further appends', async () => {
    const at = await filledFolder()
    await rewrite(at)
    const store = await open({ folder: at, durability: 'disk' })
    expect(await store.commit([appendOf(roomId('a'), 700, 2)])()).toEqual([{ type: 'appended' }])
  })

  test('leaves out the records of a room whose removal was interrupted', async () => {
    const at = await filledFolder()
    const root = openLmdb<string, string>({ path: at, maxDbs: 16, noSubdir: false, encoding: 'string' })
    await root.openDB<number, string>({ name: 'removals', encoding: 'json' }).put('b', 700)
    await root.openDB<string, string>({ name: 'heads', encoding: 'string' }).remove('b')
    await root.close()
    expect(await rewrite(at, (_room, _seq, frame) => frame)).toEqual(E.right(undefined))
    const after = await entriesIn(at)
    expect(after['removals']).toEqual([])
    expect(after['records']).toHaveLength(1_400)
  })

  test('does not take effect when the step before it fails', async () => {
    const at = await filledFolder()
    const before = digestOf(at)
    expect(await rewrite(at, eraseAll, () => Promise.reject(new Error('the trail is full')))).toEqual(
      E.left({
        type: 'unavailable',
        problem: `the data folder ${at} cannot be used: the trail is full`,
      }),
    )
    expect(digestOf(at)).toBe(before)
  })

  test('is not written for a folder with a table that this version does not know', async () => {
    const at = await filledFolder()
    const root = openLmdb<string, string>({ path: at, maxDbs: 16, noSubdir: false, encoding: 'string' })
    await root.openDB<string, string>({ name: 'later', encoding: 'string' }).put('x', 'y')
    await root.close()
    const before = digestOf(at)
    expect(await rewrite(at)).toEqual(
      E.left({
        type: 'unavailable',
        problem: `the data folder ${at} cannot be used: it has later, which this version cannot copy`,
      }),
    )
    expect(digestOf(at)).toBe(before)
  })

  test('is not written in the place of a symbolic link, whose file would stay', async () => {
    const at = await filledFolder()
    const elsewhere = join(await folder(), 'data.mdb')
    renameSync(join(at, 'data.mdb'), elsewhere)
    symlinkSync(elsewhere, join(at, 'data.mdb'))
    expect(await rewrite(at)).toEqual(
      E.left({
        type: 'unavailable',
        problem:
          `the data folder ${at} cannot be used: ` +
          'its data.mdb is a symbolic link; name the folder of the file itself',
      }),
    )
  })

  test('that a killed process has left is removed when the folder is opened for writing', async () => {
    const at = await filledFolder()
    mkdirSync(join(at, 'new-data'))
    writeFileSync(join(at, 'new-data', 'data.mdb'), 'unfinished')
    const store = await open({ folder: at, durability: 'disk' })
    expect(existsSync(join(at, 'new-data'))).toBe(false)
    await store.close()
  })
})

test('a full disk leaves the folder as it was, and the next attempt succeeds', async () => {
  const at = await filledFolder()
  const before = digestOf(at)
  const child = runScript(script.path, [at], 300)
  const lines: Array<string> = []
  for await (const line of child.lines) {
    lines.push(line)
    if (line !== 'open') child.kill()
  }
  await child.ended
  expect(lines).toEqual(['open', expect.stringContaining(`the data folder ${at} cannot be used: `)])
  expect(existsSync(join(at, 'new-data'))).toBe(false)
  const [socket] = readdirSync(at).filter((name) => name.startsWith('in-use-by-'))
  if (socket !== undefined) rmSync(join(at, socket))
  expect(digestOf(at)).toBe(before)
  expect(await rewrite(at)).toEqual(E.right(undefined))
  expect(await textsIn(at)).toBe(0)
})

describe('an erasure that is killed', () => {
  test('before the new file takes effect leaves all records, and can be repeated', async () => {
    const at = await filledFolder()
    const child = runScript(script.path, [at, 'hold'])
    for await (const line of child.lines) if (line === 'written') child.kill()
    expect(await child.ended).toBe('SIGKILL')
    expect(existsSync(join(at, 'new-data'))).toBe(true)
    expect(await rewrite(at)).toEqual(E.right(undefined))
    expect(await textsIn(at)).toBe(0)
    expect(existsSync(join(at, 'new-data'))).toBe(false)
  })

  test('at any moment leaves either all records or none with the text, and can be repeated', async () => {
    for (const waitMs of [0, 1, 3, 6, 10, 15, 25, 40]) {
      const at = await filledFolder()
      const child = runScript(script.path, [at])
      for await (const line of child.lines) {
        if (line !== 'open' && line !== 'replaced') continue
        await sleep(waitMs)
        child.kill()
      }
      expect(await child.ended).toBe('SIGKILL')
      expect([0, 2_100]).toContain(await textsIn(at))
      expect(await rewrite(at)).toEqual(E.right(undefined))
      expect(bytesIn(at)).not.toContain(text)
    }
  })
})
