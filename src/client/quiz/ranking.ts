import { pointsFor } from '../../domain/activities/telequiz/scores.js'
import type { Person } from './people.js'
import type { QuizRoom, Round } from './quiz-room.js'

export interface Standing {
  readonly user: string
  readonly name: string | null
  readonly score: number
  /** from 1; equals share one, and the place behind them stays empty */
  readonly place: number
  readonly isOwn: boolean
}

/** Where everybody stands after the last question that closed, the best first. */
export const standings = ({ quiz, people, gone, me }: QuizRoom): ReadonlyArray<Standing> => {
  const names = new Map<string, string | null>()
  for (const { user, name } of [...gone, ...people]) names.set(user, name ?? names.get(user) ?? null)
  const places = new Map<number, number>()
  for (const [above, { score }] of quiz.table.entries()) if (!places.has(score)) places.set(score, above + 1)
  return quiz.table.map(({ user, score }) => ({
    user,
    name: names.get(user) ?? null,
    score,
    place: places.get(score) ?? 0,
    isOwn: user === me?.user,
  }))
}

/** What one's own answer to a question that has closed was worth; 0 for a wrong one and for none. */
export const pointsOf = ({ question, answer, own }: Round): number =>
  own !== null && own.choice === answer ? pointsFor(own.at, question.openedAt, question.closesAt) : 0

/** Everybody in the room but the host, who knows the answers. */
export const playersIn = ({ people, quiz }: QuizRoom): ReadonlyArray<Person> =>
  people.filter(({ id }) => id !== quiz.host?.member)

/** One's own answer to the open question, by this connection or an earlier one. */
export const ownChoice = ({ quiz, own }: QuizRoom): number | null => {
  if (quiz.phase.type !== 'asking') return null
  return own[quiz.phase.question.number]?.choice ?? null
}
