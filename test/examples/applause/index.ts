import type { Activity } from '../../../src/domain/kernel/activity.js'
import type { ApplauseCommand } from './decide.js'
import { close, decide, nextTimer } from './decide.js'
import type { ApplauseEvent } from './events.js'
import { schemas } from './events.js'
import type { ApplauseState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'

/** Ten seconds of applause, a clap a second and member at most. */
export const applause: Activity<ApplauseState, ApplauseCommand, ApplauseEvent> = {
  name: 'applause',
  commands: ['begin', 'clap', 'end'] satisfies ReadonlyArray<ApplauseCommand['type']>,
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
}

export type { ApplauseCommand } from './decide.js'
export type { ApplauseEvent } from './events.js'
export type { ApplauseState } from './state.js'
