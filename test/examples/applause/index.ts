import { defineActivity } from '../../../src/domain/kernel/activity.js'
import { clientCommands } from './commands.js'
import { close, decide, nextTimer } from './decide.js'
import { errors } from './errors.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import { evolve, initial } from './state.js'

/** Ten seconds of applause, with at most one clap a second of each member. */
export const applause = defineActivity({
  name: 'applause',
  commands: ['begin', 'clap', 'end'],
  clientCommands,
  errors,
  foldVersion: 1,
  schemas,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  evolve,
  nextTimer,
  redactState,
  redactEvent,
})

export type { ApplauseCommand } from './commands.js'
export type { ApplauseEvent } from './events.js'
export type { ApplauseState } from './state.js'
