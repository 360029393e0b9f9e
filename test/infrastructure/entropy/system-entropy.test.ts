import { expect, test } from 'vitest'
import { systemEntropy } from '../../../src/infrastructure/entropy/system-entropy.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('systemEntropy returns 32 bytes each time, and no bytes twice in 10 000 calls', () => {
  const entropy = systemEntropy()
  const seen = new Set<string>()
  for (let count = 0; count < 10_000; count++) {
    const bytes = entropy.bytes()
    expect(bytes).toHaveLength(32)
    seen.add(hex(bytes))
  }
  expect(seen.size).toBe(10_000)
})

test('systemEntropy returns every byte once and in order', () => {
  let drawn = 0
  const filled: Array<number> = []
  const entropy = systemEntropy((pool) => {
    for (const place of pool.keys()) {
      pool[place] = drawn++ % 251
      filled.push(pool[place] ?? -1)
    }
  })
  const parts = Array.from({ length: 300 }, () => entropy.bytes())
  expect(parts.flatMap((bytes) => [...bytes])).toEqual(filled.slice(0, 300 * 32))
})

test('systemEntropy never changes or reuses bytes that it has returned', () => {
  const entropy = systemEntropy()
  const first = entropy.bytes()
  const firstHex = hex(first)
  const others = Array.from({ length: 1_000 }, () => {
    const bytes = entropy.bytes()
    const before = hex(bytes)
    return { bytes, before }
  })
  expect(hex(first)).toBe(firstHex)
  first.fill(0)
  for (const { bytes, before } of others) expect(hex(bytes)).toBe(before)
})

test('systemEntropy throws when its source throws, each time', () => {
  const entropy = systemEntropy(() => {
    throw new Error('no entropy')
  })
  expect(() => entropy.bytes()).toThrow('no entropy')
  expect(() => entropy.bytes()).toThrow('no entropy')
})
