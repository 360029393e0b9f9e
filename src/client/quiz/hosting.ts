import type { QuizRoom } from './quiz-room.js'

/**
 * Who hosts, to somebody who came to host or to play. `nobody`: the quiz was not turned on yet. `gone`: its host has left
 * for good, and another can take over. `gone-in-mid-quiz`: as well, and the clock leads through what was begun.
 */
export type Hosting = 'own' | 'other' | 'nobody' | 'gone' | 'gone-in-mid-quiz' | 'unknown'

export const hostingOf = ({ me, isOn, quiz, people }: QuizRoom): Hosting => {
  if (me === null) return 'unknown'
  const { host, phase } = quiz
  if (!isOn || host === null) return 'nobody'
  if (host.member === me.memberId || (host.userId !== null && host.userId === me.user)) return 'own'
  const isThere = people.some(({ id, user }) => id === host.member || user === host.userId)
  if (isThere) return 'other'
  return phase.type === 'asking' || phase.type === 'closed' ? 'gone-in-mid-quiz' : 'gone'
}
