import { expect, test } from 'vitest'
import { lengthPrefixed, toHex, u32 } from '../../../src/client/fairness/encoding.js'
import { bundledHashing, type Bytes } from '../../../src/client/fairness/hashing.js'
import { highlightsFrom } from '../../../src/client/fairness/recompute.js'

test('prefixes the length in UTF-8 bytes, not in characters', () => {
  expect(toHex(lengthPrefixed(['é', u32(1)]))).toBe('00000002c3a90000000400000001')
})

test('distinguishes parts that join to the same text', () => {
  expect(toHex(lengthPrefixed(['ab', 'c']))).not.toBe(toHex(lengthPrefixed(['a', 'bc'])))
})

test('skips words from the limit on, and continues with the next block', async () => {
  // 2^32 = 3 × 1431655765 + 1: of 32-bit words, only ffffffff is rejected for three members
  const blocks: ReadonlyArray<ReadonlyArray<number>> = [
    [0xffffffff, 0, 1, 2, 0xffffffff, 0xfffffffe, 5, 6],
    [7, 0xffffffff, 8, 9, 10, 11, 12, 13],
  ]
  let asked = 0
  const scripted = {
    ...bundledHashing,
    hmac: async (): Promise<Bytes> => {
      const block = new Uint8Array(32)
      const view = new DataView(block.buffer)
      blocks[asked++]?.forEach((word, i) => view.setUint32(4 * i, word))
      return block
    },
  }
  expect(await highlightsFrom(new Uint8Array(32), 3, 10, scripted)).toEqual([0, 1, 2, 2, 2, 0, 1, 2, 0, 1])
  expect(asked).toBe(2)
})
