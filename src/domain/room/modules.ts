import * as E from '#fp/Either'
import type { Effect } from '../kernel/activity.js'
import type { CommandContext } from '../kernel/command-context.js'
import type { Timer } from '../kernel/instant.js'
import { earlierTimer } from '../kernel/instant.js'
import { lookup } from '../kernel/record.js'
import { entryIn } from '../kernel/table.js'
import { invalidPayload } from '../kernel/rejection.js'
import type {
  RunModuleCommand,
  Activate,
  Deactivate,
  DeactivateFailedModule,
  RoomCommand,
  Decision,
} from './commands.js'
import type { RoomEvent } from './events.js'
import { requireMember } from './membership.js'
import type { RoomPlugins } from './plugins.js'
import { activityFor, activityNamed, decideIn, runActivity, viewOf } from './plugins.js'
import type { Room, RoomState } from './state.js'
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

/** No events if the module is active. A module that was inactive continues with its state. */
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
  const activity = activityNamed(module.activity, plugins)
  const closed = decideIn(name, activity, () =>
    activity.close({ ...context, command: null }, module.state, viewOf(room, plugins)),
  )
  if (E.isLeft(closed)) return closed
  return E.right([...closed.right, { type: 'room.activity-deactivated', data: { activity: name } }])
}

/** The module keeps its events and its state, and can be activated again. */
export const deactivateFailedModule = ({ activity }: DeactivateFailedModule, room: Room): Decision =>
  lookup(room.modules, activity)?.active === true
    ? E.right([{ type: 'room.activity-deactivated', data: { activity, reason: 'failed' } }])
    : E.right([])

/** Runs a module's command, from a member or from the room's own timer. */
export const runModuleCommand = (
  { module: name, command }: RunModuleCommand,
  context: CommandContext<unknown>,
  room: Room,
  plugins: RoomPlugins,
): Decision => {
  const { at, by, cause, random } = context
  if (by !== null && entryIn(room.members, by) === undefined) return E.left({ type: 'not-in-room' })
  if (activityFor(name, plugins) === undefined) return E.left({ type: 'unknown-activity', activity: name })
  const module = lookup(room.modules, name)
  if (module === undefined || !module.active) return E.left({ type: 'activity-inactive', activity: name })
  const activity = activityNamed(module.activity, plugins)
  if (!activity.commands.includes(command.type)) {
    return E.left(invalidPayload('type', `is no command of ${module.activity}`))
  }
  return decideIn(name, activity, () =>
    activity.decide({ command, at, by, cause, random }, module.state, viewOf(room, plugins)),
  )
}

/** The room's next timer. At one instant, members come before modules, and modules in the order of their activation. */
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
    const timer = runActivity(name, () => activityNamed(module.activity, plugins).nextTimer(module.state))
    if (timer === undefined) continue
    next = earlierTimer(next, {
      at: timer.at,
      command: { type: 'act', module: name, command: timer.command },
    })
  }
  return next
}

/** An effect of one of the room's modules. `key` is unique in the room. */
export interface RoomEffect {
  readonly key: string
  readonly activity: string
  readonly module: string
  readonly effect: Effect
}

/** The effects of all active modules. */
export const effects = (state: RoomState, plugins: RoomPlugins): ReadonlyArray<RoomEffect> => {
  if (state.phase !== 'open') return []
  const found: Array<RoomEffect> = []
  for (const name in state.modules) {
    const module = state.modules[name]
    if (module === undefined || !module.active) continue
    const activity = activityNamed(module.activity, plugins)
    for (const effect of runActivity(name, () => activity.effects?.(module.state) ?? []))
      found.push({ key: `${name} ${effect.key}`, activity: module.activity, module: name, effect })
  }
  return found
}
