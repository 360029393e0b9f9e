import { defineActivity } from '../../kernel/activity.js'
import { clientCommands } from './commands.js'
import { close, decide, nextTimer, open } from './decide.js'
import { errors } from './errors.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import { evolve, initial } from './state.js'

/** A verifiable draw: committed, contributed to, shown in 50 ticks of 100 ms, revealed. */
export const randomPicker = defineActivity({
  name: 'random-picker',
  commands: ['start', 'contribute', 'cancel', 'tick'],
  clientCommands,
  errors,
  foldVersion: 1,
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

export type { PickerCommand } from './commands.js'
export type { PickerEvent } from './events.js'
export type { Contribution, DrawMember, Proof } from './fairness.js'
export type { PastDraw, PickerState } from './state.js'
