import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { mkdir, open } from 'node:fs/promises'

export const dataFile = (folder: string): string => join(folder, 'data.mdb')

/** Whether this folder has logs. */
export const hasDataFile = (folder: string): boolean => existsSync(dataFile(folder))

/**
 * Why a folder's data file cannot be opened; `undefined`: it can. lmdb maps the file and trusts its header pages, so
 * a foreign or truncated file would crash the process. A truncated file is recognised by its missing root pages:
 * every transaction rewrites them, so they are usually near the end.
 */
export const checkDataFile = (folder: string): string | undefined => {
  if (!hasDataFile(folder)) return undefined
  const file = openSync(dataFile(folder), 'r')
  try {
    const { size } = fstatSync(file)
    if (size === 0) return undefined
    const first = metaAt(file, 0)
    if (first === undefined) return 'its data.mdb is not an lmdb file'
    const second = metaAt(file, first.pageSize)
    if (second === undefined) return 'its data.mdb has no valid header'
    const newest = second.transaction > first.transaction ? second : first
    const pages = BigInt(Math.floor(size / first.pageSize))
    return newest.roots.some((root) => root !== noPage && root >= pages)
      ? 'its data.mdb is truncated; docs/backup-and-restore.md says what to do'
      : undefined
  } finally {
    closeSync(file)
  }
}

/** One of lmdb's two header pages: `struct MDB_meta` (version 2), after the page's own 24 bytes. */
interface Meta {
  readonly pageSize: number
  readonly roots: ReadonlyArray<bigint>
  readonly transaction: bigint
}

const noPage = 0xffff_ffff_ffff_ffffn
const magic = 0xbeefc0de

const metaAt = (file: number, offset: number): Meta | undefined => {
  const page = Buffer.alloc(160)
  const read = readSync(file, page, 0, page.length, offset)
  if (read < page.length || page.readUInt32LE(24) !== magic || page.readUInt32LE(28) !== 2) return undefined
  return {
    pageSize: page.readUInt32LE(48),
    roots: [page.readBigUInt64LE(88), page.readBigUInt64LE(136)],
    transaction: page.readBigUInt64LE(152),
  }
}

/**
 * Copies the data file as of one moment. Not compacted: lmdb 3.5.6 damages compacted copies during writes (an open
 * bug). Flushed, because a backup must survive a power loss.
 */
export const copyDataFile = async (
  { root }: { readonly root: RootDatabase<string, string> },
  folder: string,
): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await root.backup(folder, false)
  const copy = await open(dataFile(folder), 'r+')
  try {
    await copy.sync()
  } finally {
    await copy.close()
  }
}
