/**
 * The bit of each square in the two words of one side's discs.
 *
 * A column has seven bits: its six squares from the bottom up, and a guard above them that is never set, so that bits
 * shifted out of one column form no line in the next. Columns 0 to 3 are the `low` word, 4 to 6 the
 * `high` one: both stay under 2³¹, where arithmetic is quick. (With BigInt a search was sixteen times slower.)
 */
export interface Discs {
  readonly low: number
  readonly high: number
}

export const columns = 7
export const rows = 6
export const squares = columns * rows

/** The number of columns in the low word. */
export const lowColumns = 4
export const bitsPerColumn = rows + 1

/** The lowest square of each column. */
export const bottomLow = 0b0000001_0000001_0000001_0000001
export const bottomHigh = 0b0000001_0000001_0000001

/** All squares, without the guards. */
export const boardLow = bottomLow * 0b0111111
export const boardHigh = bottomHigh * 0b0111111

/** The squares of one column in its word; 0 in the other word. */
export const columnLow = (column: number): number =>
  column < lowColumns ? 0b0111111 << (column * bitsPerColumn) : 0
export const columnHigh = (column: number): number =>
  column < lowColumns ? 0 : 0b0111111 << ((column - lowColumns) * bitsPerColumn)

/** `height` counts from the bottom, 0 to 5. */
export const squareLow = (column: number, height: number): number =>
  column < lowColumns ? 1 << (column * bitsPerColumn + height) : 0
export const squareHigh = (column: number, height: number): number =>
  column < lowColumns ? 0 : 1 << ((column - lowColumns) * bitsPerColumn + height)

/** The number of set bits of a 32-bit word, by sums of neighbouring fields. */
export const countBits = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
