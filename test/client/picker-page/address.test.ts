import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressIn, isRoomName, linkTo, type Address } from '../../../src/web/picker/address.js'

const roomName = fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/)

const token: fc.Arbitrary<string | null> = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), {
  nil: null,
})

const addressArbitrary: fc.Arbitrary<Address> = fc.record({
  type: fc.constant('room'),
  room: roomName,
  role: fc.constantFrom('broadcaster', 'viewer'),
  token,
})

test('reads every address back from its link', () => {
  fc.assert(
    fc.property(addressArbitrary, (address) => {
      expect(addressIn(new URL(linkTo('https://example.org', address)))).toEqual(address)
    }),
  )
})

test('puts the token into the fragment, which browsers send to no server', () => {
  fc.assert(
    fc.property(roomName, (room) => {
      const link = new URL(
        linkTo('https://example.org', { type: 'room', room, role: 'viewer', token: 'sesame' }),
      )
      expect(link.pathname + link.search).not.toContain('sesame')
      expect(link.hash).toContain('sesame')
    }),
  )
})

test.each([
  ['https://example.org/', { type: 'lobby' }],
  ['https://example.org/?room=', { type: 'lobby' }],
  ['https://example.org/?room=main', { type: 'room', room: 'main', role: 'viewer', token: null }],
  ['https://example.org/?room=main&lead', { type: 'room', room: 'main', role: 'broadcaster', token: null }],
  ['https://example.org/?room=main&lead=1', { type: 'room', room: 'main', role: 'broadcaster', token: null }],
  ['https://example.org/?room=a&token=t', { type: 'room', room: 'a', role: 'viewer', token: 't' }],
  ['https://example.org/?room=a#token=t', { type: 'room', room: 'a', role: 'viewer', token: 't' }],
])('%s', (link, address) => {
  expect(addressIn(new URL(link))).toEqual(address)
})

test('accepts room names of 1 to 128 letters, digits and -_.:', () => {
  expect(['main', 'room_abc-1.2:3', 'a'.repeat(128)].every(isRoomName)).toBe(true)
  expect(['', 'two words', 'a/b', 'a'.repeat(129)].some(isRoomName)).toBe(false)
})
