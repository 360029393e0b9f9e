import * as E from '#fp/Either'
import type { Ask } from '../kernel/command-context.js'
import { lookup } from '../kernel/record.js'
import { entryIn } from '../kernel/table.js'
import { invalidPayload } from '../kernel/rejection.js'
import { activityFor, activityNamed } from '../activities/registry.js'
import type { Act, Activate, Deactivate, Fail } from './commands.js'
import type { Decision } from './decision.js'
import type { RoomEvent } from './events.js'
import { memberAsking } from './membership.js'
import { running } from './run-activity.js'
import type { Room } from './state.js'
import { stateFor } from './state.js'

export const activate = (command: Activate, ask: Ask<unknown>, room: Room): Decision => {
  const member = memberAsking(ask.by, room)
  if (E.isLeft(member)) return member
  const { activity, options } = command
  if (activityFor(activity) === undefined) return E.left({ type: 'unknown-activity', activity })
  return E.right(activating(activity, options, ask, room))
}

/** Nothing where it is on already. A module that was off goes on from where it stood. */
export const activating = (
  name: string,
  options: unknown,
  ask: Ask<unknown>,
  room: Pick<Room, 'id' | 'members' | 'modules'>,
): ReadonlyArray<RoomEvent> => {
  const known = lookup(room.modules, name)
  const runBy = activityFor(name)
  if (runBy === undefined || known?.active === true) return []
  return [
    { type: 'room.activity-activated', data: { activity: name, runBy, options } },
    ...running(name, () =>
      activityNamed(runBy).open({ ...ask, command: options }, stateFor(name, runBy, room), room),
    ),
  ]
}

export const deactivate = (command: Deactivate, ask: Ask<unknown>, room: Room): Decision => {
  const member = memberAsking(ask.by, room)
  if (E.isLeft(member)) return member
  const name = command.activity
  if (activityFor(name) === undefined) return E.left({ type: 'unknown-activity', activity: name })
  const module = lookup(room.modules, name)
  if (module === undefined || !module.active) return E.left({ type: 'activity-inactive', activity: name })
  const closed = running(name, () =>
    activityNamed(module.activity).close({ ...ask, command: null }, module.state, room),
  )
  if (E.isLeft(closed)) return closed
  return E.right([...closed.right, { type: 'room.activity-deactivated', data: { activity: name } }])
}

/** What an activity wrote until now stays, and so does its state; whoever turns it on again may be luckier. */
export const fail = ({ activity }: Fail, room: Room): Decision =>
  lookup(room.modules, activity)?.active === true
    ? E.right([{ type: 'room.activity-deactivated', data: { activity, reason: 'failed' } }])
    : E.right([])

/** By a member, or by the room's own clock. */
export const act = ({ module: name, command }: Act, ask: Ask<unknown>, room: Room): Decision => {
  if (ask.by !== null && entryIn(room.members, ask.by) === undefined) return E.left({ type: 'not-in-room' })
  if (activityFor(name) === undefined) return E.left({ type: 'unknown-activity', activity: name })
  const module = lookup(room.modules, name)
  if (module === undefined || !module.active) return E.left({ type: 'activity-inactive', activity: name })
  const activity = activityNamed(module.activity)
  if (!activity.commands.includes(command.type)) {
    return E.left(invalidPayload('type', `is no command of ${module.activity}`))
  }
  return running(name, () => activity.decide({ ...ask, command }, module.state, room))
}
