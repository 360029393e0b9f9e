import type { Hash } from './hashing.js'
import { hashOf, hashSize } from './hashing.js'
import type { Piece } from './piece.js'

/**
 * The stored bytes of a record: what is hashed lies there in one piece, as it was hashed, so that reading checks it
 * without writing it anew.
 *
 * | bytes | what |
 * | --- | --- |
 * | 1 | the layout's version |
 * | 4, 4, 4 | the lengths of the linked, the personal and the secret part (0: there is none, or it was left out) |
 * | 32 | the previous record's hash |
 * | … | the linked part: canonical JSON, UTF-8 |
 * | 32 | this record's hash, over the two before it |
 * | … | the personal part: 32 bytes of salt, canonical JSON |
 * | … | the secret part: the same |
 */
export type Frame = Buffer

const version = 1
const linkedLengthAt = 1
const personalLengthAt = 5
const secretLengthAt = 9
const previousAt = 13
const linkedAt = previousAt + hashSize

const nothing: Piece = Buffer.alloc(0)

export const frameOf = (
  previous: Hash,
  linked: string,
  personal: Piece = nothing,
  secret: Piece = nothing,
): Frame => {
  const from = roomFor(linkedAt + mostBytesOf(linked) + hashSize + personal.length + secret.length)
  const linkedLength = slab.write(linked, from + linkedAt, 'utf8')
  const linkedEnd = from + linkedAt + linkedLength
  const apartAt = linkedEnd + hashSize
  const secretAt = apartAt + personal.length
  slab[from] = version
  slab.writeUInt32LE(linkedLength, from + linkedLengthAt)
  slab.writeUInt32LE(personal.length, from + personalLengthAt)
  slab.writeUInt32LE(secret.length, from + secretLengthAt)
  slab.write(previous, from + previousAt, 'latin1')
  slab.write(hashOf(slab.subarray(from + previousAt, linkedEnd)), linkedEnd, 'latin1')
  if (personal.length > 0) slab.set(personal, apartAt)
  if (secret.length > 0) slab.set(secret, secretAt)
  slabUsed = secretAt + secret.length
  return slab.subarray(from, slabUsed)
}

/** What a text can come to in UTF-8: not counted for short ones, which have room in any case. */
const mostBytesOf = (text: string): number =>
  text.length > 2_000 ? Buffer.byteLength(text) : text.length * 3

/** Frames are written side by side: a buffer of its own for each takes longer to make, and to be found by lmdb. */
const slabSize = 64 * 1024
let slab = Buffer.allocUnsafeSlow(slabSize)
let slabUsed = 0

/** Where the next bytes go, with room for so many. */
const roomFor = (bytes: number): number => {
  if (slabUsed + bytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(slabSize, bytes))
    slabUsed = 0
  }
  return slabUsed
}

export interface Layout {
  readonly linkedEnd: number
  readonly apartAt: number
  readonly secretAt: number
}

/** Where the parts of a frame are that this process has made or checked. */
export const layoutIn = (frame: Frame): Layout => {
  const linkedEnd = linkedAt + frame.readUInt32LE(linkedLengthAt)
  const apartAt = linkedEnd + hashSize
  return { linkedEnd, apartAt, secretAt: apartAt + frame.readUInt32LE(personalLengthAt) }
}

/** The same for a frame that comes from elsewhere; nothing where its lengths cannot be believed. */
export const layoutOf = (frame: Frame): Layout | undefined => {
  if (frame.length < linkedAt + hashSize || frame[0] !== version) return undefined
  const layout = layoutIn(frame)
  return layout.secretAt + frame.readUInt32LE(secretLengthAt) === frame.length ? layout : undefined
}

export const previousOf = (frame: Frame): Hash => frame.toString('latin1', previousAt, linkedAt)

export const hashIn = (frame: Frame, { linkedEnd, apartAt }: Layout): Hash =>
  frame.toString('latin1', linkedEnd, apartAt)

/** What the record's hash has to be. */
export const hashOver = (frame: Frame, { linkedEnd }: Layout): Hash =>
  hashOf(frame.subarray(previousAt, linkedEnd))

export const linkedIn = (frame: Frame, { linkedEnd }: Layout): string =>
  frame.toString('utf8', linkedAt, linkedEnd)

export const personalIn = (frame: Frame, { apartAt, secretAt }: Layout): Piece | undefined =>
  secretAt > apartAt ? frame.subarray(apartAt, secretAt) : undefined

export const secretIn = (frame: Frame, { secretAt }: Layout): Piece | undefined =>
  frame.length > secretAt ? frame.subarray(secretAt) : undefined
