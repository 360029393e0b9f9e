import type { Activity } from '../../kernel/activity.js'
import type { PickerCommand } from './decide.js'
import { close, decide, nextTimer, open } from './decide.js'
import type { PickerEvent } from './events.js'
import { schemas } from './events.js'
import type { PickerState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'

/** A draw that anyone can check: committed, contributed to, shown in 50 ticks of 100 ms, revealed. */
export const randomPicker: Activity<PickerState, PickerCommand, PickerEvent> = {
  name: 'random-picker',
  commands: ['start', 'contribute', 'cancel', 'tick'] satisfies ReadonlyArray<PickerCommand['type']>,
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
}

export type { PickerCommand } from './decide.js'
export type { PickerEvent } from './events.js'
export type { Candidate, Contribution, Proof } from './fairness.js'
export type { PastDraw, PickerState } from './state.js'
