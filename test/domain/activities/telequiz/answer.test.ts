import { describe, expect, test } from 'vitest'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import type { QuizRejection } from '../../../../src/domain/activities/telequiz/errors.js'
import type { CommonRejection } from '../../../../src/domain/kernel/rejection.js'
import { invalidPayload } from '../../../../src/domain/kernel/rejection.js'
import type { Person } from '../../../kit/index.js'
import { contextOf, firstInstant, person, testRoom } from '../../../kit/index.js'
import {
  ann,
  annsPhone,
  answering,
  bob,
  bobsPhone,
  cy,
  everyone,
  dataOf,
  quizDriver,
  startOf,
  two,
  typesOf,
} from './quizzes.js'

const startQuiz = () => {
  const driver = quizDriver()
  driver.send(startOf(two), ann.memberId)
  return driver
}

type Driver = ReturnType<typeof quizDriver>

/** Expects the rejection of an answer, without an event. */
const expectRejection = (
  driver: Driver,
  who: Person | null,
  choice: number,
  rejection: CommonRejection | QuizRejection,
  question?: number,
) => {
  const length = driver.log().length
  driver.send(answering(choice, question), who?.memberId ?? null)
  expect(driver.steps().at(-1)?.decision).toEqual({ _tag: 'Left', left: rejection })
  expect(driver.log()).toHaveLength(length)
}

describe('an answer', () => {
  test('is accepted once from each user on any device', () => {
    const driver = startQuiz()
    driver.send(answering(1), bob.memberId)
    expectRejection(driver, bob, 1, { type: 'question-answered' })
    expectRejection(driver, bob, 2, { type: 'question-answered' })
    expectRejection(driver, bobsPhone, 2, { type: 'question-answered' })
    driver.send(answering(0, 1), cy.memberId)
    expect(dataOf('telequiz.answered', driver)).toEqual([
      { number: 1, user: 'user-b', choice: 1 },
      { number: 1, user: cy.memberId, choice: 0 },
    ])
  })

  test('is accepted once from a member whose user becomes known later', () => {
    const driver = startQuiz()
    driver.send(answering(1), cy.memberId)
    driver.setMembers([
      {
        [cy.memberId]: {
          id: cy.memberId,
          name: 'cy',
          userId: 'user-c',
          presence: { type: 'connected' },
        },
      },
    ])
    expectRejection(driver, cy, 0, { type: 'question-answered' })
  })

  test('is rejected from the host on any device, from a stranger and without an actor', () => {
    const driver = startQuiz()
    expectRejection(driver, ann, 1, { type: 'quiz-host' })
    expectRejection(driver, annsPhone, 1, { type: 'quiz-host' })
    expectRejection(driver, person('stranger'), 1, { type: 'not-in-room' })
    expectRejection(driver, null, 1, { type: 'not-in-room' })
  })

  test.each([-1, 3, 0.5, Number.NaN, Infinity])('with the choice %d is rejected', (choice) => {
    expectRejection(startQuiz(), bob, choice, invalidPayload('choice', 'must be 0 to 2'))
  })

  test('that names another question than the open one is rejected', () => {
    const driver = startQuiz()
    for (const number of [0, 2, 3, -1, 0.5, Number.NaN]) {
      expectRejection(driver, bob, 1, { type: 'question-closed' }, number)
    }
  })

  test('is accepted up to the last millisecond before the end', () => {
    const driver = startQuiz()
    driver.clock.advance(9_999)
    driver.send(answering(1), bob.memberId)
    driver.clock.advance(1)
    expectRejection(driver, cy, 1, { type: 'question-closed' }, 1)
    expect(dataOf('telequiz.closed', driver)).toEqual([{ number: 1, answer: 1, counts: [0, 1, 0] }])
  })

  test('is rejected at the end although the question is not closed yet', () => {
    const driver = startQuiz()
    const at = firstInstant + 10_000
    const view = { id: testRoom, members: everyone, leader: null }
    expect(telequiz.decide(contextOf(answering(1), bob.memberId, { at }), driver.state(), view)).toEqual({
      _tag: 'Left',
      left: { type: 'question-closed' },
    })
  })

  test('that names its question is not accepted for the next question', () => {
    const driver = startQuiz()
    driver.clock.advance(13_000)
    expect(typesOf(driver).at(-1)).toBe('question')
    expectRejection(driver, bob, 1, { type: 'question-closed' }, 1)
    driver.send(answering(1, 2), bob.memberId)
    expect(dataOf('telequiz.answered', driver)).toEqual([{ number: 2, user: 'user-b', choice: 1 }])
  })

  test('is rejected before a quiz, in its pause and after it', () => {
    const driver = quizDriver()
    expectRejection(driver, bob, 0, { type: 'no-quiz' })
    driver.send(startOf(two), ann.memberId)
    driver.clock.advance(10_000)
    expectRejection(driver, bob, 0, { type: 'question-closed' })
    driver.clock.advance(3_000 + 20_000)
    expectRejection(driver, bob, 0, { type: 'no-quiz' })
  })
})
