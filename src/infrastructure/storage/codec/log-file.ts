import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import { commandId, epoch as epochOf, isRoomName, memberId, roomId } from '../../../domain/kernel/ids.js'
import { canonicalJson } from '../../../domain/kernel/json.js'
import type { Flaw } from './flaw.js'
import { flaw, isFlaw } from './flaw.js'
import type { Frame } from './frame.js'
import { frameOf, hashIn, layoutIn, linkedIn, personalIn, secretIn } from './frame.js'
import type { Hash } from './hashing.js'
import { firstLink, hashToHex } from './hashing.js'
import type { Vocabulary } from './kept-as.js'
import { linkedText } from './linked.js'
import { open, parsedLinked } from './open.js'
import type { Piece } from './piece.js'
import { pieceOf, saltIn, textIn } from './piece.js'

/**
 * A log as one NDJSON file: a header line, then a line for each record, that anyone can check with SHA-256 alone.
 * Changing what the lines mean is a new format.
 */
const logFormat = 'roomreel-log/1'

export interface LogHeader {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly count: number
  /** Of the last record, hex; of a log without records, what its first would be linked to. */
  readonly lastHash: string
}

/** What an export has besides the hashed part. Either can be left out, and the file verifies all the same. */
export interface Keeping {
  readonly personal: boolean
  readonly secrets: boolean
}

export const headerLine = ({ room, epoch, count, lastHash }: LogHeader): string =>
  JSON.stringify({ format: logFormat, room, epoch, count, lastHash })

/** A record as a line: its hashed part as it stands in the store, its hash, and what is kept apart. */
export const recordLine = (frame: Frame, keeping: Keeping): string => {
  const layout = layoutIn(frame)
  const personal = keeping.personal ? personalIn(frame, layout) : undefined
  const secret = keeping.secrets ? secretIn(frame, layout) : undefined
  const linked = linkedIn(frame, layout).slice(0, -1)
  const hash = hashToHex(hashIn(frame, layout))
  return `${linked},"hash":"${hash}"${apart('personal', personal)}${apart('secret', secret)}}`
}

const apart = (name: string, piece: Piece | undefined): string =>
  piece === undefined ? '' : `,"${name}":{"salt":"${saltIn(piece)}","value":${textIn(piece)}}`

/** What is wrong with a log file: the line (the header is line 1), and the record where it is one. */
export interface LogFlaw {
  readonly line: number
  readonly seq: number | null
  readonly problem: string
}

/** A log whose chain and seals hold, read from a file. */
export interface VerifiedLog {
  readonly header: LogHeader
  readonly frames: ReadonlyArray<Frame>
  readonly records: ReadonlyArray<RoomRecord>
}

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const salted = z.strictObject({ salt: hex32, value: z.record(z.string(), z.unknown()) })

const headerShape = z.strictObject({
  format: z.literal(logFormat),
  room: z.string().refine(isRoomName),
  epoch: z.string().min(1).max(200),
  count: z.int().min(0),
  lastHash: hex32,
})

const lineShape = z.strictObject({
  at: z.number(),
  by: z.string().transform(memberId).nullable(),
  cause: z.strictObject({ digest: z.string(), id: z.string().transform(commandId) }).nullable(),
  data: z.unknown(),
  epoch: z.string().transform(epochOf),
  room: z.string().transform(roomId),
  seals: z.strictObject({ personal: hex32.optional(), secret: hex32.optional() }).optional(),
  seq: z.int(),
  type: z.string(),
  v: z.int().min(1),
  hash: hex32,
  personal: salted.optional(),
  secret: salted.optional(),
})

/** Takes a log file line by line, so that one of any length is checked with little of it in memory. */
export interface LogReader {
  /** What the line is, once it has been checked against all before it. */
  readonly next: (text: string) => LogLine | LogFlaw
  /** The header, once all has been read and it said the truth. */
  readonly end: () => LogHeader | LogFlaw
}

export type LogLine =
  | { readonly type: 'header'; readonly header: LogHeader }
  | { readonly type: 'record'; readonly frame: Frame; readonly record: RoomRecord }
  | { readonly type: 'empty' }

export const isLogFlaw = (value: object): value is LogFlaw => 'problem' in value

