import { mkdir, open } from 'node:fs/promises'
import { dataFile } from './data-file.js'
import type { Tables } from './tables.js'

/**
 * Copies the data file as it stands at one moment. Not compacted: what lmdb compacts while others write has come out
 * damaged (an open fault of 3.5.6). Flushed, for a backup that is not on the disk yet is none.
 */
export const copied = async ({ root }: Tables, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await root.backup(folder, false)
  const copy = await open(dataFile(folder), 'r+')
  try {
    await copy.sync()
  } finally {
    await copy.close()
  }
}
