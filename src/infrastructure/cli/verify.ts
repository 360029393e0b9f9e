import { createReadStream } from 'node:fs'
import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import type { Frame } from '../storage/codec/frame.js'
import { schemasOf } from '../storage/codec/record-codec.js'
import type { LogFileCorruption, LogHeader } from '../storage/codec/log-file.js'
import { isLogFileCorruption, createLogReader } from '../storage/codec/log-file.js'
import type { DataFolder } from './data-folder.js'
import { describeFault, findRoom, recordsOf, parseRoom, withDataFolder } from './data-folder.js'
import { Failure, exitCodes } from './terminal.js'
import type { Terminal } from './terminal.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { createDrawVerifier } from './draw-verifier.js'
import { createFoldVerifier } from './fold-verifier.js'

/** Verifies the named rooms, or all. A corrupt room does not stop the others. */
export const verifyRooms = (
  folder: string,
  names: ReadonlyArray<string>,
  model: RoomModel,
  { print, note }: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async (data) => {
    const rooms = names.map(parseRoom)
    // Unknown names fail before the long work starts.
    for (const room of rooms) await findRoom(data, room)
    let good = 0
    let bad = 0
    for await (const entry of rooms.length === 0 ? data.rooms() : entriesOf(data, rooms)) {
      const outcome = await verifyRoom(data, entry)
      await print(outcome.line)
      if (outcome.holds) good++
      else bad++
    }
    for (const fault of data.unreadable) await print(badLine(describeFault(fault)))
    bad += data.unreadable.length
    if (bad > 0) throw new Failure(`${bad} of ${good + bad} rooms are corrupt`, exitCodes.found)
    if (good === 0) note(`${folder} has no rooms`)
  })

async function* entriesOf(
  data: DataFolder,
  rooms: ReadonlyArray<IndexEntry['room']>,
): AsyncGenerator<IndexEntry> {
  for (const room of rooms) yield await findRoom(data, room)
}

const verifyRoom = async (
  data: DataFolder,
  entry: IndexEntry,
): Promise<{ readonly holds: boolean; readonly line: string }> => {
  const { next, end, state, verified } = createVerifier(entry.room, data.model)
  const bad = (problem: string) => ({ holds: false, line: badLine(`room ${entry.room}: ${problem}`) })
  try {
    let lastAt = 0
    // Reading verifies the hash chain.
    for await (const record of recordsOf(data, entry)) {
      const finding = await next(record)
      if (finding !== null) return bad(formatFinding(finding))
      lastAt = record.at
    }
    const finding = end()
    if (finding !== null) return bad(formatFinding(finding))
    const flaw = checkIndexEntry(entry, state(), lastAt, data.model)
    if (flaw !== null) return bad(flaw)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { holds: false, line: badLine(error.message) }
  }
  return { holds: true, line: goodLine(entry.room, verified()) }
}

/** The header and the counts of a verified file. */
export interface VerifiedFile {
  readonly header: LogHeader
  readonly verified: Verified
}

/** Verifies an exported log line by line and passes each record to `keep`. Throws at the first corruption. */
export const verifyLogFile = async (
  file: string,
  model: RoomModel,
  keep: (frame: Frame, record: RoomRecord) => void = () => undefined,
): Promise<VerifiedFile> => {
  const reader = createLogReader(schemasOf(model))
  let checks: ReturnType<typeof createVerifier> | undefined
  for await (const text of linesOf(file)) {
    const read = reader.next(text)
    if (isLogFileCorruption(read)) throw badFile(file, flawIn(read))
    if (read.type === 'header') checks = createVerifier(read.header.room, model)
    if (read.type !== 'record') continue
    const finding = (await checks?.next(read.record)) ?? null
    if (finding !== null) throw badFile(file, formatFinding(finding))
    keep(read.frame, read.record)
  }
  const header = reader.end()
  if (isLogFileCorruption(header)) throw badFile(file, flawIn(header))
  const { end, verified } = checks ?? createVerifier(header.room, model)
  const finding = end()
  if (finding !== null) throw badFile(file, formatFinding(finding))
  return { header, verified: verified() }
}

/** Splits only at line feeds: texts of members may contain other line separators. */
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

/** Much longer than any record; a longer line is not a log and would fill the memory. */
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

const formatFinding = ({ seq, problem }: Finding): string => `record ${seq} ${problem}`

const flawIn = ({ line, problem }: LogFileCorruption): string => `line ${line}: ${problem}`

/** The first violation in a log. */
export interface Finding {
  readonly seq: number
  readonly problem: string
}

export interface Verified {
  readonly records: number
  readonly draws: number
  /** Draws whose names were left out of the log. */
  readonly nameless: number
}

/** Takes a room's records in order and gives the first violation. Verifies what the hashes cannot. */
export interface Verifier {
  readonly next: (record: RoomRecord) => Promise<Finding | null>
  /** After the last record. */
  readonly end: () => Finding | null
  readonly state: () => RoomState
  readonly verified: () => Verified
}

const createVerifier = (room: RoomId, model: RoomModel): Verifier => {
  const folding = createFoldVerifier(room, model)
  const drawing = createDrawVerifier(room)
  let last: RoomRecord | undefined

  const at = (seq: number, problem: string | null): Finding | null =>
    problem === null ? null : { seq, problem }

  return {
    next: async (record) => {
      const { seq } = record
      const ordered = orderOf(record, last)
      last = record
      return at(seq, ordered ?? folding.next(record) ?? (await drawing.next(record)))
    },
    end: () => at(last?.seq ?? 0, folding.end()),
    state: folding.state,
    verified: () => ({ records: last?.seq ?? 0, ...drawing.counts() }),
  }
}

/** A log starts with exactly one `room.created`, and its instants never decrease. */
const orderOf = (record: RoomRecord, last: RoomRecord | undefined): string | null => {
  const isFirst = last === undefined
  if (isFirst !== (record.type === 'room.created')) {
    return isFirst
      ? `is ${record.type}, but a log starts with room.created`
      : 'creates the room a second time'
  }
  if (last !== undefined && record.at < last.at) return 'is older than the record before it'
  return null
}

/** Compares a room's index entry with its log: the entry is written with every record and read without them. */
const checkIndexEntry = (
  entry: IndexEntry,
  state: RoomState,
  lastAt: number,
  { nextTimer }: RoomModel,
): string | null => {
  const isOpen = state.phase === 'open'
  const expected = {
    'last record': lastAt,
    'next due': nextTimer(state)?.at ?? null,
    occupied: isOpen && state.members.length > 0,
  }
  const stored = { 'last record': entry.lastAt, 'next due': entry.due, occupied: entry.occupied }
  for (const fact of ['last record', 'next due', 'occupied'] as const) {
    if (expected[fact] !== stored[fact])
      return `the index has ${stored[fact]} as ${fact}, the log ${expected[fact]}`
  }
  return null
}
