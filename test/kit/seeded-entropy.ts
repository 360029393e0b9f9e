import type { Entropy } from '../../src/application/ports/entropy.js'
import { lengthPrefixed, sha256, u32 } from '../../src/domain/kernel/bytes.js'

/** Bytes that look random and are the same for the same seed, so that a run can be run again. For tests only. */
export const seededEntropy = (seed: string | number): Entropy => {
  let count = 0
  return { bytes: () => sha256(lengthPrefixed('seeded entropy', String(seed), u32(count++))) }
}
