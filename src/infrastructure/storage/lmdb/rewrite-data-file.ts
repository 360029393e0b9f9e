import { existsSync, lstatSync, rmSync } from 'node:fs'
import { chmod, chown, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, Key } from 'lmdb'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Frame } from '../codec/frame.js'
import { dataFile } from './data-file.js'
import type { Tables } from './tables.js'
import { openTables, rootKeys } from './tables.js'

/** Gives the frame that takes the place of this one: itself, or a copy without its personal part. */
export type ChangeFrame = (room: RoomId, seq: number, frame: Frame) => Frame

const newFolder = (folder: string): string => join(folder, 'new-data')

/** Removes the unfinished file of a process that was killed. */
export const removeNewDataFile = (folder: string): void => {
  if (existsSync(newFolder(folder))) rmSync(newFolder(folder), { recursive: true, force: true })
}

/**
 * Copies all entries into a new data file beside the old one, with changed records. Not page by page: lmdb leaves old
 * bytes in free pages and in the unused space of pages, also in a compacted copy. Records of a room whose removal was
 * interrupted are left out.
 */
export const writeNewDataFile = async (
  tables: Tables,
  folder: string,
  change: ChangeFrame,
): Promise<void> => {
  if (lstatSync(dataFile(folder)).isSymbolicLink())
    throw new Error('its data.mdb is a symbolic link; name the folder of the file itself')
  removeNewDataFile(folder)
  await mkdir(newFolder(folder), { mode: 0o700 })
  try {
    const { schemas } = tables
    const copy = openTables({ folder: newFolder(folder), durability: 'disk', readOnly: false, schemas })
    try {
      await copyTables(tables, copy, change)
    } finally {
      await copy.root.close()
    }
  } catch (error) {
    removeNewDataFile(folder)
    throw error
  }
}

const copyTables = async (tables: Tables, copy: Tables, change: ChangeFrame): Promise<void> => {
  const removed = new Set(tables.removals.getKeys({}))
  for (const key of tables.root.getKeys({})) {
    if (tables.byName.has(key)) continue
    if (!rootKeys.has(key)) throw new Error(`it has ${key}, which this version cannot copy`)
    await copy.root.put(key, tables.root.get(key) ?? '')
  }
  for (const [name, table] of tables.byName) {
    const target = copy.byName.get(name)
    const isOther = name !== 'records' && name !== 'removals'
    if (isOther && target !== undefined) await copyEntries(table, target, (_, value) => value)
  }
  await copyEntries(tables.records, copy.records, ([room, seq], frame) =>
    removed.has(room) ? undefined : change(room, seq, frame),
  )
}

/** Entries of one transaction: a large table must not be in memory as a whole. */
const sliceEntries = 500

/** `select` gives the new value of an entry, or `undefined` to leave it out. */
const copyEntries = async <Value, TableKey extends Key>(
  table: Database<Value, TableKey>,
  copy: Database<Value, TableKey>,
  select: (key: TableKey, value: Value) => Value | undefined,
): Promise<void> => {
  for (let after: TableKey | undefined; ;) {
    const range = {
      limit: sliceEntries,
      ...(after === undefined ? {} : { start: after, exclusiveStart: true }),
    }
    const entries = Array.from(table.getRange(range))
    // Selected before the batch, because lmdb commits a batch that throws.
    const selected = entries.map(({ key, value }) => ({ key, value: select(key, value) }))
    await copy.batch(() => {
      for (const { key, value } of selected) if (value !== undefined) void copy.put(key, value)
    })
    if (entries.length < sliceEntries) return
    after = entries.at(-1)?.key
  }
}

/**
 * Puts the new data file in the place of the old one, in one step: a crash leaves the one or the other. No process has
 * either file open.
 */
export const useNewDataFile = async (folder: string): Promise<void> => {
  const created = dataFile(newFolder(folder))
  const { mode, uid, gid } = await stat(dataFile(folder))
  await chmod(created, mode)
  // The server may run as another user than the operator.
  const owner = await stat(created)
  if (owner.uid !== uid || owner.gid !== gid) await chown(created, uid, gid)
  await flush(created)
  await rename(created, dataFile(folder))
  await flush(folder)
  await rm(newFolder(folder), { recursive: true, force: true })
}

const flush = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
