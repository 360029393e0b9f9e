import * as E from '#fp/Either'
import type { CommandContext } from '../kernel/command-context.js'
import type { RoomCommand, Decision } from './commands.js'
import { appendDepartures } from './departures.js'
import { createRoom, enterRoom } from './enter.js'
import { disconnect, removeMember, expire, leave, reauthorize, recover, resume } from './membership.js'
import { runModuleCommand, activate, deactivate, deactivateFailedModule } from './modules.js'
import type { RoomPlugins } from './plugins.js'
import type { RoomState } from './state.js'

/** All rules of a room. Gives no event if nothing changes. Throws only if an activity throws. */
export const decide = (
  context: CommandContext<RoomCommand>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => appendDepartures(decideCommand(context, state, plugins), context, state, plugins)

const decideCommand = (
  context: CommandContext<RoomCommand>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => {
  const { command } = context
  if (command.type === 'create') return createRoom(command, state)
  if (command.type === 'enter') return enterRoom(command, context, state, plugins)
  if (state.phase === 'absent') return E.left({ type: 'room-not-found' })
  if (state.phase === 'closed') return E.left({ type: 'access-denied', cause: 'closed' })
  switch (command.type) {
    case 'leave':
      return leave(command, context, state, plugins)
    case 'expel':
      return removeMember(command, context, state, plugins)
    case 'disconnect':
      return disconnect(command, context, state, plugins)
    case 'resume':
      return resume(command, state, plugins)
    case 'reauthorize':
      return reauthorize(command, state, plugins)
    case 'recover':
      return recover(command, context, state)
    case 'expire':
      return expire(command, context, state, plugins)
    case 'activate':
      return activate(command, context, state, plugins)
    case 'deactivate':
      return deactivate(command, context, state, plugins)
    case 'fail':
      return deactivateFailedModule(command, state)
    case 'act':
      return runModuleCommand(command, context, state, plugins)
  }
}
