import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeIn, isRoomCode, meetAddressIn, meetLink } from '../../../src/web/meet/address.js'

const code = fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/)
const token = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null })

test('a link leads to the call it was made for', () => {
  fc.assert(
    fc.property(code, token, (wanted, secret) => {
      const link = new URL(meetLink('https://meet.example', wanted, secret))
      expect(meetAddressIn(link)).toEqual({ type: 'call', code: wanted, token: secret })
      // Browsers keep the fragment to themselves.
      expect(link.pathname + link.search).toBe(`/meet/${wanted}`)
    }),
  )
})

test.each([
  ['/meet', { type: 'lobby' }],
  ['/meet/', { type: 'lobby' }],
  ['/meet/a%20b', { type: 'no-room', code: 'a b' }],
  ['/meet/%E0%A4%A', { type: 'no-room', code: '%E0%A4%A' }],
  [`/meet/${'a'.repeat(33)}`, { type: 'no-room', code: 'a'.repeat(33) }],
  ['/meet/abc#token=', { type: 'call', code: 'abc', token: null }],
])('%s leads where it can', (path, address) => {
  expect(meetAddressIn(new URL(path, 'https://meet.example'))).toEqual(address)
})

test.each([
  ['  abc ', 'abc'],
  ['https://meet.example/meet/abc-1#token=x', 'abc-1'],
  ['meet.example/meet/abc?x', 'abc'],
  ['no room', 'no room'],
])('what is typed as %j is the code %j', (typed, found) => {
  expect(codeIn(typed)).toBe(found)
})

test('a code is what the server takes for one', () => {
  expect(['a', 'A-1', 'a'.repeat(32)].map(isRoomCode)).toEqual([true, true, true])
  expect(['', 'a b', 'ä', 'a'.repeat(33), 'a/b'].map(isRoomCode)).toEqual([false, false, false, false, false])
})
