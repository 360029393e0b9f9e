import { hash, randomFillSync } from 'node:crypto'
import { lengthPrefixed } from '../../../domain/kernel/bytes.js'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import { canonicalJson } from '../../../domain/kernel/json.js'

/** A SHA-256 as 32 characters, one per byte: a string is created and compared faster than a buffer. */
export type Hash = string

const hashSize = 32

/** Node's one-shot hash takes a third of the time of a hash object. */
export const hashOf = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'binary')

export const hashToHex = (of: Hash): string => Buffer.from(of, 'latin1').toString('hex')
export const hashFromHex = (hex: string): Hash => Buffer.from(hex, 'hex').toString('latin1')

/** The previous hash of a log's first record. It names the log, so one log cannot pass as another. */
export const genesisHash = (room: RoomId, epoch: Epoch): Hash =>
  hashOf(lengthPrefixed('log/1/first', room, epoch))

/** 32 random bytes and the canonical JSON of a value that is stored beside the hashed part. */
export type SaltedValue = Buffer

/** Each value has its own salt, so that a name cannot be found by hashing candidates. */
export const saltValue = (value: unknown): SaltedValue => {
  const text = canonicalJson(value)
  const salted = Buffer.allocUnsafe(hashSize + Buffer.byteLength(text))
  writeSalt(salted)
  salted.write(text, hashSize, 'utf8')
  return salted
}

/** The same bytes from a log file. */
export const saltedValueOf = (saltHex: string, value: unknown): SaltedValue =>
  Buffer.concat([Buffer.from(saltHex, 'hex'), Buffer.from(canonicalJson(value), 'utf8')])

export const saltedHashOf = (salted: SaltedValue): string => hash('sha256', salted, 'hex')
export const saltIn = (salted: SaltedValue): string => salted.toString('hex', 0, hashSize)
export const valueTextIn = (salted: SaltedValue): string => salted.toString('utf8', hashSize)

/** Salts are drawn 256 at a time: a system call for each would cost more than its hash. */
const writeSalt = (into: Buffer): void => {
  if (saltsUsed === salts.length) {
    randomFillSync(salts)
    saltsUsed = 0
  }
  salts.copy(into, 0, saltsUsed, saltsUsed + hashSize)
  saltsUsed += hashSize
}

const salts = Buffer.alloc(256 * hashSize)
let saltsUsed = salts.length

/**
 * The stored bytes of a record. The hashed part is stored as it was hashed, so that reading verifies it without
 * encoding it again.
 *
 * | bytes | content |
 * | --- | --- |
 * | 1 | the version of the layout |
 * | 4, 4, 4 | the lengths of the hashed, the personal and the secret part (0: absent) |
 * | 32 | the hash of the previous record |
 * | … | the hashed part: canonical JSON, UTF-8 |
 * | 32 | the hash of this record, over the two fields before it |
 * | … | the personal part: a salted value |
 * | … | the secret part: a salted value |
 */
export type Frame = Buffer

const version = 1
const hashedLengthAt = 1
const personalLengthAt = 5
const secretLengthAt = 9
const previousAt = 13
const hashedAt = previousAt + hashSize

const absent: SaltedValue = Buffer.alloc(0)

export const frameOf = (
  previous: Hash,
  hashedText: string,
  personal: SaltedValue = absent,
  secret: SaltedValue = absent,
): Frame => {
  const from = allocate(hashedAt + maxBytesOf(hashedText) + hashSize + personal.length + secret.length)
  const hashedLength = slab.write(hashedText, from + hashedAt, 'utf8')
  const hashedEnd = from + hashedAt + hashedLength
  const personalAt = hashedEnd + hashSize
  const secretAt = personalAt + personal.length
  slab[from] = version
  slab.writeUInt32LE(hashedLength, from + hashedLengthAt)
  slab.writeUInt32LE(personal.length, from + personalLengthAt)
  slab.writeUInt32LE(secret.length, from + secretLengthAt)
  slab.write(previous, from + previousAt, 'latin1')
  slab.write(hashOf(slab.subarray(from + previousAt, hashedEnd)), hashedEnd, 'latin1')
  if (personal.length > 0) slab.set(personal, personalAt)
  if (secret.length > 0) slab.set(secret, secretAt)
  slabUsed = secretAt + secret.length
  return slab.subarray(from, slabUsed)
}

/** An upper bound in UTF-8. Short texts are not measured: their bound always fits. */
const maxBytesOf = (text: string): number => (text.length > 2_000 ? Buffer.byteLength(text) : text.length * 3)

/** Frames share a slab: a buffer for each takes longer to allocate, and for lmdb to find. */
const slabSize = 64 * 1024
let slab = Buffer.allocUnsafeSlow(slabSize)
let slabUsed = 0

/** The offset of this number of free bytes in the slab. */
const allocate = (bytes: number): number => {
  if (slabUsed + bytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(slabSize, bytes))
    slabUsed = 0
  }
  return slabUsed
}

export interface Layout {
  readonly hashedEnd: number
  readonly personalAt: number
  readonly secretAt: number
}

/** The layout of a frame that this process wrote or has verified. */
export const layoutOf = (frame: Frame): Layout => {
  const hashedEnd = hashedAt + frame.readUInt32LE(hashedLengthAt)
  const personalAt = hashedEnd + hashSize
  return { hashedEnd, personalAt, secretAt: personalAt + frame.readUInt32LE(personalLengthAt) }
}

/** The layout of an unverified frame; `undefined` when its lengths do not fit its size. */
export const parseLayout = (frame: Frame): Layout | undefined => {
  if (frame.length < hashedAt + hashSize || frame[0] !== version) return undefined
  const layout = layoutOf(frame)
  return layout.secretAt + frame.readUInt32LE(secretLengthAt) === frame.length ? layout : undefined
}

export const previousHashIn = (frame: Frame): Hash => frame.toString('latin1', previousAt, hashedAt)

export const hashIn = (frame: Frame, { hashedEnd, personalAt }: Layout): Hash =>
  frame.toString('latin1', hashedEnd, personalAt)

export const computeHash = (frame: Frame, { hashedEnd }: Layout): Hash =>
  hashOf(frame.subarray(previousAt, hashedEnd))

export const hashedTextIn = (frame: Frame, { hashedEnd }: Layout): string =>
  frame.toString('utf8', hashedAt, hashedEnd)

export const personalIn = (frame: Frame, { personalAt, secretAt }: Layout): SaltedValue | undefined =>
  secretAt > personalAt ? frame.subarray(personalAt, secretAt) : undefined

export const secretIn = (frame: Frame, { secretAt }: Layout): SaltedValue | undefined =>
  frame.length > secretAt ? frame.subarray(secretAt) : undefined

/** A copy without the personal part, or without both parts. The hashed part and its hash are unchanged. */
export const withoutParts = (frame: Frame, erased: 'personal' | 'personal and secret'): Frame => {
  const { personalAt, secretAt } = layoutOf(frame)
  const rest = erased === 'personal' ? frame.subarray(secretAt) : absent
  const copy = Buffer.concat([frame.subarray(0, personalAt), rest])
  copy.writeUInt32LE(0, personalLengthAt)
  copy.writeUInt32LE(rest.length, secretLengthAt)
  return copy
}
