import type { Timer } from '../kernel/instant.js'
import { earlierTimer } from '../kernel/instant.js'
import type { RoomCommand } from './commands.js'
import type { RoomPlugins } from './plugins.js'
import { activityNamed } from './plugins.js'
import { runActivity } from './run-activity.js'
import type { RoomState } from './state.js'

/**
 * The next moment at which the room wants to be told the time. Of one instant: members first, then modules in the
 * order in which the record has them, which the log alone decides.
 */
export const nextTimer = (state: RoomState, plugins: RoomPlugins): Timer<RoomCommand> | undefined => {
  if (state.phase !== 'open') return undefined
  const first = state.away[0]
  let next: Timer<RoomCommand> | undefined =
    first === undefined
      ? undefined
      : { at: first.until, command: { type: 'expire', memberId: first.memberId } }
  for (const name in state.modules) {
    const module = state.modules[name]
    if (module === undefined || !module.active) continue
    const wanted = runActivity(name, () => activityNamed(module.activity, plugins).nextTimer(module.state))
    if (wanted === undefined) continue
    next = earlierTimer(next, {
      at: wanted.at,
      command: { type: 'act', module: name, command: wanted.command },
    })
  }
  return next
}
