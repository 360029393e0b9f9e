import { createReadStream } from 'node:fs'
import { problemOf } from '../../application/engine/query-store.js'
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
    let validRooms = 0
    let corruptRooms = 0
    for await (const entry of rooms.length === 0 ? data.rooms() : entriesOf(data, rooms)) {
      const outcome = await verifyRoom(data, entry)
      await print(outcome.line)
      if (outcome.isValid) validRooms++
      else corruptRooms++
    }
    for (const fault of data.unreadable) await print(corruptLine(describeFault(fault)))
    corruptRooms += data.unreadable.length
    if (corruptRooms > 0) {
      throw new Failure(`${corruptRooms} of ${validRooms + corruptRooms} rooms are corrupt`, exitCodes.found)
    }
    if (validRooms === 0) note(`${folder} has no rooms`)
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
): Promise<{ readonly isValid: boolean; readonly line: string }> => {
  const { next, end, state, verified } = createVerifier(entry.room, data.model)
  const corrupt = (problem: string) => ({
    isValid: false,
    line: corruptLine(`room ${entry.room}: ${problem}`),
  })
  try {
    let lastAt = 0
    // Reading verifies the hash chain.
    for await (const record of recordsOf(data, entry)) {
      const finding = await next(record)
      if (finding !== null) return corrupt(formatFinding(finding))
      lastAt = record.at
    }
    const finding = end()
    if (finding !== null) return corrupt(formatFinding(finding))
    const mismatch = checkIndexEntry(entry, state(), lastAt, data.model)
    if (mismatch !== null) return corrupt(mismatch)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { isValid: false, line: corruptLine(error.message) }
  }
  return { isValid: true, line: validLine(entry.room, verified()) }
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
  let verifier: ReturnType<typeof createVerifier> | undefined
  for await (const text of linesOf(file)) {
    const read = reader.next(text)
    if (isLogFileCorruption(read)) throw corruptFile(file, formatCorruption(read))
    if (read.type === 'header') verifier = createVerifier(read.header.room, model)
    if (read.type !== 'record') continue
    const finding = (await verifier?.next(read.record)) ?? null
    if (finding !== null) throw corruptFile(file, formatFinding(finding))
    keep(read.frame, read.record)
  }
  const header = reader.end()
  if (isLogFileCorruption(header)) throw corruptFile(file, formatCorruption(header))
  const { end, verified } = verifier ?? createVerifier(header.room, model)
  const finding = end()
  if (finding !== null) throw corruptFile(file, formatFinding(finding))
  return { header, verified: verified() }
}

/** Splits only at line feeds: texts of members may contain other line separators. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = `${rest}${String(chunk)}`.split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > maxLineLength)
        throw new Error(`it has a line of more than ${maxLineLength} characters`)
      yield* lines
    }
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${problemOf(error)}`)
  }
  if (rest !== '') yield rest
}

/** Much longer than any record; a longer line is not a log and would fill the memory. */
const maxLineLength = 64 * 1_024 * 1_024

export const validLine = (what: string, { records, draws, nameless }: Verified): string => {
  const summary = `${plural(records, 'record')}, chain and folding hold, ${plural(draws, 'draw')} proven`
  if (nameless === 0) return `good  ${what}: ${summary}`
  return `good  ${what}: ${summary}, ${plural(nameless, 'draw')} in part: the names are not in the log`
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const corruptLine = (problem: string): string => `bad   ${problem}`

const corruptFile = (file: string, problem: string): Failure =>
  new Failure(corruptLine(`${file}: ${problem}`), exitCodes.found)

const formatFinding = ({ seq, problem }: Finding): string => `record ${seq} ${problem}`

const formatCorruption = ({ line, problem }: LogFileCorruption): string => `line ${line}: ${problem}`

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
  const folds = createFoldVerifier(room, model)
  const draws = createDrawVerifier(room)
  let last: RoomRecord | undefined

  const at = (seq: number, problem: string | null): Finding | null =>
    problem === null ? null : { seq, problem }

  return {
    next: async (record) => {
      const { seq } = record
      const disorder = orderProblem(record, last)
      last = record
      return at(seq, disorder ?? folds.next(record) ?? (await draws.next(record)))
    },
    end: () => at(last?.seq ?? 0, folds.end()),
    state: folds.state,
    verified: () => ({ records: last?.seq ?? 0, ...draws.counts() }),
  }
}

/** A log starts with exactly one `room.created`, and its instants never decrease. */
const orderProblem = (record: RoomRecord, last: RoomRecord | undefined): string | null => {
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
  for (const field of ['last record', 'next due', 'occupied'] as const) {
    if (expected[field] !== stored[field])
      return `the index has ${stored[field]} as ${field}, the log ${expected[field]}`
  }
  return null
}
