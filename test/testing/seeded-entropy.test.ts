import { expect, test } from 'vitest'
import { seededEntropy } from '../kit/index.js'

const bytesOf = (seed: string | number, count: number): ReadonlyArray<string> => {
  const entropy = seededEntropy(seed)
  return Array.from({ length: count }, () => Buffer.from(entropy.bytes()).toString('hex'))
}

test('the same seed gives the same sequence of 32 bytes, without repetition', () => {
  const bytes = bytesOf('seed', 1_000)
  expect(bytesOf('seed', 1_000)).toEqual(bytes)
  expect(new Set(bytes).size).toBe(1_000)
  for (const each of bytes) expect(each).toHaveLength(64)
})

test('another seed gives other bytes', () => {
  expect(bytesOf(1, 10).filter((each) => bytesOf(2, 10).includes(each))).toEqual([])
})
