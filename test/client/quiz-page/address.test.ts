import { expect, test } from 'vitest'
import { quizAddressIn, quizLink, parseTypedQuiz } from '../../../src/web/quiz/address.js'

const origin = 'https://quiz.example'
const to = { code: 'Abc-1', token: 'sesame' }

test.each(['host', 'player'] as const)('reads the quiz back from its link, as %s', (as) => {
  const link = quizLink(origin, { ...to, as })
  expect(quizAddressIn(new URL(link))).toEqual({ type: 'quiz', ...to, as })
  expect(parseTypedQuiz(link)).toEqual(to)
})

test.each([
  ['/quiz', { type: 'lobby' }],
  ['/quiz/', { type: 'lobby' }],
  ['/quiz/a%20b', { type: 'no-room', code: 'a b' }],
  [`/quiz/${'a'.repeat(33)}`, { type: 'no-room', code: 'a'.repeat(33) }],
])('%s leads where it can', (path, address) => {
  expect(quizAddressIn(new URL(path, origin))).toEqual(address)
})
