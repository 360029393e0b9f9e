import type { Due } from '../kernel/instant.js'
import { earlier } from '../kernel/instant.js'
import { activityNamed } from '../activities/registry.js'
import type { RoomCommand } from './commands.js'
import { running } from './run-activity.js'
import type { RoomState } from './state.js'

/**
 * The next moment at which the room wants to be told the time. Of one instant: members first, then modules in the
 * order in which the record has them, which the log alone decides.
 */
export const due = (state: RoomState): Due<RoomCommand> | undefined => {
  if (state.phase !== 'open') return undefined
  const first = state.away[0]
  let next: Due<RoomCommand> | undefined =
    first === undefined
      ? undefined
      : { at: first.until, command: { type: 'expire', memberId: first.memberId } }
  for (const name in state.modules) {
    const module = state.modules[name]
    if (module === undefined || !module.active) continue
    const wanted = running(name, () => activityNamed(module.activity).due(module.state))
    if (wanted === undefined) continue
    next = earlier(next, { at: wanted.at, command: { type: 'act', module: name, command: wanted.command } })
  }
  return next
}
