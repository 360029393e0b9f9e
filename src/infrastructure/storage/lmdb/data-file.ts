import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

export const dataFile = (folder: string): string => join(folder, 'data.mdb')

/** Whether somebody has kept logs in this folder. */
export const hasDataFile = (folder: string): boolean => existsSync(dataFile(folder))

/**
 * What is wrong with a folder's data file, or nothing. lmdb maps the file into memory and believes what its first
 * pages say; of a file that is another's, or was cut off, the whole process would die instead of saying so.
 *
 * A new or sound file passes always. Of one that was cut off it is found that its roots are gone: each transaction
 * writes them anew, so they are as a rule near its end.
 */
export const flawOfDataFile = (folder: string): string | undefined => {
  if (!hasDataFile(folder)) return undefined
  const file = openSync(dataFile(folder), 'r')
  try {
    const { size } = fstatSync(file)
    if (size === 0) return undefined
    const first = metaAt(file, 0)
    if (first === undefined) return 'its data.mdb is no file of lmdb'
    const second = metaAt(file, first.pageSize)
    if (second === undefined) return 'its data.mdb has lost its header'
    const newest = second.transaction > first.transaction ? second : first
    const pages = BigInt(Math.floor(size / first.pageSize))
    return newest.roots.some((root) => root !== noPage && root >= pages)
      ? 'its data.mdb has been cut off; docs/backup-and-restore.md says what to do'
      : undefined
  } finally {
    closeSync(file)
  }
}

/** One of lmdb's two header pages, as `struct MDB_meta` (version 2) has it behind the page's own 24 bytes. */
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
