import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import * as O from '#fp/Option'
import { toHex } from '../../domain/kernel/bytes.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { epoch as asEpoch } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import type { Frame } from '../storage/codec/frame.js'
import type { ExportedParts, LogHeader } from '../storage/codec/log-file.js'
import { headerLine, recordLine } from '../storage/codec/log-file.js'
import { hasDataFile } from '../storage/lmdb/data-file.js'
import type { DataFolder } from './data-folder.js'
import { describeFault, roomNotFound, orThrow, parseRoom, withDataFolder } from './data-folder.js'
import { recordCommand } from './recorded-command.js'
import { Failure, exitCodes } from './terminal.js'
import type { Terminal } from './terminal.js'
import { validLine, verifyLogFile } from './verify.js'

const pageFrames = 250

export interface ExportOptions extends ExportedParts {
  /** The name of this process in the audit trail; null: the export is not recorded. */
  readonly auditNode: string | null
}

/** Writes a room's log as an NDJSON file, or to standard output. */
export const exportLog = async (
  folder: string,
  room: string,
  file: string | undefined,
  { auditNode, ...parts }: ExportOptions,
  model: RoomModel,
  { pass, note }: Terminal,
): Promise<void> => {
  const name = parseRoom(room)
  // Opening a folder for writing changes it, so the room is looked up read-only first.
  await withDataFolder(folder, 'read', model, (data) => headerOf(data, name))
  await recordCommand(folder, { action: 'roomreel export', room: name, target: null, node: auditNode }, model)
  await withDataFolder(folder, 'read', model, async (data) => {
    const header = await headerOf(data, name)
    const lines = linesOf(data, name, header, parts)
    if (file === undefined) {
      for await (const line of lines) await pass(line)
      return
    }
    await writeLines(lines, file)
    note(`${header.count} records of ${room} are in ${file}`)
  })
}

const headerOf = async ({ store }: DataFolder, room: RoomId): Promise<LogHeader> => {
  const found = orThrow(await store.header(room)())
  if (O.isNone(found)) throw roomNotFound(room)
  return found.value
}

async function* linesOf(
  { store }: DataFolder,
  room: RoomId,
  header: LogHeader,
  parts: ExportedParts,
): AsyncGenerator<string> {
  yield headerLine(header)
  for (let after = 0; after < header.count;) {
    const frames = orThrow(await store.frames(room, after, pageFrames)())
    if (frames.length === 0) throw new Failure(`the log of ${room} ends at ${after}`, exitCodes.found)
    for (const frame of frames) yield recordLine(frame, parts)
    after += frames.length
  }
}

/** Never overwrites a file, which may be the only copy; removes a partial one. */
export const writeLines = async (lines: AsyncIterable<string>, file: string): Promise<void> => {
  const handle = await createFile(file)
  try {
    await pipeline(withLineFeeds(lines), handle.createWriteStream({ flush: true }))
  } catch (error) {
    await rm(file, { force: true })
    throw error instanceof Failure ? error : new Failure(`${file} cannot be written: ${String(error)}`)
  }
}

const createFile = async (file: string): Promise<FileHandle> => {
  try {
    return await open(file, 'wx', 0o600)
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new Failure(
      isTaken ? `${file} already exists; name another file` : `${file} cannot be written: ${String(error)}`,
    )
  }
}

async function* withLineFeeds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}

/** Imports a log file as a closed room of its name. The whole file is verified before anything is written. */
export const importFile = async (
  folder: string,
  file: string,
  model: RoomModel,
  { print }: Terminal,
): Promise<void> => {
  const frames: Array<Frame> = []
  const { header, verified } = await verifyLogFile(file, model, (frame) => frames.push(frame))
  await print(validLine(header.room, verified))
  await rejectExistingRoom(folder, header.room, model)
  const epoch = asEpoch(toHex(systemEntropy().bytes().subarray(0, 16)))
  await withDataFolder(folder, 'write', model, async ({ store }) => {
    const outcome = orThrow(await store.importLog({ header, frames }, epoch, Date.now())())
    switch (outcome.type) {
      case 'appended':
        return
      case 'conflict':
        throw alreadyExists(folder, header.room)
      case 'fault':
        throw new Failure(describeFault(outcome.fault))
    }
  })
  await print(`imported ${header.room} as a closed room, epoch ${epoch}`)
}

/** Opening a folder for writing changes it, so the room is looked up read-only first. */
const rejectExistingRoom = async (folder: string, room: RoomId, model: RoomModel): Promise<void> => {
  if (!hasDataFile(folder)) return
  await withDataFolder(folder, 'read', model, async ({ store }) => {
    if (O.isSome(orThrow(await store.find(room)()))) throw alreadyExists(folder, room)
  })
}

const alreadyExists = (folder: string, room: RoomId): Failure =>
  new Failure(`room ${room} already exists in ${folder}; nothing was written`)
