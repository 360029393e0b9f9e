import type { Instant } from '../../kernel/instant.js'

/** `user` as a party names users: the user's id, else the member's. */
export interface Score {
  readonly user: string
  readonly score: number
}

const forBeingRight = 500
const forBeingQuick = 500

/**
 * What a right answer is worth: 500, and of 500 more the part of the question's time that was left, rounded down. So
 * it is 1 000 at once and 500 at the very end: who knows is always before who was quick and wrong, which is 0.
 */
export const pointsFor = (answeredAt: Instant, openedAt: Instant, closesAt: Instant): number => {
  const leftMs = Math.max(0, closesAt - answeredAt)
  return forBeingRight + Math.floor((forBeingQuick * leftMs) / (closesAt - openedAt))
}

/** The table with what was added to it: the best first, and equals by their names, so that it has one order. */
export const addScores = (table: ReadonlyArray<Score>, added: ReadonlyArray<Score>): ReadonlyArray<Score> => {
  const scores = new Map(table.map(({ user, score }) => [user, score]))
  for (const { user, score } of added) scores.set(user, (scores.get(user) ?? 0) + score)
  return [...scores]
    .map(([user, score]) => ({ user, score }))
    .sort((left, right) => right.score - left.score || (left.user < right.user ? -1 : 1))
}
