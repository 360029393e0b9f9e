import { bitsPerColumn, lowColumns } from '../squares.js'
import type { Discs } from '../squares.js'
import type { Position } from './position.js'

/** A position and its mirror image have the same score, so one represents both. */
export interface Canonical {
  readonly position: Position
  readonly isMirrored: boolean
  /** Unique to the position: 49 bits, which a number holds exactly. */
  readonly key: number
}

export const canonicalOf = (position: Position): Canonical => {
  const mirror = mirrored(position)
  const key = keyOf(position)
  const mirrorKey = keyOf(mirror)
  return mirrorKey < key
    ? { position: mirror, isMirrored: true, key: mirrorKey }
    : { position, isMirrored: false, key }
}

export const mirroredColumn = (column: number): number => 6 - column

export const keyOf = ({ own, other }: Position): number =>
  (2 * own.high + other.high) * 2 ** (lowColumns * bitsPerColumn) + (2 * own.low + other.low)

const mirrored = ({ own, other, ply }: Position): Position => ({
  own: mirroredDiscs(own),
  other: mirroredDiscs(other),
  ply,
})

const mirroredDiscs = ({ low, high }: Discs): Discs => ({
  low: mirroredLow(low, high),
  high: mirroredHigh(low),
})

/** Mirrors all columns around column 3, the last of the low word. Works for keys of two words too. */
export const mirroredLow = (low: number, high: number): number =>
  ((high >>> twoColumns) & oneColumn) |
  (high & (oneColumn << bitsPerColumn)) |
  ((high & oneColumn) << twoColumns) |
  (low & (oneColumn << threeColumns))

export const mirroredHigh = (low: number): number =>
  ((low >>> twoColumns) & oneColumn) |
  (low & (oneColumn << bitsPerColumn)) |
  ((low & oneColumn) << twoColumns)

const oneColumn = 2 ** bitsPerColumn - 1
const twoColumns = 2 * bitsPerColumn
const threeColumns = 3 * bitsPerColumn
