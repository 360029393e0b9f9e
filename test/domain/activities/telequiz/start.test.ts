import { describe, expect, test } from 'vitest'
import type { Question, QuizEvent } from '../../../../src/domain/activities/telequiz/index.js'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import { invalidPayload } from '../../../../src/domain/kernel/rejection.js'
import { contextOf, firstInstant, givenActivity, membersOf, person } from '../../../kit/index.js'
import { ann, annsPhone, bob, everyone, startOf, two } from './quizzes.js'

const given = givenActivity(telequiz, everyone)
const opened: QuizEvent = { type: 'telequiz.opened', data: { host: ann.memberId, userId: 'user-a' } }
const [moons, day] = two
const firstQuestion: QuizEvent = {
  type: 'telequiz.question',
  data: {
    number: 1,
    of: 2,
    text: 'Which planet has the most moons?',
    choices: ['Jupiter', 'Saturn', 'Uranus'],
    closesAt: firstInstant + 10_000,
  },
  secret: { answer: 1, later: [day] },
}

describe('starting a quiz', () => {
  test('asks its first question, with the answer and the later questions as its secret', () => {
    given(opened)
      .when(contextOf(startOf(two), ann.memberId))
      .then(firstQuestion)
  })

  test('is allowed to the host on any device, and rejected from others', () => {
    given(opened)
      .when(contextOf(startOf(two), annsPhone.memberId))
      .then(firstQuestion)
    given(opened)
      .when(contextOf(startOf(two), bob.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('is rejected from a stranger, without an actor and without an opened quiz', () => {
    given(opened)
      .when(contextOf(startOf(two), person('stranger').memberId))
      .thenRejected({ type: 'not-in-room' })
    given(opened)
      .when(contextOf(startOf(two)))
      .thenRejected({ type: 'not-in-room' })
    given()
      .when(contextOf(startOf(two), ann.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('is rejected from a user whose id is the host’s member id, and from another member without a user', () => {
    const host = person('host')
    const impostor = person('impostor', host.memberId)
    givenActivity(
      telequiz,
      membersOf(host, impostor, person('other')),
    )({
      type: 'telequiz.opened',
      data: { host: host.memberId, userId: null },
    })
      .when(contextOf(startOf(two), impostor.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
    givenActivity(
      telequiz,
      membersOf(host, person('other')),
    )({
      type: 'telequiz.opened',
      data: { host: host.memberId, userId: null },
    })
      .when(contextOf(startOf(two), person('other').memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('is rejected during a quiz, also in a pause', () => {
    given(opened, firstQuestion)
      .when(contextOf(startOf(two), ann.memberId))
      .thenRejected({ type: 'quiz-running' })
    given(opened, firstQuestion, {
      type: 'telequiz.closed',
      data: { number: 1, answer: 1, counts: [0, 0, 0] },
    })
      .when(contextOf(startOf(two), ann.memberId))
      .thenRejected({ type: 'quiz-running' })
    given(opened, firstQuestion, { type: 'telequiz.finished', data: { table: [] } })
      .when(contextOf(startOf(two), ann.memberId))
      .then(firstQuestion)
  })
})

describe('an invalid quiz', () => {
  const expectRejection = (change: Partial<Question>, path: string, problem: string) =>
    given(opened)
      .when(contextOf(startOf([moons, { ...moons, ...change }]), ann.memberId))
      .thenRejected(invalidPayload(`questions.1.${path}`, problem))

  test.each(['', 'x'.repeat(1_001), '\ud800', 'a\udfff'])('has a question with the text %j', (text) => {
    expectRejection({ text }, 'text', 'must have 1 to 1000 characters')
  })

  test.each([0, 1, 11, 10_000])('has a question with %i choices', (count) => {
    const choices = Array.from({ length: count }, () => 'a')
    expectRejection({ choices }, 'choices', `has ${count}; 2 to 10 are taken`)
  })

  test.each(['', 'x'.repeat(201), '\ud800'])('has the choice %j', (choice) => {
    expectRejection({ choices: ['a', choice] }, 'choices.1', 'must have 1 to 200 characters')
  })

  test.each([-1, 3, 0.5, Number.NaN, Infinity, 2 ** 53])('has the right choice %d', (answer) => {
    expectRejection({ answer }, 'answer', 'is the index of none of the choices')
  })

  test.each([0, 0.999, -1, 300.5, Number.NaN, Infinity])(
    'has a question that is open for %d s',
    (seconds) => {
      expectRejection({ seconds }, 'seconds', 'must be 1 to 300')
    },
  )

  test('has no question, or 101 questions', () => {
    given(opened)
      .when(contextOf(startOf([]), ann.memberId))
      .thenRejected(invalidPayload('questions', 'is empty; ask one or more'))
    given(opened)
      .when(contextOf(startOf(Array.from({ length: 101 }, () => moons)), ann.memberId))
      .thenRejected(invalidPayload('questions', 'has 101; at most 100 are taken'))
  })

  test('is not a quiz with every field at its limit', () => {
    const largest: Question = {
      text: 'x'.repeat(1_000),
      choices: Array.from({ length: 10 }, () => 'y'.repeat(200)),
      answer: 9,
      seconds: 300,
    }
    const hundred = Array.from({ length: 100 }, () => largest)
    given(opened)
      .when(contextOf(startOf(hundred), ann.memberId))
      .then({
        type: 'telequiz.question',
        data: {
          number: 1,
          of: 100,
          text: largest.text,
          choices: largest.choices,
          closesAt: firstInstant + 300_000,
        },
        secret: { answer: 9, later: hundred.slice(1) },
      })
    expect(hundred).toHaveLength(100)
  })
})
