import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  gameAddressIn,
  gameIn,
  gameLink,
  isGameCode,
  roomOf,
  type GameAddress,
} from '../../../src/web/connect-four/address.js'

const codes = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/),
  fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/).filter((code) => code !== '.' && code !== '..'),
)

const tokens = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null })

test('a link leads to the game it was made of, also where it is typed into a field', () => {
  fc.assert(
    fc.property(codes, tokens, (code, token) => {
      const link = gameLink('https://example.org', code, token)
      expect(gameAddressIn(new URL(link))).toEqual({ type: 'game', code, token })
      expect(gameIn(` ${link} `)).toEqual({ code, token })
    }),
  )
})

test('a token is in the fragment, which no server is sent', () => {
  const link = new URL(gameLink('https://example.org', 'ABC', 'sesame'))
  expect(link.pathname + link.search).not.toContain('sesame')
  expect(link.hash).toBe('#token=sesame')
})

test.each<[string, GameAddress]>([
  ['/connect-four', { type: 'start' }],
  ['/connect-four/', { type: 'start' }],
  ['/connect-four/ABC?from=mail', { type: 'game', code: 'ABC', token: null }],
  ['/connect-four/ABC#token=', { type: 'game', code: 'ABC', token: null }],
  ['/connect-four/a%20b', { type: 'no-room', code: 'a b' }],
  ['/connect-four/%E0%A4%A', { type: 'no-room', code: '%E0%A4%A' }],
])('%s', (path, address) => {
  expect(gameAddressIn(new URL(path, 'https://example.org'))).toEqual(address)
})

test('a code is that of a room in any case, and a name that no code can be is the room’s own', () => {
  expect(roomOf('7QKM-X2TD')).toBe('room_7qkm-x2td')
  expect(roomOf('game_7qkm-x2td')).toBe('game_7qkm-x2td')
  expect(roomOf('x'.repeat(33))).toBe('x'.repeat(33))
  expect(gameIn('  7qkm-x2td ')).toEqual({ code: '7qkm-x2td', token: null })
  expect(['', 'a b', 'a/b', 'x'.repeat(129)].some(isGameCode)).toBe(false)
})
