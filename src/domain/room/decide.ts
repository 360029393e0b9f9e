import * as E from '#fp/Either'
import type { Ask } from '../kernel/command-context.js'
import type { RoomCommand } from './commands.js'
import { create } from './create.js'
import type { Decision } from './decision.js'
import { withDepartures } from './departures.js'
import { enter } from './enter.js'
import { disconnect, expel, expire, leave, recover, resume } from './membership.js'
import { act, activate, deactivate, fail } from './modules.js'
import type { RoomState } from './state.js'

/** All rules of a room. Gives no event where it already is so; never throws, unless an activity does. */
export const decide = (ask: Ask<RoomCommand>, state: RoomState): Decision =>
  withDepartures(decideCommand(ask, state), ask, state)

const decideCommand = (ask: Ask<RoomCommand>, state: RoomState): Decision => {
  const { command } = ask
  if (command.type === 'create') return create(command, state)
  if (command.type === 'enter') return enter(command, ask, state)
  if (state.phase === 'absent') return E.left({ type: 'room-not-found' })
  if (state.phase === 'closed') return E.left({ type: 'access-denied' })
  switch (command.type) {
    case 'leave':
      return leave(command, ask, state)
    case 'expel':
      return expel(command, ask, state)
    case 'disconnect':
      return disconnect(command, ask, state)
    case 'resume':
      return resume(command, state)
    case 'recover':
      return recover(command, ask, state)
    case 'expire':
      return expire(command, ask, state)
    case 'activate':
      return activate(command, ask, state)
    case 'deactivate':
      return deactivate(command, ask, state)
    case 'fail':
      return fail(command, state)
    case 'act':
      return act(command, ask, state)
  }
}
