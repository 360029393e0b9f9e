import * as E from '#fp/Either'
import type { Activity } from '../../kernel/activity.js'
import type { Relay } from './decide.js'
import { decide } from './decide.js'
import type { RelayEvent } from './events.js'
import { schemas } from './events.js'
import type { RelayState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'

/** For modules that the engine does not know: their events are logged and passed on in order. */
export const relay: Activity<RelayState, Relay, RelayEvent> = {
  name: 'relay',
  commands: ['relay'] satisfies ReadonlyArray<Relay['type']>,
  foldVersion: 1,
  schemas,
  moduleOf: ({ data }) => data.module,
  initial,
  open: () => [],
  close: () => E.right([]),
  decide,
  evolve,
  nextTimer: () => undefined,
  redactState,
  redactEvent,
}

export type { Relay } from './decide.js'
export type { RelayEvent } from './events.js'
export type { RelayState } from './state.js'
