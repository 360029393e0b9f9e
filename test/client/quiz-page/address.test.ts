import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quizAddressIn, quizLink, roomOf, typedAddress } from '../../../src/web/quiz/address.js'

const code = fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/)
const token = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null })
const as = fc.constantFrom('host' as const, 'player' as const)

test('a link leads to the quiz it was made for, also when it is typed where a code is asked for', () => {
  fc.assert(
    fc.property(code, as, token, (wanted, role, secret) => {
      const link = quizLink('https://quiz.example', { code: wanted, as: role, token: secret })
      expect(quizAddressIn(new URL(link))).toEqual({ type: 'quiz', code: wanted, as: role, token: secret })
      // Browsers keep the fragment to themselves.
      expect(new URL(link).pathname).toBe(`/quiz/${wanted}`)
      expect(typedAddress(` ${link} `)).toEqual({ code: wanted, token: secret })
      expect(typedAddress(` ${wanted} `)).toEqual({ code: wanted, token: null })
    }),
  )
})

test.each([
  ['/quiz', { type: 'lobby' }],
  ['/quiz/', { type: 'lobby' }],
  ['/quiz/a%20b', { type: 'no-room', code: 'a b' }],
  ['/quiz/%E0%A4%A', { type: 'no-room', code: '%E0%A4%A' }],
  [`/quiz/${'a'.repeat(33)}`, { type: 'no-room', code: 'a'.repeat(33) }],
  ['/quiz/abc#token=', { type: 'quiz', code: 'abc', as: 'player', token: null }],
])('%s leads where it can', (path, address) => {
  expect(quizAddressIn(new URL(path, 'https://quiz.example'))).toEqual(address)
})

test('a code is one room, whatever its case', () => {
  expect(roomOf('E3BM-BXZF')).toBe('room_e3bm-bxzf')
})
