import fc from 'fast-check'
import type { Question, QuizCommand } from '../../../src/domain/activities/telequiz/index.js'

/**
 * Few and mostly short questions, so that sessions finish. Their texts are unique in a session, so that a leaked text
 * identifies its question.
 */
const questions: fc.Arbitrary<ReadonlyArray<Question>> = fc
  .record({
    quiz: fc.noBias(fc.nat()),
    all: fc.array(
      fc.record({
        choices: fc.constantFrom<ReadonlyArray<string>>(['yes', 'no'], ['1', '2', '3'], ['é', '名', '🎲']),
        seconds: fc.constantFrom(1, 1, 2, 5, 1.5, 300),
        right: fc.nat({ max: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ quiz, all }) =>
    all.map(({ choices, seconds, right }, index) => ({
      text: `canary-${quiz}-${index + 1}?`,
      choices: choices.map((choice) => `${choice}-${quiz}-${index}`),
      answer: right % choices.length,
      seconds,
    })),
  )

const nastyTexts = fc.constantFrom('', 'x'.repeat(1_001), '\ud800', '__proto__', '\0', 'fine')

const nastyNumbers = fc.constantFrom(-1, 0, 1, 2, 10, 0.5, 301, Number.NaN, Infinity, 2 ** 53)

const nastyQuestions: fc.Arbitrary<ReadonlyArray<Question>> = fc.array(
  fc.record({
    text: nastyTexts,
    choices: fc.oneof(
      fc.array(nastyTexts, { maxLength: 12, size: 'max' }),
      fc.constantFrom(
        ['a', 'b'],
        ['a'],
        Array.from({ length: 11 }, () => 'a'),
      ),
    ),
    answer: nastyNumbers,
    seconds: nastyNumbers,
  }),
  { maxLength: 1 },
)

const answers: fc.Arbitrary<QuizCommand> = fc
  .record({
    choice: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: nastyNumbers }),
    question: fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: nastyNumbers },
    ),
  })
  .map(({ choice, question }) => ({
    type: 'give-answer',
    choice,
    ...(question === null ? {} : { question }),
  }))

/** The timer's commands, sent by a member: they must have no effect. */
const foreignTimers: fc.Arbitrary<QuizCommand> = fc.record({
  type: fc.constantFrom('close-question' as const, 'ask-next' as const),
  number: fc.oneof(fc.integer({ min: 1, max: 3 }), nastyNumbers),
})

/** Commands of a quiz, mostly valid. */
export const quizCommands: fc.Arbitrary<QuizCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: questions.map((all): QuizCommand => ({ type: 'start-quiz', questions: all })),
  },
  {
    weight: 1,
    arbitrary: nastyQuestions.map((all): QuizCommand => ({ type: 'start-quiz', questions: all })),
  },
  { weight: 7, arbitrary: answers },
  { weight: 1, arbitrary: foreignTimers },
)
