import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Malformed } from '../../kernel/rejection.js'
import { invalidPayload } from '../../kernel/rejection.js'
import { quizBounds } from './bounds.js'

/** One question as its host wrote it. `answer` is the index of the right choice. */
export interface Question {
  readonly text: string
  readonly choices: ReadonlyArray<string>
  readonly answer: number
  /** How long the question is open. */
  readonly seconds: number
}

export type Questions = readonly [Question, ...ReadonlyArray<Question>]

const {
  questions: maxQuestions,
  textUnits: maxTextUnits,
  choices: maxChoices,
  choiceUnits: maxChoiceUnits,
  seconds: maxSeconds,
} = quizBounds

/** Checks the questions of a quiz. The rejection names the first wrong one. */
export const questionsOf = (questions: ReadonlyArray<Question>): Either<Malformed, Questions> => {
  const [first, ...later] = questions
  if (first === undefined) return E.left(invalidPayload('questions', 'is empty; ask one or more'))
  if (questions.length > maxQuestions) {
    return E.left(invalidPayload('questions', `has ${questions.length}; at most ${maxQuestions} are taken`))
  }
  for (const [index, question] of questions.entries()) {
    const problem = problemIn(question)
    if (problem !== undefined) {
      return E.left(invalidPayload(`questions.${index}.${problem.field}`, problem.what))
    }
  }
  return E.right([first, ...later])
}

interface Problem {
  readonly field: string
  readonly what: string
}

const problemIn = ({ text, choices, answer, seconds }: Question): Problem | undefined => {
  if (!isText(text, maxTextUnits)) {
    return { field: 'text', what: `must have 1 to ${maxTextUnits} characters` }
  }
  if (choices.length < 2 || choices.length > maxChoices) {
    return { field: 'choices', what: `has ${choices.length}; 2 to ${maxChoices} are taken` }
  }
  const wrong = choices.findIndex((choice) => !isText(choice, maxChoiceUnits))
  if (wrong !== -1) {
    return { field: `choices.${wrong}`, what: `must have 1 to ${maxChoiceUnits} characters` }
  }
  if (!isChoice(answer, choices)) return { field: 'answer', what: 'is the index of none of the choices' }
  // Negated, so that NaN is rejected too.
  if (!(seconds >= 1 && seconds <= maxSeconds)) {
    return { field: 'seconds', what: `must be 1 to ${maxSeconds}` }
  }
  return undefined
}

const isText = (text: string, maxUnits: number): boolean =>
  text.length > 0 && text.length <= maxUnits && text.isWellFormed()

export const isChoice = (choice: number, choices: ReadonlyArray<string>): boolean =>
  Number.isInteger(choice) && choice >= 0 && choice < choices.length
