import { bitsPerColumn, lowColumns } from '../squares.js'
import type { Discs } from '../squares.js'
import type { Position } from './position.js'

/** A position is as good as its mirror image: of the two, one stands for both. */
export interface Canonical {
  readonly position: Position
  readonly isMirrored: boolean
  /** The same for no other position: 49 bits, so a number holds it exactly. */
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

/** Column 3 is the middle one, the last of the low word; the others change places. Also for keys of two words. */
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
