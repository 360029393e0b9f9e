import { pointsFor } from '../../domain/activities/telequiz/scores.js'
import type { Person } from './people.js'
import type { QuizRoom, Round } from './quiz-room.js'

export interface Rank {
  readonly user: string
  readonly name: string | null
  readonly score: number
  /** from 1; equal scores share a place, and the next place is skipped */
  readonly place: number
  readonly isOwn: boolean
}

/** Everybody with points after the last question that closed, the best first. */
export const ranking = ({ quiz, people, formerPeople, me }: QuizRoom): ReadonlyArray<Rank> => {
  const names = new Map<string, string | null>()
  for (const { user, name } of [...formerPeople, ...people]) names.set(user, name ?? names.get(user) ?? null)
  const places = new Map<number, number>()
  for (const [index, { score }] of quiz.table.entries()) if (!places.has(score)) places.set(score, index + 1)
  return quiz.table.map(({ user, score }) => ({
    user,
    name: names.get(user) ?? null,
    score,
    place: places.get(score) ?? 0,
    isOwn: user === me?.user,
  }))
}

/** The points for the own answer to a closed question; 0 for a wrong one and for none. */
export const pointsOf = ({ question, answer, ownAnswer }: Round): number =>
  ownAnswer !== null && ownAnswer.choice === answer
    ? pointsFor(ownAnswer.at, question.openedAt, question.closesAt)
    : 0

/** Everybody in the room except the host, who knows the answers. */
export const playersIn = ({ people, quiz }: QuizRoom): ReadonlyArray<Person> =>
  people.filter(({ id }) => id !== quiz.host?.member)

/** The own answer to the open question, by this connection or an earlier one. */
export const ownChoice = ({ quiz, ownAnswers }: QuizRoom): number | null => {
  if (quiz.phase.type !== 'asking') return null
  return ownAnswers[quiz.phase.question.number]?.choice ?? null
}
