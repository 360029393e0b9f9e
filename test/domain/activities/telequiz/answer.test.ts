import { describe, expect, test } from 'vitest'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import type { QuizRejection } from '../../../../src/domain/activities/telequiz/errors.js'
import type { CommonRejection } from '../../../../src/domain/kernel/rejection.js'
import { invalidPayload } from '../../../../src/domain/kernel/rejection.js'
import type { Person } from '../../../kit/index.js'
import { asking, firstInstant, person, testRoom } from '../../../kit/index.js'
import {
  ann,
  annsPhone,
  answering,
  bob,
  bobsPhone,
  cy,
  everyone,
  saidIn,
  quizDriver,
  startOf,
  two,
  typesOf,
} from './quizzes.js'

const asked = () => {
  const driver = quizDriver()
  driver.send(startOf(two), ann.memberId)
  return driver
}

type Driver = ReturnType<typeof quizDriver>

/** Rejected with this, and nothing is written. */
const refuses = (
  driver: Driver,
  who: Person | null,
  choice: number,
  rejection: CommonRejection | QuizRejection,
  question?: number,
) => {
  const written = driver.log().length
  driver.send(answering(choice, question), who?.memberId ?? null)
  expect(driver.steps().at(-1)?.decision).toEqual({ _tag: 'Left', left: rejection })
  expect(driver.log()).toHaveLength(written)
}

describe('an answer', () => {
  test('is taken once from each user, whatever device it comes from, and cannot be taken back', () => {
    const driver = asked()
    driver.send(answering(1), bob.memberId)
    refuses(driver, bob, 1, { type: 'question-answered' })
    refuses(driver, bob, 2, { type: 'question-answered' })
    refuses(driver, bobsPhone, 2, { type: 'question-answered' })
    driver.send(answering(0, 1), cy.memberId)
    expect(saidIn('telequiz.answered', driver)).toEqual([
      { number: 1, user: 'user-b', choice: 1 },
      { number: 1, user: cy.memberId, choice: 0 },
    ])
  })

  test('is taken once from a member that has become a user meanwhile', () => {
    const driver = asked()
    driver.send(answering(1), cy.memberId)
    driver.meet([
      {
        [cy.memberId]: {
          id: cy.memberId,
          name: 'cy',
          userId: 'user-c',
          presence: { type: 'connected' },
        },
      },
    ])
    refuses(driver, cy, 0, { type: 'question-answered' })
  })

  test('is none from the host, by whatever device, nor from a stranger or the room’s clock', () => {
    const driver = asked()
    refuses(driver, ann, 1, { type: 'quiz-host' })
    refuses(driver, annsPhone, 1, { type: 'quiz-host' })
    refuses(driver, person('stranger'), 1, { type: 'not-in-room' })
    refuses(driver, null, 1, { type: 'not-in-room' })
  })

  test.each([-1, 3, 0.5, Number.NaN, Infinity])('is a choice that there is, not %d', (choice) => {
    refuses(asked(), bob, choice, invalidPayload('choice', 'must be 0 to 2'))
  })

  test('that names another question than the open one counts for none', () => {
    const driver = asked()
    for (const number of [0, 2, 3, -1, 0.5, Number.NaN]) {
      refuses(driver, bob, 1, { type: 'question-closed' }, number)
    }
  })

  test('counts up to the last millisecond, and not at the end', () => {
    const driver = asked()
    driver.clock.advance(9_999)
    driver.send(answering(1), bob.memberId)
    driver.clock.advance(1)
    refuses(driver, cy, 1, { type: 'question-closed' }, 1)
    expect(saidIn('telequiz.closed', driver)).toEqual([{ number: 1, answer: 1, counts: [0, 1, 0] }])
  })

  test('is late at the end even where nobody has closed the question yet', () => {
    const driver = asked()
    const at = firstInstant + 10_000
    const facts = { id: testRoom, members: everyone, leader: null }
    expect(telequiz.decide(asking(answering(1), bob.memberId, { at }), driver.state(), facts)).toEqual({
      _tag: 'Left',
      left: { type: 'question-closed' },
    })
  })

  test('that is late does not count for the next question if it names its own', () => {
    const driver = asked()
    driver.clock.advance(13_000)
    expect(typesOf(driver).at(-1)).toBe('question')
    refuses(driver, bob, 1, { type: 'question-closed' }, 1)
    driver.send(answering(1, 2), bob.memberId)
    expect(saidIn('telequiz.answered', driver)).toEqual([{ number: 2, user: 'user-b', choice: 1 }])
  })

  test('is refused before a quiz, in its pause and after it', () => {
    const driver = quizDriver()
    refuses(driver, bob, 0, { type: 'no-quiz' })
    driver.send(startOf(two), ann.memberId)
    driver.clock.advance(10_000)
    refuses(driver, bob, 0, { type: 'question-closed' })
    driver.clock.advance(3_000 + 20_000)
    refuses(driver, bob, 0, { type: 'no-quiz' })
  })
})
