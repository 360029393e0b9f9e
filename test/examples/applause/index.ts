import type { Activity } from '../../../src/domain/kernel/activity.js'
import type { ApplauseCommand } from './decide.js'
import { close, decide, due } from './decide.js'
import type { ApplauseEvent } from './events.js'
import { storage } from './events.js'
import type { ApplauseState } from './state.js'
import { evolve, initial } from './state.js'
import { shownTo, viewFor } from './redact.js'

/** Ten seconds of applause, a clap a second and member at most. */
export const applause: Activity<ApplauseState, ApplauseCommand, ApplauseEvent> = {
  name: 'applause',
  commands: ['begin', 'clap', 'end'] satisfies ReadonlyArray<ApplauseCommand['type']>,
  fold: 1,
  storage,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  evolve,
  due,
  viewFor,
  shownTo,
}

export type { ApplauseCommand } from './decide.js'
export type { ApplauseEvent } from './events.js'
export type { ApplauseState } from './state.js'
