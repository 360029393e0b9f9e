import { describe, expect, it } from 'vitest'
import {
  generateRoomCode,
  generateRoomToken,
  roomIdOfCode,
} from '../../../src/infrastructure/protocols/room-codes.js'

const bytesOf = (...pools: ReadonlyArray<ReadonlyArray<number>>) => {
  const left = [...pools]
  return { bytes: () => Uint8Array.from(left.shift() ?? []) }
}

describe('a room code', () => {
  it('is generated from bytes without bias', () => {
    const entropy = bytesOf([0, 240, 1, 255, 29, 241], [30, 239, 2, 3, 4])
    expect(generateRoomCode(entropy)).toBe('23Z2-Z456')
  })

  it('is generated without ambiguous letters', () => {
    const everyByte = Array.from({ length: 240 }, (_, byte) => byte)
    const letters = new Set<string>()
    for (let from = 0; from < 240; from += 8) {
      for (const letter of generateRoomCode(bytesOf(everyByte.slice(from, from + 8)))) letters.add(letter)
    }
    expect([...letters].sort().join('')).toBe('-23456789ABCDEFGHJKMNPQRSTVWXYZ')
  })

  it('names the same room in upper and lower case', () => {
    expect(roomIdOfCode('AbC-1')).toBe('room_abc-1')
  })
})

it('a join token has 128 random bits and is safe in a link', () => {
  const token = generateRoomToken(bytesOf(Array.from({ length: 32 }, () => 0xff)))
  expect(token).toBe('_____________________w')
})
