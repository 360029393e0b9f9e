import { randomFillSync } from 'node:crypto'
import type { Entropy } from '../../application/ports/entropy.js'

const partBytes = 32
/** Bytes per system call: a call for 32 bytes costs about as much as one for 4 096. */
const poolBytes = 4_096

/**
 * Random bytes of the operating system. Pools are never reused and each part is handed out once, so a caller may keep
 * and overwrite its bytes.
 */
export const systemEntropy = (fill: (pool: Uint8Array) => void = randomFillSync): Entropy => {
  let pool = new Uint8Array(0)
  let used = 0
  return {
    bytes: () => {
      if (used === pool.length) {
        const fresh = new Uint8Array(poolBytes)
        fill(fresh)
        pool = fresh
        used = 0
      }
      used += partBytes
      return pool.subarray(used - partBytes, used)
    },
  }
}
