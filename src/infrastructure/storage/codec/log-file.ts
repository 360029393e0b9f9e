import { z } from 'zod'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import { commandId, epoch as epochOf, isRoomName, memberId, roomId } from '../../../domain/kernel/ids.js'
import { canonicalJson } from '../../../domain/kernel/json.js'
import type { Frame, Hash, SaltedValue } from './frame.js'
import {
  frameOf,
  genesisHash,
  hashIn,
  hashToHex,
  hashedTextIn,
  layoutOf,
  personalIn,
  saltIn,
  saltedValueOf,
  secretIn,
  valueTextIn,
} from './frame.js'
import type { Corruption, SchemaLookup } from './record-codec.js'
import { corruption, decodeRecord, hashedTextOf, isCorruption, parseHashedPart } from './record-codec.js'

/**
 * A log as an NDJSON file: a header line and a line per record, which can be verified with SHA-256 alone. A change of
 * the lines' meaning needs a new format.
 */
const logFormat = 'roomreel-log/1'

export interface LogHeader {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly count: number
  /** Hex hash of the last record; the genesis hash of an empty log. */
  readonly lastHash: string
}

/** The parts that an export holds beside the hashed part. A file without them still verifies. */
export interface ExportedParts {
  readonly personal: boolean
  readonly secrets: boolean
}

export const headerLine = ({ room, epoch, count, lastHash }: LogHeader): string =>
  JSON.stringify({ format: logFormat, room, epoch, count, lastHash })

/** A record as a line: its stored hashed part, its hash, and the exported parts beside it. */
export const recordLine = (frame: Frame, parts: ExportedParts): string => {
  const layout = layoutOf(frame)
  const personal = parts.personal ? personalIn(frame, layout) : undefined
  const secret = parts.secrets ? secretIn(frame, layout) : undefined
  const hashed = hashedTextIn(frame, layout).slice(0, -1)
  const hash = hashToHex(hashIn(frame, layout))
  return `${hashed},"hash":"${hash}"${saltedText('personal', personal)}${saltedText('secret', secret)}}`
}

const saltedText = (name: string, salted: SaltedValue | undefined): string =>
  salted === undefined ? '' : `,"${name}":{"salt":"${saltIn(salted)}","value":${valueTextIn(salted)}}`

/** Why a log file does not verify: the line (the header is line 1), and the record if it is one. */
export interface LogFileCorruption {
  readonly line: number
  readonly seq: number | null
  readonly problem: string
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
  seals: z.strictObject({ personal: hex32.exactOptional(), secret: hex32.exactOptional() }).optional(),
  seq: z.int(),
  type: z.string(),
  v: z.int().min(1),
  hash: hex32,
  personal: salted.optional(),
  secret: salted.optional(),
})

/** Verifies a log file line by line, so that a file of any size needs little memory. */
export interface LogReader {
  /** Parses the next line, verified against all lines before it. */
  readonly next: (text: string) => LogLine | LogFileCorruption
  /** The header, verified against the whole file. */
  readonly end: () => LogHeader | LogFileCorruption
}

export type LogLine =
  | { readonly type: 'header'; readonly header: LogHeader }
  | { readonly type: 'record'; readonly frame: Frame; readonly record: RoomRecord }
  | { readonly type: 'empty' }

export const isLogFileCorruption = (value: object): value is LogFileCorruption => 'problem' in value

export const createLogReader = (schemas?: SchemaLookup): LogReader => {
  let header: LogHeader | undefined
  let previous: Hash = ''
  let line = 0
  let seq = 0

  const next = (text: string): LogLine | LogFileCorruption => {
    line += 1
    if (header === undefined) {
      header = parseHeader(text)
      if (header === undefined) return { line: 1, seq: null, problem: `is not a header of ${logFormat}` }
      previous = genesisHash(header.room, header.epoch)
      return { type: 'header', header }
    }
    if (text === '') return { type: 'empty' }
    seq += 1
    if (seq > header.count) return { line, ...corruption(seq, 'exceeds the count in the header') }
    const frame = parseFrame(text, seq, previous)
    if (isCorruption(frame)) return { line, ...frame }
    const { room, epoch } = header
    const decoded = decodeRecord(frame, { room, epoch, seq, previous }, schemas)
    if (isCorruption(decoded)) return { line, ...decoded }
    previous = decoded.hash
    return { type: 'record', frame, record: decoded.record }
  }

  const end = (): LogHeader | LogFileCorruption => {
    if (header === undefined) return { line: 1, seq: null, problem: 'is missing: the file is empty' }
    if (seq < header.count)
      return { line: line + 1, ...corruption(seq + 1, 'is missing: the file ends before it') }
    if (hashToHex(previous) !== header.lastHash) {
      return { line: 1, seq: null, problem: 'names a last hash that is not that of the last record' }
    }
    return header
  }

  return { next, end }
}

const parseHeader = (text: string): LogHeader | undefined => {
  const read = headerShape.safeParse(parseJson(text))
  if (!read.success) return undefined
  const { room, epoch, count, lastHash } = read.data
  return { room: roomId(room), epoch: epochOf(epoch), count, lastHash }
}

/** The frame of a line; `decodeRecord` then verifies it like a frame from a store. */
const parseFrame = (text: string, seq: number, previous: Hash): Frame | Corruption => {
  const read = lineShape.safeParse(parseJson(text))
  if (!read.success) {
    const path = read.error.issues[0]?.path.join('.')
    return corruption(seq, path ? `cannot be parsed: ${path} is invalid` : 'cannot be parsed')
  }
  const { personal, secret, hash, seals, ...rest } = read.data
  if (rest.seq !== seq) return corruption(seq, `is missing: record ${rest.seq} is in its place`)
  const frame = frameOf(
    previous,
    hashedTextOf({ ...rest, data: canonicalJson(rest.data), seals }),
    personal && saltedValueOf(personal.salt, personal.value),
    secret && saltedValueOf(secret.salt, secret.value),
  )
  const hasThisHash = hashToHex(hashIn(frame, layoutOf(frame))) === hash
  return hasThisHash ? frame : corruption(seq, 'has been changed: its hash does not match')
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The same records as the start of another log: chained again, because the genesis hash names the log. */
export const rechain = (
  frames: ReadonlyArray<Frame>,
  room: RoomId,
  epoch: Epoch,
): { readonly frames: ReadonlyArray<Frame>; readonly lastHash: Hash } => {
  let lastHash = genesisHash(room, epoch)
  const chained: Array<Frame> = []
  for (const frame of frames) {
    const layout = layoutOf(frame)
    const part = parseHashedPart(frame, layout)
    const text = hashedTextOf({ ...part, data: canonicalJson(part.data), seals: part.seals, epoch })
    const next = frameOf(lastHash, text, personalIn(frame, layout), secretIn(frame, layout))
    lastHash = hashIn(next, layoutOf(next))
    chained.push(next)
  }
  return { frames: chained, lastHash }
}
