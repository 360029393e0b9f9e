import type { Activity } from '../../kernel/activity.js'
import type { QuizCommand } from './decide.js'
import { close, decide, nextTimer, open } from './decide.js'
import type { QuizEvent } from './events.js'
import { schemas } from './events.js'
import type { QuizState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'

/** A quiz: the host's questions one after the other, an answer from each of the others, points for right and quick. */
export const telequiz: Activity<QuizState, QuizCommand, QuizEvent> = {
  name: 'telequiz',
  commands: ['start-quiz', 'give-answer', 'close-question', 'ask-next'] satisfies ReadonlyArray<
    QuizCommand['type']
  >,
  foldVersion: 1,
  hidesBetweenMembers: true,
  schemas,
  initial: () => initial,
  open,
  close,
  decide,
  evolve,
  nextTimer,
  redactState,
  redactEvent,
}

export type { QuizCommand } from './decide.js'
export { pauseMs } from './decide.js'
export type { QuizEvent } from './events.js'
export type { Question } from './questions.js'
export type { Score } from './scores.js'
export type { QuizState } from './state.js'
