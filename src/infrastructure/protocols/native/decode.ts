import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomCommand, RoomModel } from '../../../domain/room/index.js'
import { decodeModuleCommand } from '../activity-commands.js'
import type { Malformed } from '../error-mapping.js'
import { decoded } from '../schemas.js'
import { activate, deactivate } from './messages.js'

/** A command by its type on the wire: `room.…` is the room's own, `<module>.<command>` a module's. */
export const decodeCommand = (
  type: string,
  payload: unknown,
  model: RoomModel,
): Either<Malformed, RoomCommand> => {
  const dot = type.indexOf('.')
  const module = type.slice(0, dot)
  if (module === 'room') return decodeOwn(type, payload)
  return E.map((command: Extract<RoomCommand, { type: 'act' }>['command']): RoomCommand => ({
    type: 'act',
    module,
    command,
  }))(decodeModuleCommand(module, type.slice(dot + 1), payload, 'type', model))
}

const decodeOwn = (type: string, payload: unknown): Either<Malformed, RoomCommand> => {
  switch (type) {
    case 'room.activate':
      return E.map(({ activity, options }: { activity: string; options?: unknown }): RoomCommand => ({
        type: 'activate',
        activity,
        options: options ?? null,
      }))(decoded(activate, payload))
    case 'room.deactivate':
      return E.map(({ activity }: { activity: string }): RoomCommand => ({ type: 'deactivate', activity }))(
        decoded(deactivate, payload),
      )
    default:
      return E.left({ type: 'invalid-payload', path: 'type', problem: 'names no command of the room' })
  }
}
