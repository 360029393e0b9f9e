import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isRoomCode,
  roomLink,
  roomLinkIn,
  roomIdOf,
  parseTypedLink,
  type RoomLink,
} from '../../../src/web/shell/room-link.js'

const origin = 'https://rooms.example'
const pages = fc.constantFrom('meet', 'quiz', 'connect-four')
const queries = fc.constantFrom('', '?host')

/** The last are room names that are no codes, and that a path may contain. */
const codes = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/),
  fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/).filter((code) => code !== '.' && code !== '..'),
)

const tokens = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null })

test('reads every room back from its link, also from a text around the link', () => {
  fc.assert(
    fc.property(pages, codes, tokens, queries, (page, code, token, query) => {
      const link = roomLink(origin, page, { code, token }, query)
      expect(roomLinkIn(page, new URL(link))).toEqual({ code, token })
      expect(parseTypedLink(page, ` Come to ${link} at noon`)).toEqual({ code, token })
      expect(parseTypedLink(page, ` ${code} `)).toEqual({ code, token: null })
    }),
  )
})

test('puts the token into the fragment, which browsers send to no server', () => {
  fc.assert(
    fc.property(pages, tokens, queries, (page, token, query) => {
      const { pathname, search, hash } = new URL(roomLink(origin, page, { code: 'ABC', token }, query))
      expect(pathname + search).toBe(`/${page}/ABC${query}`)
      expect(new URLSearchParams(hash.slice(1)).get('token')).toBe(token)
    }),
  )
})

test.each<[string, RoomLink]>([
  ['/meet', { code: '', token: null }],
  ['/meet/', { code: '', token: null }],
  ['/quiz/abc', { code: '', token: null }],
  ['/meet/a%20b', { code: 'a b', token: null }],
  ['/meet/%E0%A4%A', { code: '%E0%A4%A', token: null }],
  ['/meet/ABC?from=mail', { code: 'ABC', token: null }],
  ['/meet/abc#token=', { code: 'abc', token: null }],
])('%s says what it can to the page of calls', (path, link) => {
  expect(roomLinkIn('meet', new URL(path, origin))).toEqual(link)
})

test.each([
  ['no room', 'no room'],
  ['meet.example/meet/abc?x', 'abc'],
  ['https://meet.example/quiz/abc', 'https://meet.example/quiz/abc'],
])('what is typed as %j is the code %j', (typed, code) => {
  expect(parseTypedLink('meet', typed)).toEqual({ code, token: null })
})

test('accepts the codes that the server accepts', () => {
  expect(['a', 'A-1', 'a'.repeat(32)].map(isRoomCode)).toEqual([true, true, true])
  expect(['', 'a b', 'ä', 'a'.repeat(33), 'a/b'].map(isRoomCode)).toEqual([false, false, false, false, false])
})

test('gives codes that differ in case the same room id, and keeps a name that is no code', () => {
  expect(roomIdOf('7QKM-X2TD')).toBe('room_7qkm-x2td')
  expect(roomIdOf('game_7qkm-x2td')).toBe('game_7qkm-x2td')
  expect(roomIdOf('x'.repeat(33))).toBe('x'.repeat(33))
})
