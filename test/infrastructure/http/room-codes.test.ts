import { describe, expect, it } from 'vitest'
import { freshCode, freshToken, roomOfCode } from '../../../src/infrastructure/protocols/room-codes.js'

const bytesOf = (...pools: ReadonlyArray<ReadonlyArray<number>>) => {
  const left = [...pools]
  return { bytes: () => Uint8Array.from(left.shift() ?? []) }
}

describe('a code that is made up', () => {
  it('takes each byte for a letter, and those that would make some letters likelier for none', () => {
    const entropy = bytesOf([0, 240, 1, 255, 29, 241], [30, 239, 2, 3, 4])
    expect(freshCode(entropy)).toBe('23Z2-Z456')
  })

  it('has no letter that is misread for another', () => {
    const everyByte = Array.from({ length: 240 }, (_, byte) => byte)
    const letters = new Set<string>()
    for (let from = 0; from < 240; from += 8) {
      for (const letter of freshCode(bytesOf(everyByte.slice(from, from + 8)))) letters.add(letter)
    }
    expect([...letters].sort().join('')).toBe('-23456789ABCDEFGHJKMNPQRSTVWXYZ')
  })

  it('is the same room in whatever case it is typed', () => {
    expect(roomOfCode('AbC-1')).toBe('room_abc-1')
  })
})

it('a token has 128 random bits and fits into a link', () => {
  const token = freshToken(bytesOf(Array.from({ length: 32 }, () => 0xff)))
  expect(token).toBe('_____________________w')
})
