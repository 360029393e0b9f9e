import { boardHigh, boardLow } from '../squares.js'

/**
 * The squares that complete a four with these discs, including occupied ones, which the caller masks. In a column only the
 * square on top of three discs counts.
 *
 * Three of a line and its fourth square can lie in four ways: the square before the three, after them, or in one of
 * the two gaps. Shifting all discs by one, two and three squares of a direction lays them over each other. The two words
 * of the answer come from two functions, because a pair would have to be allocated, and this is the innermost of
 * the search. The constants are a line's steps (6, 7, 8), twice and three times that, and what is left of 28 bits.
 */
export const threatsLow = (low: number, high: number): number => {
  let found = (low << 1) & (low << 2) & (low << 3)

  let left = low << 6
  let right = (low >>> 6) | (high << 22)
  found |= left & (low << 12) & ((low << 18) | right)
  found |= right & ((low >>> 12) | (high << 16)) & (left | (low >>> 18) | (high << 10))

  left = low << 7
  right = (low >>> 7) | (high << 21)
  found |= left & (low << 14) & ((low << 21) | right)
  found |= right & ((low >>> 14) | (high << 14)) & (left | (low >>> 21) | (high << 7))

  left = low << 8
  right = (low >>> 8) | (high << 20)
  found |= left & (low << 16) & ((low << 24) | right)
  found |= right & ((low >>> 16) | (high << 12)) & (left | (low >>> 24) | (high << 4))

  return found & boardLow
}

export const threatsHigh = (low: number, high: number): number => {
  let found = (high << 1) & (high << 2) & (high << 3)

  let left = (high << 6) | (low >>> 22)
  let right = high >>> 6
  found |= left & ((high << 12) | (low >>> 16)) & ((high << 18) | (low >>> 10) | right)
  found |= right & (high >>> 12) & (left | (high >>> 18))

  left = (high << 7) | (low >>> 21)
  right = high >>> 7
  found |= left & ((high << 14) | (low >>> 14)) & ((high << 21) | (low >>> 7) | right)
  found |= right & (high >>> 14) & (left | (high >>> 21))

  left = (high << 8) | (low >>> 20)
  right = high >>> 8
  found |= left & ((high << 16) | (low >>> 12)) & ((high << 24) | (low >>> 4) | right)
  found |= right & (high >>> 16) & (left | (high >>> 24))

  return found & boardHigh
}

/** Whether two or more squares are set. */
export const isPlural = (low: number, high: number): boolean =>
  ((low & (low - 1)) | (high & (high - 1))) !== 0 || (low !== 0 && high !== 0)
