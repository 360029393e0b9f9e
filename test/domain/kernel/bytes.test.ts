import { createHash, createHmac } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  equalInConstantTime,
  fromHex,
  hmacSha256,
  lengthPrefixed,
  sha256,
  toHex,
  u32,
} from '../../../src/domain/kernel/bytes.js'

const splitParts = (bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Array<Uint8Array> = []
  for (let offset = 0; offset < bytes.length;) {
    const length = view.getUint32(offset)
    parts.push(bytes.slice(offset + 4, offset + 4 + length))
    offset += 4 + length
  }
  return parts
}

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 10 })
const bytes = fc.uint8Array({ maxLength: 40 })

describe('length prefixes', () => {
  property.prop([fc.array(fc.oneof(bytes, wellFormed), { maxLength: 8 })])(
    'can be split into the same parts, so that different lists give different bytes',
    (parts) => {
      const asBytes = parts.map((part) => Uint8Array.from(Buffer.from(part)))
      expect(splitParts(lengthPrefixed(...parts))).toEqual(asBytes)
    },
  )

  test('count bytes of UTF-8, big-endian', () => {
    expect(toHex(lengthPrefixed('é', u32(258)))).toBe('00000002c3a90000000400000102')
    expect(toHex(lengthPrefixed())).toBe('')
    expect(toHex(lengthPrefixed(''))).toBe('00000000')
  })
})

property.prop([bytes, bytes])('the hashes equal SHA-256 and HMAC-SHA-256 of Node', (key, message) => {
  expect(toHex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'))
  expect(toHex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'))
})

property.prop([bytes])('bytes survive hex and back', (original) => {
  expect(fromHex(toHex(original))).toEqual(original)
})

property.prop([wellFormed, wellFormed])('the comparison in constant time equals `===`', (left, right) => {
  expect(equalInConstantTime(left, right)).toBe(left === right)
  expect(equalInConstantTime(left, `${left}`)).toBe(true)
  expect(equalInConstantTime(`${left}a`, `${left}b`)).toBe(false)
})
