import { describe, expect, test } from 'vitest'
import type { Question, QuizEvent } from '../../../../src/domain/activities/telequiz/index.js'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import { invalidPayload } from '../../../../src/domain/kernel/rejection.js'
import { asking, firstInstant, givenActivity, membersOf, person } from '../../../kit/index.js'
import { ann, annsPhone, bob, everyone, startOf, two } from './quizzes.js'

const given = givenActivity(telequiz, everyone)
const opened: QuizEvent = { type: 'telequiz.opened', data: { host: ann.memberId, userId: 'user-a' } }
const [moons, day] = two
const firstAsked: QuizEvent = {
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
  test('asks its first question, and keeps what is right and what comes later apart', () => {
    given(opened)
      .when(asking(startOf(two), ann.memberId))
      .then(firstAsked)
  })

  test('is for its host, who may do it from another device', () => {
    given(opened)
      .when(asking(startOf(two), annsPhone.memberId))
      .then(firstAsked)
    given(opened)
      .when(asking(startOf(two), bob.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('is for nobody who is not in the room, and for nobody where nobody has opened it', () => {
    given(opened)
      .when(asking(startOf(two), person('stranger').memberId))
      .thenRejected({ type: 'not-in-room' })
    given(opened)
      .when(asking(startOf(two)))
      .thenRejected({ type: 'not-in-room' })
    given()
      .when(asking(startOf(two), ann.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('does not make one the host who calls itself by the name of the host’s member, or has no user either', () => {
    const nobody = person('nobody')
    const impostor = person('impostor', nobody.memberId)
    givenActivity(
      telequiz,
      membersOf(nobody, impostor, person('other')),
    )({
      type: 'telequiz.opened',
      data: { host: nobody.memberId, userId: null },
    })
      .when(asking(startOf(two), impostor.memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
    givenActivity(
      telequiz,
      membersOf(nobody, person('other')),
    )({
      type: 'telequiz.opened',
      data: { host: nobody.memberId, userId: null },
    })
      .when(asking(startOf(two), person('other').memberId))
      .thenRejected({ type: 'access-denied', cause: 'host' })
  })

  test('is refused while one runs, in a pause too', () => {
    given(opened, firstAsked)
      .when(asking(startOf(two), ann.memberId))
      .thenRejected({ type: 'quiz-running' })
    given(opened, firstAsked, { type: 'telequiz.closed', data: { number: 1, answer: 1, counts: [0, 0, 0] } })
      .when(asking(startOf(two), ann.memberId))
      .thenRejected({ type: 'quiz-running' })
    given(opened, firstAsked, { type: 'telequiz.finished', data: { table: [] } })
      .when(asking(startOf(two), ann.memberId))
      .then(firstAsked)
  })
})

describe('a quiz that cannot be asked', () => {
  const refused = (change: Partial<Question>, path: string, problem: string) =>
    given(opened)
      .when(asking(startOf([moons, { ...moons, ...change }]), ann.memberId))
      .thenRejected(invalidPayload(`questions.1.${path}`, problem))

  test.each(['', 'x'.repeat(1_001), '\ud800', 'a\udfff'])('has a question without a text: %j', (text) => {
    refused({ text }, 'text', 'must have 1 to 1000 characters')
  })

  test.each([0, 1, 11, 10_000])('has a question with %i choices', (count) => {
    const choices = Array.from({ length: count }, () => 'a')
    refused({ choices }, 'choices', `has ${count}; 2 to 10 are taken`)
  })

  test.each(['', 'x'.repeat(201), '\ud800'])('has a choice that is none: %j', (choice) => {
    refused({ choices: ['a', choice] }, 'choices.1', 'must have 1 to 200 characters')
  })

  test.each([-1, 3, 0.5, Number.NaN, Infinity, 2 ** 53])('has no right choice: %d', (answer) => {
    refused({ answer }, 'answer', 'is the index of none of the choices')
  })

  test.each([0, 0.999, -1, 300.5, Number.NaN, Infinity])(
    'is open for no time that there is: %d s',
    (seconds) => {
      refused({ seconds }, 'seconds', 'must be 1 to 300')
    },
  )

  test('has no question, or a hundred and one', () => {
    given(opened)
      .when(asking(startOf([]), ann.memberId))
      .thenRejected(invalidPayload('questions', 'is empty; ask one or more'))
    given(opened)
      .when(asking(startOf(Array.from({ length: 101 }, () => moons)), ann.memberId))
      .thenRejected(invalidPayload('questions', 'has 101; at most 100 are taken'))
  })

  test('is not one at all its bounds', () => {
    const largest: Question = {
      text: 'x'.repeat(1_000),
      choices: Array.from({ length: 10 }, () => 'y'.repeat(200)),
      answer: 9,
      seconds: 300,
    }
    const hundred = Array.from({ length: 100 }, () => largest)
    given(opened)
      .when(asking(startOf(hundred), ann.memberId))
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
