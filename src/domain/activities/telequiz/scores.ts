import type { Instant } from '../../kernel/instant.js'

/** `user`: the user id, or the member id of a member without one (as in the party protocol). */
export interface Score {
  readonly user: string
  readonly score: number
}

const rightPoints = 500
const speedPoints = 500

/**
 * The points for a right answer: 500, and 500 more times the fraction of the question's time that is left, rounded down.
 * A wrong answer has 0, so knowledge always beats speed.
 */
export const pointsFor = (answeredAt: Instant, openedAt: Instant, closesAt: Instant): number => {
  const leftMs = Math.max(0, closesAt - answeredAt)
  return rightPoints + Math.floor((speedPoints * leftMs) / (closesAt - openedAt))
}

/** The table with the new scores, the best first; equal scores are ordered by user. */
export const addScores = (table: ReadonlyArray<Score>, added: ReadonlyArray<Score>): ReadonlyArray<Score> => {
  const scores = new Map(table.map(({ user, score }) => [user, score]))
  for (const { user, score } of added) scores.set(user, (scores.get(user) ?? 0) + score)
  return [...scores]
    .map(([user, score]) => ({ user, score }))
    .sort((left, right) => right.score - left.score || (left.user < right.user ? -1 : 1))
}
