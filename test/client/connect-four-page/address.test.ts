import { expect, test } from 'vitest'
import {
  gameAddressIn,
  gameLink,
  isGameCode,
  parseTypedGame,
  type GameAddress,
} from '../../../src/web/connect-four/address.js'

const origin = 'https://example.org'

test.each(['Abc-1', 'game_7qkm-x2td'])('reads the game %s back from its link', (code) => {
  const to = { code, token: 'sesame' }
  expect(gameAddressIn(new URL(gameLink(origin, to)))).toEqual({ type: 'game', ...to })
  expect(parseTypedGame(gameLink(origin, to))).toEqual(to)
})

test.each<[string, GameAddress]>([
  ['/connect-four', { type: 'start' }],
  ['/connect-four/', { type: 'start' }],
  ['/connect-four/a%20b', { type: 'no-room', code: 'a b' }],
])('%s leads where it can', (path, address) => {
  expect(gameAddressIn(new URL(path, origin))).toEqual(address)
})

test('rejects codes with a space or a slash, or longer than a room’s name', () => {
  expect(['', 'a b', 'a/b', 'x'.repeat(129)].some(isGameCode)).toBe(false)
})
