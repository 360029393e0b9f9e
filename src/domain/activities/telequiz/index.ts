import { defineActivity } from '../../kernel/activity.js'
import { clientCommands } from './commands.js'
import { close, decide, nextTimer, open } from './decide.js'
import { errors } from './errors.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import { evolve, initial } from './state.js'

/** A quiz: the host's questions in order, one answer from each other member, points for right and quick answers. */
export const telequiz = defineActivity({
  name: 'telequiz',
  commands: ['start-quiz', 'give-answer', 'close-question', 'ask-next'],
  clientCommands,
  errors,
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
})

export type { QuizCommand } from './commands.js'
export { pauseMs } from './decide.js'
export type { QuizEvent } from './events.js'
export type { Question } from './questions.js'
export type { Score } from './scores.js'
export type { QuizState } from './state.js'
