import { expect, test } from 'vitest'
import { meetAddressIn, meetLink, parseTypedCall } from '../../../src/web/meet/address.js'

const origin = 'https://meet.example'
const to = { code: 'Abc-1', token: 'sesame' }

test('reads the code and the token of a call back from its link', () => {
  expect(meetAddressIn(new URL(meetLink(origin, to)))).toEqual({ type: 'call', ...to })
  expect(parseTypedCall(meetLink(origin, to))).toEqual(to)
})

test.each([
  ['/meet', { type: 'lobby' }],
  ['/meet/', { type: 'lobby' }],
  ['/meet/a%20b', { type: 'no-room', code: 'a b' }],
  [`/meet/${'a'.repeat(33)}`, { type: 'no-room', code: 'a'.repeat(33) }],
])('%s leads where it can', (path, address) => {
  expect(meetAddressIn(new URL(path, origin))).toEqual(address)
})
