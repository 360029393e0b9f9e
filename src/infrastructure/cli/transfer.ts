import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import * as O from '#fp/Option'
import { epoch as asEpoch } from '../../domain/kernel/ids.js'
import { toHex } from '../../domain/kernel/bytes.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import type { Keeping } from '../event-stores/codec/log-file.js'
import { headerLine, recordLine } from '../event-stores/codec/log-file.js'
import { described, orThrow, roomNamed, withDataFolder } from './data-folder.js'
import { Failure } from './failure.js'
import { verifiedFile } from './verify.js'

const page = 500

/** Writes a room's log as one NDJSON file, to the standard output where no file is named. */
export const exportLog = (
  folder: string,
  room: string,
  file: string | undefined,
  keeping: Keeping,
): Promise<void> =>
  withDataFolder(folder, 'read', async (store) => {
    const name = roomNamed(room)
    const header = orThrow(await store.header(name)())
    if (O.isNone(header))
      throw new Failure(`there is no room ${room}; "roomreel rooms" lists those there are`)
    const output = file === undefined ? process.stdout : await opened(file)
    await line(output, headerLine(header.value))
    for (let after = 0; after < header.value.count;) {
      const frames = orThrow(await store.frames(name, after, page)())
      if (frames.length === 0) throw new Failure(`the log of ${room} ends at ${after}`)
      for (const frame of frames) await line(output, recordLine(frame, keeping))
      after += frames.length
    }
    if (file === undefined) return
    output.end()
    await once(output, 'finish')
  })

/** An export that is there already is not written over: it may be the only copy. */
const opened = async (file: string): Promise<Writable> => {
  const output = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  try {
    await once(output, 'open')
  } catch {
    throw new Failure(`${file} cannot be written, or is there already`)
  }
  return output
}

const line = async (output: Writable, text: string): Promise<void> => {
  if (!output.write(`${text}\n`)) await once(output, 'drain')
}

/** Reads a log file into a room of its own name, closed; all of it is checked before anything is written. */
export const importFile = async (
  folder: string,
  file: string,
  print: (line: string) => void,
): Promise<void> => {
  const { log, line: verdict } = await verifiedFile(file)
  print(verdict)
  await withDataFolder(folder, 'write', async (store) => {
    const epoch = asEpoch(toHex(systemEntropy().bytes().subarray(0, 16)))
    const outcome = orThrow(await store.importLog(log, epoch)())
    switch (outcome.type) {
      case 'appended':
        return print(`imported ${log.header.room} as a closed room, epoch ${epoch}`)
      case 'conflict':
        throw new Failure(`there is a room ${log.header.room} in ${folder} already; nothing was written`)
      case 'fault':
        throw new Failure(described(outcome.fault))
    }
  })
}