export const logReader = (vocabulary?: Vocabulary): LogReader => {
  let header: LogHeader | undefined
  let previous: Hash = ''
  let line = 0
  let seq = 0

  const next = (text: string): LogLine | LogFlaw => {
    line += 1
    if (header === undefined) {
      header = headerIn(text)
      if (header === undefined) return { line: 1, seq: null, problem: `is no header of ${logFormat}` }
      previous = firstLink(header.room, header.epoch)
      return { type: 'header', header }
    }
    if (text === '') return { type: 'empty' }
    seq += 1
    if (seq > header.count) return { line, ...flaw(seq, 'is one more than the header says') }
    const frame = frameIn(text, seq, previous)
    if (isFlaw(frame)) return { line, ...frame }
    const { room, epoch } = header
    const opened = open(frame, { room, epoch, seq, previous }, vocabulary)
    if (isFlaw(opened)) return { line, ...opened }
    previous = opened.hash
    return { type: 'record', frame, record: opened.record }
  }

  const end = (): LogHeader | LogFlaw => {
    if (header === undefined) return { line: 1, seq: null, problem: 'is missing: the file is empty' }
    if (seq < header.count) return { line: line + 1, ...flaw(seq + 1, 'is missing: the file ends') }
    if (hashToHex(previous) !== header.lastHash) {
      return { line: 1, seq: null, problem: 'names another last hash than the last record has' }
    }
    return header
  }

  return { next, end }
}

/** Checks a file's chain from its first line to its last, and names the first record at which it does not hold. */
export const verifyChain = (
  lines: Iterable<string>,
  vocabulary?: Vocabulary,
): Either<LogFlaw, VerifiedLog> => {
  const reader = logReader(vocabulary)
  const frames: Array<Frame> = []
  const records: Array<RoomRecord> = []
  for (const text of lines) {
    const read = reader.next(text)
    if (isLogFlaw(read)) return E.left(read)
    if (read.type !== 'record') continue
    frames.push(read.frame)
    records.push(read.record)
  }
  const end = reader.end()
  return isLogFlaw(end) ? E.left(end) : E.right({ header: end, frames, records })
}

const headerIn = (text: string): LogHeader | undefined => {
  const read = headerShape.safeParse(jsonIn(text))
  if (!read.success) return undefined
  const { room, epoch, count, lastHash } = read.data
  return { room: roomId(room), epoch: epochOf(epoch), count, lastHash }
}

/** The stored bytes that a line stands for; `open` then checks them as it checks what a store has. */
const frameIn = (text: string, seq: number, previous: Hash): Frame | Flaw => {
  const read = lineShape.safeParse(jsonIn(text))
  if (!read.success) {
    const path = read.error.issues[0]?.path.join('.')
    return flaw(seq, path ? `is no record: ${path} is not as it should be` : 'is no record')
  }
  const { personal, secret, hash, seals, ...rest } = read.data
  if (rest.seq !== seq) return flaw(seq, `is missing: in its place is record ${rest.seq}`)
  const frame = frameOf(
    previous,
    linkedText({ ...rest, data: canonicalJson(rest.data), seals: seals && withoutAbsent(seals) }),
    personal && pieceOf(personal.salt, personal.value),
    secret && pieceOf(secret.salt, secret.value),
  )
  const isAsHashed = hashToHex(hashIn(frame, layoutIn(frame))) === hash
  return isAsHashed ? frame : flaw(seq, 'has been changed: its hash is another')
}

const withoutAbsent = ({
  personal,
  secret,
}: {
  readonly personal?: string | undefined
  readonly secret?: string | undefined
}) => ({ ...(personal && { personal }), ...(secret && { secret }) })

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The same records as the beginning of another log: linked anew, because a log's name is in its first link. */
export const relinked = (
  frames: ReadonlyArray<Frame>,
  room: RoomId,
  epoch: Epoch,
): { readonly frames: ReadonlyArray<Frame>; readonly last: Hash } => {
  let last = firstLink(room, epoch)
  const linkedAnew: Array<Frame> = []
  for (const frame of frames) {
    const layout = layoutIn(frame)
    const linked = parsedLinked(frame, layout)
    const text = linkedText({ ...linked, data: canonicalJson(linked.data), seals: linked.seals, epoch })
    const anew = frameOf(last, text, personalIn(frame, layout), secretIn(frame, layout))
    last = hashIn(anew, layoutIn(anew))
    linkedAnew.push(anew)
  }
  return { frames: linkedAnew, last }
}
