import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { ActivityCommand } from '../../domain/kernel/activity.js'
import { lookup } from '../../domain/kernel/record.js'
import type { Malformed } from '../../domain/kernel/rejection.js'
import type { RoomModel } from '../../domain/room/index.js'

/**
 * Decodes a command of a module by its name on the wire. The room rejects a module that is unknown or not active, so a
 * command for one decodes whatever its name.
 */
export const decodeModuleCommand = (
  module: string,
  name: string,
  payload: unknown,
  /** the field in which the client named the command */
  nameField: 'type' | 'event',
  model: RoomModel,
): Either<Malformed, ActivityCommand> => {
  const activity = model.activity(model.activityFor(module) ?? '')
  if (activity === undefined) return E.right({ type: name })
  const decode = lookup(activity.clientCommands, name)
  if (decode !== undefined) return decode(payload)
  return (
    activity.decodeOther?.(name, payload) ??
    E.left({ type: 'invalid-payload', path: nameField, problem: `names no command of ${activity.name}` })
  )
}
