import type { Entropy } from '../../src/application/ports/entropy.js'
import { lengthPrefixed, sha256, u32 } from '../../src/domain/kernel/bytes.js'

/** Pseudo-random bytes that depend on the seed only, so that a run can be repeated. For tests only. */
export const seededEntropy = (seed: string | number): Entropy => {
  let count = 0
  return { bytes: () => sha256(lengthPrefixed('seeded entropy', String(seed), u32(count++))) }
}
