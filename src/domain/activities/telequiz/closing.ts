import { valuesIn } from '../../kernel/table.js'
import type { QuizEvent } from './events.js'
import type { Score } from './scores.js'
import { addScores, pointsFor } from './scores.js'
import type { Phase } from './state.js'

type Asking = Extract<Phase, { readonly type: 'asking' }>

/** The end of a question: the right answer, the ranking, and after the last question the end of the quiz. */
export const closing = (
  { question, answers }: Asking,
  answer: number,
  before: ReadonlyArray<Score>,
): ReadonlyArray<QuizEvent> => {
  const { number, of, choices, openedAt, closesAt } = question
  const given = valuesIn(answers)
  const counts = choices.map((_, index) => given.filter(({ choice }) => choice === index).length)
  const table = addScores(
    before,
    given.map(({ user, choice, at }) => ({
      user,
      score: choice === answer ? pointsFor(at, openedAt, closesAt) : 0,
    })),
  )
  return [
    { type: 'telequiz.closed', data: { number, answer, counts } },
    { type: 'telequiz.scores', data: { number, table } },
    ...(number === of ? [{ type: 'telequiz.finished', data: { table } } as const] : []),
  ]
}
