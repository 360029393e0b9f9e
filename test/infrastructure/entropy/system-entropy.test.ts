import { expect, test } from 'vitest'
import { systemEntropy } from '../../../src/infrastructure/entropy/system-entropy.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('systemEntropy gives 32 bytes each time, and no bytes twice in 10 000 calls', () => {
  const entropy = systemEntropy()
  const seen = new Set<string>()
  for (let count = 0; count < 10_000; count++) {
    const bytes = entropy.bytes()
    expect(bytes).toHaveLength(32)
    seen.add(hex(bytes))
  }
  expect(seen.size).toBe(10_000)
})

test('systemEntropy hands out every byte once and in order', () => {
  let drawn = 0
  const filled: Array<number> = []
  const entropy = systemEntropy((pool) => {
    for (const place of pool.keys()) {
      pool[place] = drawn++ % 251
      filled.push(pool[place] ?? -1)
    }
  })
  const handed = Array.from({ length: 300 }, () => entropy.bytes())
  expect(handed.flatMap((bytes) => [...bytes])).toEqual(filled.slice(0, 300 * 32))
})

test('systemEntropy never changes or reuses bytes that a caller keeps', () => {
  const entropy = systemEntropy()
  const kept = entropy.bytes()
  const asHanded = hex(kept)
  const others = Array.from({ length: 1_000 }, () => {
    const bytes = entropy.bytes()
    const before = hex(bytes)
    return { bytes, before }
  })
  expect(hex(kept)).toBe(asHanded)
  kept.fill(0)
  for (const { bytes, before } of others) expect(hex(bytes)).toBe(before)
})

test('systemEntropy hands out no pool that could not be filled', () => {
  const entropy = systemEntropy(() => {
    throw new Error('no entropy')
  })
  expect(() => entropy.bytes()).toThrow('no entropy')
  expect(() => entropy.bytes()).toThrow('no entropy')
})
