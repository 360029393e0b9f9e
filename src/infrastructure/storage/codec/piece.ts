import { canonicalJson } from '../../../domain/kernel/json.js'
import { hashSize, hexHashOf, writeSalt } from './hashing.js'

/** A salt and, after it, the canonical JSON that it hides: the bytes that the seal is the hash of. */
export type Piece = Buffer

/** A salt of its own for each, so that nobody finds a name by trying names. */
export const salted = (value: unknown): Piece => {
  const text = canonicalJson(value)
  const piece = Buffer.allocUnsafe(hashSize + Buffer.byteLength(text))
  writeSalt(piece, 0)
  piece.write(text, hashSize, 'utf8')
  return piece
}

/** The same bytes from their two halves, as a log file has them. */
export const pieceOf = (saltHex: string, value: unknown): Piece =>
  Buffer.concat([Buffer.from(saltHex, 'hex'), Buffer.from(canonicalJson(value), 'utf8')])

export const sealOf = (piece: Piece): string => hexHashOf(piece)

export const saltIn = (piece: Piece): string => piece.toString('hex', 0, hashSize)

export const textIn = (piece: Piece): string => piece.toString('utf8', hashSize)
