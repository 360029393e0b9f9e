import { defineActivity } from 'roomreel'
import { clientCommands } from './commands.js'
import { close, decide, memberLeft, nextTimer } from './decide.js'
import { errors } from './errors.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import { evolve, initial } from './state.js'

/** A member asks a question, every member may raise a hand or lower it, and the clock closes the question. */
export const showOfHands = defineActivity({
  name: 'show-of-hands',
  commands: ['ask', 'raise', 'lower', 'close'],
  clientCommands,
  errors,
  foldVersion: 1,
  hidesBetweenMembers: true,
  schemas,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  memberLeft,
  evolve,
  nextTimer,
  redactState,
  redactEvent,
})

export type { HandsCommand } from './commands.js'
export type { HandsEvent } from './events.js'
export type { HandsState } from './state.js'
