import * as E from '#fp/Either'
import type { CommandContext } from '../kernel/command-context.js'
import { lookup } from '../kernel/record.js'
import { entryIn } from '../kernel/table.js'
import { invalidPayload } from '../kernel/rejection.js'
import type { RunModuleCommand, Activate, Deactivate, DeactivateFailedModule } from './commands.js'
import type { Decision } from './decision.js'
import type { RoomEvent } from './events.js'
import { requireMember } from './membership.js'
import type { RoomPlugins } from './plugins.js'
import { activityFor, activityNamed, viewOf } from './plugins.js'
import { runActivity } from './run-activity.js'
import type { Room } from './state.js'
import { moduleStateFor } from './state.js'

export const activate = (
  command: Activate,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const member = requireMember(context.by, room)
  if (E.isLeft(member)) return member
  const { activity, options } = command
  if (activityFor(activity, plugins) === undefined) return E.left({ type: 'unknown-activity', activity })
  return E.right(activationEvents(activity, options, context, room, plugins))
}

/** Nothing where it is on already. A module that was off goes on from where it stood. */
export const activationEvents = (
  name: string,
  options: unknown,
  context: CommandContext<unknown>,
  room: Pick<Room, 'id' | 'members' | 'modules'>,
  plugins: RoomPlugins,
): ReadonlyArray<RoomEvent> => {
  const known = lookup(room.modules, name)
  const runBy = activityFor(name, plugins)
  if (runBy === undefined || known?.active === true) return []
  return [
    { type: 'room.activity-activated', data: { activity: name, runBy, options } },
    ...runActivity(name, () =>
      activityNamed(runBy, plugins).open(
        { ...context, command: options },
        moduleStateFor(name, runBy, room, plugins),
        viewOf(room, plugins),
      ),
    ),
  ]
}

export const deactivate = (
  command: Deactivate,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const member = requireMember(context.by, room)
  if (E.isLeft(member)) return member
  const name = command.activity
  if (activityFor(name, plugins) === undefined) return E.left({ type: 'unknown-activity', activity: name })
  const module = lookup(room.modules, name)
  if (module === undefined || !module.active) return E.left({ type: 'activity-inactive', activity: name })
  const closed = runActivity(name, () =>
    activityNamed(module.activity, plugins).close(
      { ...context, command: null },
      module.state,
      viewOf(room, plugins),
    ),
  )
  if (E.isLeft(closed)) return closed
  return E.right([...closed.right, { type: 'room.activity-deactivated', data: { activity: name } }])
}

/** What an activity wrote until now stays, and so does its state; whoever turns it on again may be luckier. */
export const deactivateFailedModule = ({ activity }: DeactivateFailedModule, room: Room): Decision =>
  lookup(room.modules, activity)?.active === true
    ? E.right([{ type: 'room.activity-deactivated', data: { activity, reason: 'failed' } }])
    : E.right([])

/** By a member, or by the room's own clock. */
export const runModuleCommand = (
  { module: name, command }: RunModuleCommand,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  if (context.by !== null && entryIn(room.members, context.by) === undefined)
    return E.left({ type: 'not-in-room' })
  if (activityFor(name, plugins) === undefined) return E.left({ type: 'unknown-activity', activity: name })
  const module = lookup(room.modules, name)
  if (module === undefined || !module.active) return E.left({ type: 'activity-inactive', activity: name })
  const activity = activityNamed(module.activity, plugins)
  if (!activity.commands.includes(command.type)) {
    return E.left(invalidPayload('type', `is no command of ${module.activity}`))
  }
  return runActivity(name, () =>
    activity.decide({ ...context, command }, module.state, viewOf(room, plugins)),
  )
}
