import * as E from '#fp/Either'
import { defineActivity } from '../../kernel/activity.js'
import { accept } from '../../kernel/decision.js'
import type { Relay } from './commands.js'
import { decide } from './decide.js'
import type { RelayEvent } from './events.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import type { RelayState } from './state.js'
import { evolve, initial } from './state.js'

/** Runs the modules that only the clients know: their events are logged and delivered in order. */
export const relay = defineActivity<RelayState, Relay, RelayEvent>({
  name: 'relay',
  commands: ['relay'],
  clientCommands: {},
  decodeOther: (event, payload) => E.right({ type: 'relay', event, payload: payload ?? null }),
  errors: {},
  foldVersion: 1,
  schemas,
  moduleOf: ({ data }) => data.module,
  initial,
  open: () => [],
  close: () => accept(),
  decide,
  evolve,
  nextTimer: () => undefined,
  redactState,
  redactEvent,
})

export type { Relay } from './commands.js'
export type { RelayEvent } from './events.js'
export type { RelayState } from './state.js'
