import { bitsPerColumn, lowColumns } from './squares.js'

/** The steps from a square to the next of its line: up, and in the next column down, level and up. */
const up = 1
const across = [bitsPerColumn - 1, bitsPerColumn, bitsPerColumn + 1] as const

const bitsLow = lowColumns * bitsPerColumn

/** Whether these discs have four in a line: tests pairs of neighbours, then pairs of pairs. */
export const hasFour = (low: number, high: number): boolean => {
  const pairsLow = low & (low >>> up)
  const pairsHigh = high & (high >>> up)
  if (((pairsLow & (pairsLow >>> (2 * up))) | (pairsHigh & (pairsHigh >>> (2 * up)))) !== 0) return true
  return crosses(low, high, across[0]) || crosses(low, high, across[1]) || crosses(low, high, across[2])
}

/** A line crosses from one word to the other: bits that leave the high word enter the low word at its top. */
const crosses = (low: number, high: number, step: number): boolean => {
  const pairsLow = low & ((low >>> step) | (high << (bitsLow - step)))
  const pairsHigh = high & (high >>> step)
  const foursLow = pairsLow & ((pairsLow >>> (2 * step)) | (pairsHigh << (bitsLow - 2 * step)))
  return (foursLow | (pairsHigh & (pairsHigh >>> (2 * step)))) !== 0
}
