import type { CommandContext } from '../../kernel/command-context.js'
import { accept } from '../../kernel/decision.js'
import type { Decision } from '../../kernel/decision.js'
import type { Relay } from './commands.js'
import type { RelayEvent } from './events.js'
import type { RelayState } from './state.js'

export const decide = (
  { command: { event, payload } }: CommandContext<Relay>,
  { module }: RelayState,
): Decision<RelayEvent> => accept({ type: 'relay.event', data: { module, event, payload } })
