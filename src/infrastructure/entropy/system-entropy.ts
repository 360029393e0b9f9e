import { randomFillSync } from 'node:crypto'
import type { Entropy } from '../../application/ports/entropy.js'

const bytesAtOnce = 32
/** The operating system is asked once for so many: a call for 32 bytes costs about as much as one for 4 096. */
const poolBytes = 4_096

/**
 * Random bytes of the operating system. Each pool is a new one and each part is handed out once, so what a caller
 * keeps stays as it is, and what it writes there is met by nobody else.
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
      used += bytesAtOnce
      return pool.subarray(used - bytesAtOnce, used)
    },
  }
}
