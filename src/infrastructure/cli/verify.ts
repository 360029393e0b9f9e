import { createReadStream } from 'node:fs'
import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { Frame } from '../storage/codec/frame.js'
import { schemasOf } from '../storage/codec/record-codec.js'
import type { LogFileCorruption, LogHeader } from '../storage/codec/log-file.js'
import { isLogFileCorruption, createLogReader } from '../storage/codec/log-file.js'
import type { DataFolder } from './data-folder.js'
import { described, found, recordsOf, roomNamed, withDataFolder } from './data-folder.js'
import { Failure, exitCodes } from './failure.js'
import type { Terminal } from './terminal.js'
import type { Finding, Verified } from './verification.js'
import { indexFlaw, verifier } from './verification.js'

/** Checks the rooms that are named, or all of them. One that is bad keeps none of the others from being checked. */
export const verifyRooms = (
  folder: string,
  names: ReadonlyArray<string>,
  model: RoomModel,
  { print, note }: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async (data) => {
    const rooms = names.map(roomNamed)
    // A name that is not there is said before the long work begins.
    for (const room of rooms) await found(data, room)
    let good = 0
    let bad = 0
    for await (const entry of rooms.length === 0 ? data.rooms() : entriesOf(data, rooms)) {
      const outcome = await verifyRoom(data, entry)
      await print(outcome.line)
      if (outcome.holds) good++
      else bad++
    }
    for (const fault of data.unreadable) await print(badLine(described(fault)))
    bad += data.unreadable.length
    if (bad > 0)
      throw new Failure(`${bad} of ${good + bad} rooms are not as they were written`, exitCodes.found)
    if (good === 0) note(`there are no rooms in ${folder}`)
  })

async function* entriesOf(
  data: DataFolder,
  rooms: ReadonlyArray<IndexEntry['room']>,
): AsyncGenerator<IndexEntry> {
  for (const room of rooms) yield await found(data, room)
}

const verifyRoom = async (
  data: DataFolder,
  entry: IndexEntry,
): Promise<{ readonly holds: boolean; readonly line: string }> => {
  const { next, end, state, verified } = verifier(entry.room, data.model)
  const bad = (problem: string) => ({ holds: false, line: badLine(`room ${entry.room}: ${problem}`) })
  try {
    let lastAt = 0
    // Reading checks the hash chain on its way.
    for await (const record of recordsOf(data, entry)) {
      const finding = await next(record)
      if (finding !== null) return bad(said(finding))
      lastAt = record.at
    }
    const finding = end()
    if (finding !== null) return bad(said(finding))
    const flaw = indexFlaw(entry, state(), lastAt, data.model)
    if (flaw !== null) return bad(flaw)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { holds: false, line: badLine(error.message) }
  }
  return { holds: true, line: goodLine(entry.room, verified()) }
}

/** What a sound file holds, beside what is kept of it on the way. */
export interface SoundFile {
  readonly header: LogHeader
  readonly verified: Verified
}

/** Checks an exported log, line by line; `keep` gets what is to be remembered. Throws at the first that is wrong. */
export const verifiedFile = async (
  file: string,
  model: RoomModel,
  keep: (frame: Frame, record: RoomRecord) => void = () => undefined,
): Promise<SoundFile> => {
  const reader = createLogReader(schemasOf(model))
  let checks: ReturnType<typeof verifier> | undefined
  for await (const text of linesOf(file)) {
    const read = reader.next(text)
    if (isLogFileCorruption(read)) throw badFile(file, flawIn(read))
    if (read.type === 'header') checks = verifier(read.header.room, model)
    if (read.type !== 'record') continue
    const finding = (await checks?.next(read.record)) ?? null
    if (finding !== null) throw badFile(file, said(finding))
    keep(read.frame, read.record)
  }
  const header = reader.end()
  if (isLogFileCorruption(header)) throw badFile(file, flawIn(header))
  const { end, verified } = checks ?? verifier(header.room, model)
  const finding = end()
  if (finding !== null) throw badFile(file, said(finding))
  return { header, verified: verified() }
}

/** Split at line feeds alone: what people wrote may hold other signs that some take for the end of a line. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = `${rest}${String(chunk)}`.split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longestLine) throw new Error(`it has a line of more than ${longestLine} characters`)
      yield* lines
    }
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (rest !== '') yield rest
}

/** A record takes a fraction of it; what is longer is no log, and would only fill the memory. */
const longestLine = 64 * 1_024 * 1_024

export const goodLine = (what: string, { records, draws, nameless }: Verified): string => {
  const counted = `${counts(records, 'record')}, chain and folding hold, ${counts(draws, 'draw')} proven`
  if (nameless === 0) return `good  ${what}: ${counted}`
  return `good  ${what}: ${counted}, ${counts(nameless, 'draw')} in part: the names are not in the log`
}

const counts = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const badLine = (problem: string): string => `bad   ${problem}`

const badFile = (file: string, problem: string): Failure =>
  new Failure(badLine(`${file}: ${problem}`), exitCodes.found)

const said = ({ seq, problem }: Finding): string => `record ${seq} ${problem}`

const flawIn = ({ line, problem }: LogFileCorruption): string => `line ${line}: ${problem}`
