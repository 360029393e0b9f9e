import type { Entropy } from '../../application/ports/entropy.js'

const dayMs = 24 * 60 * 60 * 1_000

/** An event that was not taken for so long is given up, so that what comes after it has its turn. */
export const givenUpAfterMs = 3 * dayMs

const firstMs = 1_000
const longestMs = 60 * 60 * 1_000

/**
 * How long to wait after so many failures in a row: 1 s, doubled each time, up to an hour. Between half of that and all
 * of it, by chance, so that rooms that failed together do not come back together.
 */
export const retryDelayMs = (failures: number, entropy: Entropy): number => {
  const wholeMs = Math.min(firstMs * 2 ** (failures - 1), longestMs)
  return Math.ceil(wholeMs * (0.5 + fractionOf(entropy.bytes()) / 2))
}

/** From 0 up to but not including 1. */
const fractionOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
