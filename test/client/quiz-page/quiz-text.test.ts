import { describe, expect, test } from 'vitest'
import {
  hostErrorText,
  lateAnswerText,
  ordinal,
  pointsText,
  quizErrorText,
} from '../../../src/web/quiz/room/quiz-text.js'
import { choiceOfKey, letterOf } from '../../../src/web/quiz/show/letters.js'

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [13, '13th'],
  [21, '21st'],
  [111, '111th'],
  [1_002, '1002nd'],
])('place %i is the %s', (place, words) => {
  expect(ordinal(place)).toBe(words)
})

test('writes one point in the singular', () => {
  expect([0, 1, 1_500].map(pointsText)).toEqual(['0 points', '1 point', '1,500 points'])
})

test('maps a letter or a number key to its choice, and no other key', () => {
  expect([0, 1, 9].map(letterOf)).toEqual(['A', 'B', 'J'])
  expect(['a', 'B', '1', '2', 'c'].map((key) => choiceOfKey(key, 3))).toEqual([0, 1, 0, 1, 2])
  expect(['d', '4', '0', ' ', 'Enter', 'é', ''].map((key) => choiceOfKey(key, 3))).toEqual(
    Array(7).fill(null),
  )
  expect([choiceOfKey('0', 10), choiceOfKey('j', 10)]).toEqual([9, 9])
})

describe('the text of an error', () => {
  const errorOf = (code: string, path?: string) => ({ code, message: 'must be so', ...(path && { path }) })

  test('says what it means to a player', () => {
    expect(quizErrorText(errorOf('stale-move'))).toBe('Too late: the question had closed.')
    expect(quizErrorText(errorOf('access-denied'))).toMatch(/^This quiz is private/)
    expect(quizErrorText(errorOf('token-expired'))).toMatch(/^Your sign-in has run out/)
    expect(quizErrorText(errorOf('never-heard'))).toBe('must be so (never-heard)')
  })

  test('names the question to a host', () => {
    expect(hostErrorText(errorOf('invalid-payload', 'questions.2.text'))).toBe(
      'Question 3 cannot be asked like this: its text must be so.',
    )
    expect(hostErrorText(errorOf('draw-running'))).toMatch(/^A quiz is running/)
    expect(hostErrorText(errorOf('stale-move'))).toBe('Too late: the question had closed.')
  })
})

test('reports an answer that was too late during the next question only', () => {
  const refused = (code: string) =>
    ({ type: 'refused', choice: 0, number: 1, closesAt: 5, error: { code, message: '' } }) as const
  expect(lateAnswerText({ closesAt: 9 }, refused('stale-move'))).toBe(
    'Too late: question 1 had closed, and your answer to it does not count.',
  )
  expect(lateAnswerText({ closesAt: 5 }, refused('stale-move'))).toBe(null)
  expect(lateAnswerText({ closesAt: 9 }, refused('not-your-turn'))).toBe(null)
  expect(lateAnswerText({ closesAt: 9 }, { type: 'none' })).toBe(null)
})
