import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { EventSchema } from '../../../domain/kernel/activity.js'
import type { Cause, RecordedEvent } from '../../../domain/kernel/domain-event.js'
import type { Epoch, MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import { canonicalJson } from '../../../domain/kernel/json.js'
import type { RoomModel } from '../../../domain/room/index.js'
import { builtInModel } from '../../../plugins.js'
import type { Frame, Hash, Layout, SaltedValue } from './frame.js'
import {
  computeHash,
  frameOf,
  hashIn,
  hashedTextIn,
  parseLayout,
  personalIn,
  previousHashIn,
  saltValue,
  saltedHashOf,
  secretIn,
  valueTextIn,
} from './frame.js'
import type { JsonObject, Path } from './pii.js'
import { canonicalJsonWithout, extractPersonal, fillErased, parsePath, restorePersonal } from './pii.js'

/** Why a record cannot be written or read. The problem is a predicate that names the record. */
export interface Corruption {
  readonly seq: number
  readonly problem: string
}

export const corruption = (seq: number, problem: string): Corruption => ({
  seq,
  problem: `record ${seq} ${problem}`,
})

export const isCorruption = (value: object): value is Corruption => 'problem' in value

/** The domain's schema of an event type, with its paths parsed. */
export interface StoredSchema {
  readonly v: number
  readonly personal: ReadonlyArray<Path>
  readonly upcasters: ReadonlyArray<(data: unknown) => unknown>
  readonly erasedValues: JsonObject
}

/** `undefined` for an unknown event type. */
export type SchemaLookup = (type: string) => StoredSchema | undefined

/** The schemas of a model's events. */
export const schemasOf = ({ schemaOf }: Pick<RoomModel, 'schemaOf'>): SchemaLookup => {
  const parsed = new Map<string, StoredSchema>()
  return (type) => {
    const cached = parsed.get(type)
    if (cached !== undefined) return cached
    const schema = schemaOf(type)
    if (schema === undefined) return undefined
    const stored = parseSchema(schema)
    parsed.set(type, stored)
    return stored
  }
}

const parseSchema = ({ v, personalPaths, upcasters = [], erasedValues = {} }: EventSchema): StoredSchema => ({
  v,
  personal: personalPaths.map(parsePath),
  upcasters,
  erasedValues,
})

export const builtInSchemas: SchemaLookup = schemasOf(builtInModel)

/** The hash chain holds the salted hashes of the parts beside it: hex SHA-256 of a salted value. */
interface SaltedHashes {
  readonly personal?: string
  readonly secret?: string
}

/** The hashed part of a record, as it was first written: without later upcasts and without personal fields. */
export interface HashedPart {
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
  readonly data: unknown
  readonly epoch: Epoch
  readonly room: RoomId
  readonly seals?: SaltedHashes
  readonly seq: number
  readonly type: string
  readonly v: number
}

/** The hashed part with its data as canonical JSON. */
interface EncodedHashedPart extends Omit<HashedPart, 'data' | 'seals'> {
  readonly data: string
  readonly seals: SaltedHashes | undefined
}

/** The canonical JSON of the hashed part. Its keys are written in their sorted order, so only the data is sorted. */
export const hashedTextOf = (part: EncodedHashedPart): string => {
  const { at, by, cause, data, epoch, room, seals, seq, type, v } = part
  return (
    `{"at":${canonicalJson(at)},"by":${orNull(by)},"cause":${orNull(cause)},"data":${data}` +
    `,"epoch":${canonicalJson(epoch)},"room":${canonicalJson(room)}${seals === undefined ? '' : sealsText(seals)}` +
    `,"seq":${seq},"type":${canonicalJson(type)},"v":${v}}`
  )
}

const orNull = (value: unknown): string => (value === null ? 'null' : canonicalJson(value))

const sealsText = ({ personal, secret }: SaltedHashes): string => {
  if (personal === undefined) return `,"seals":{"secret":"${secret}"}`
  return `,"seals":{"personal":"${personal}"${secret === undefined ? '' : `,"secret":"${secret}"`}}`
}

/**
 * Encodes a record. Personal and secret fields are stored beside the hashed part, which holds their salted hashes, so
 * that they can be left out of an export or erased without breaking the hash chain.
 */
export const encodeRecord = (
  record: RecordedEvent,
  previous: Hash,
  schemas: SchemaLookup = builtInSchemas,
): Frame | Corruption => {
  const { at, by, cause, data, epoch, room, secret, seq, type } = record
  const schema = schemas(type)
  if (schema === undefined) return corruption(seq, `has an unknown type: ${type}`)
  try {
    const personal = extractPersonal(data, schema.personal)
    const saltedPersonal = personal === undefined ? undefined : saltValue(personal)
    const saltedSecret = secret === undefined ? undefined : saltValue(secret)
    const seals = saltedHashesOf(saltedPersonal, saltedSecret)
    // Named one by one: V8 takes half a microsecond for each field that is added to a spread object.
    const text = hashedTextOf({
      at,
      by,
      cause,
      data: canonicalJsonWithout(data, schema.personal),
      epoch,
      room,
      seals,
      seq,
      type,
      v: schema.v,
    })
    return frameOf(previous, text, saltedPersonal, saltedSecret)
  } catch (error) {
    // JSON has no BigInt and no cycles, and limits the nesting.
    return corruption(seq, `cannot be written: ${String(error)}`)
  }
}

const saltedHashesOf = (
  personal: SaltedValue | undefined,
  secret: SaltedValue | undefined,
): SaltedHashes | undefined => {
  if (personal === undefined) return secret === undefined ? undefined : { secret: saltedHashOf(secret) }
  if (secret === undefined) return { personal: saltedHashOf(personal) }
  return { personal: saltedHashOf(personal), secret: saltedHashOf(secret) }
}

/** The position that a record must have, and the hash that it must follow. */
export interface Position {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly previous: Hash
}

export interface DecodedRecord {
  readonly record: RoomRecord
  /** The previous hash of the next record. */
  readonly hash: Hash
}

/** Verifies a stored record against its hash, its salted hashes and its position, and upcasts it. */
export const decodeRecord = (
  frame: Frame,
  position: Position,
  schemas: SchemaLookup = builtInSchemas,
): DecodedRecord | Corruption => {
  try {
    return decode(frame, position, schemas)
  } catch (error) {
    return corruption(position.seq, `cannot be read: ${String(error)}`)
  }
}

const decode = (frame: Frame, position: Position, schemas: SchemaLookup): DecodedRecord | Corruption => {
  const { seq, room, epoch } = position
  const layout = parseLayout(frame)
  if (layout === undefined) return corruption(seq, 'has been changed: its layout cannot be read')
  const hash = hashIn(frame, layout)
  if (hash !== computeHash(frame, layout)) return corruption(seq, 'has been changed: its hash does not match')
  if (previousHashIn(frame) !== position.previous) {
    return corruption(seq, 'breaks the hash chain: it follows another record')
  }
  const part = parseHashedPart(frame, layout)
  const { type, at, by, cause } = part
  if (part.seq !== seq || part.room !== room || part.epoch !== epoch) {
    return corruption(seq, `is at the wrong position: it names ${part.room}, ${part.epoch}, ${part.seq}`)
  }
  const personal = personalIn(frame, layout)
  const secret = secretIn(frame, layout)
  if (!matches(personal, part.seals?.personal) || !matches(secret, part.seals?.secret)) {
    return corruption(seq, 'has been changed: its personal or secret part does not match its salted hash')
  }
  const schema = schemas(type)
  if (schema === undefined) return corruption(seq, `has a type that this version does not know: ${type}`)
  const data = upcast(part, personal, schema)
  if (isCorruption(data)) return data
  const event = { type, data: data.value, room, epoch, seq, at, by, cause }
  const record: unknown = secret === undefined ? event : { ...event, secret: parseValue(secret) }
  // The hash proves that `encodeRecord` wrote these bytes, and the upcasters give them today's shape.
  return { record: record as RoomRecord, hash }
}

/** The hash proves that these bytes were written from a `HashedPart`. */
export const parseHashedPart = (frame: Frame, layout: Layout): HashedPart =>
  JSON.parse(hashedTextIn(frame, layout))

/** An absent part was left out or erased; a present one must match. */
const matches = (part: SaltedValue | undefined, saltedHash: string | undefined): boolean =>
  part === undefined || saltedHashOf(part) === saltedHash

const parseValue = (salted: SaltedValue): JsonObject => JSON.parse(valueTextIn(salted))

const upcast = (
  { data, seq, type, v, seals }: HashedPart,
  personal: SaltedValue | undefined,
  { v: newest, personal: paths, upcasters, erasedValues }: StoredSchema,
): { readonly value: unknown } | Corruption => {
  if (v > newest) {
    return corruption(seq, `has version ${v} of ${type}; this version of Roomreel reads up to ${newest}`)
  }
  let value = personal === undefined ? data : restorePersonal(data, parseValue(personal))
  for (let from = v; from < newest; from++) {
    const upcaster = upcasters[from - 1]
    if (upcaster === undefined)
      return corruption(seq, `has version ${from} of ${type}, which has no upcaster`)
    value = upcaster(value)
  }
  const isErased = personal === undefined && seals?.personal !== undefined
  return { value: isErased ? fillErased(value, paths, erasedValues) : value }
}
