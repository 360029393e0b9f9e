import { expect, test } from 'vitest'
import { seededEntropy } from '../kit/index.js'

const drawn = (seed: string | number, count: number): ReadonlyArray<string> => {
  const entropy = seededEntropy(seed)
  return Array.from({ length: count }, () => Buffer.from(entropy.bytes()).toString('hex'))
}

test('the same seed gives the same bytes, 32 at a time and never the same again', () => {
  const bytes = drawn('seed', 1_000)
  expect(drawn('seed', 1_000)).toEqual(bytes)
  expect(new Set(bytes).size).toBe(1_000)
  for (const some of bytes) expect(some).toHaveLength(64)
})

test('another seed gives others', () => {
  expect(drawn(1, 10).filter((some) => drawn(2, 10).includes(some))).toEqual([])
})
