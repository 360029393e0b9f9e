import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import { withDataFolder } from './data-folder.js'
import { Failure } from './terminal.js'

/** A command that the audit trail records, with the room or the user that it concerns. */
export interface RecordedCommand {
  readonly action: 'roomreel erase' | 'roomreel export'
  readonly room: RoomId | null
  readonly target: string | null
  /** The name of this process in the trail; null: nothing is recorded (`AUDIT=off`). */
  readonly node: string | null
}

/** Records a command before it takes effect; throws if it cannot be recorded. Opens the folder for writing. */
export const recordCommand = async (
  folder: string,
  { action, room, target, node }: RecordedCommand,
  model: RoomModel,
): Promise<void> => {
  if (node === null) return
  await withDataFolder(folder, 'write', model, async ({ store }) => {
    const recorded = await store.audit.record([
      {
        at: Date.now(),
        user: systemUser(),
        isVerified: false,
        roles: [],
        room,
        action,
        target,
        outcome: 'accepted',
        reason: null,
        node,
        address: null,
        request: randomUUID(),
      },
    ])()
    if (E.isLeft(recorded))
      throw new Failure(`${action} cannot be recorded in the audit trail: ${recorded.left.problem}`)
  })
}

/** The operating system's user; null if it has no name. */
const systemUser = (): string | null => {
  try {
    return `os:${userInfo().username}`
  } catch {
    return null
  }
}
