import type { Activity } from '../../kernel/activity.js'
import type { QuizCommand } from './decide.js'
import { close, decide, due, open } from './decide.js'
import type { QuizEvent } from './events.js'
import { storage } from './events.js'
import type { QuizState } from './state.js'
import { evolve, initial } from './state.js'
import { shownTo, viewFor } from './redact.js'

/** A quiz: the host's questions one after the other, an answer from each of the others, points for right and quick. */
export const telequiz: Activity<QuizState, QuizCommand, QuizEvent> = {
  name: 'telequiz',
  commands: ['start-quiz', 'give-answer', 'close-question', 'ask-next'] satisfies ReadonlyArray<
    QuizCommand['type']
  >,
  fold: 1,
  hidesBetweenMembers: true,
  storage,
  initial: () => initial,
  open,
  close,
  decide,
  evolve,
  due,
  viewFor,
  shownTo,
}

export type { QuizCommand } from './decide.js'
export { pauseMs } from './decide.js'
export type { QuizEvent } from './events.js'
export type { Question } from './questions.js'
export type { Score } from './scores.js'
export type { QuizState } from './state.js'
