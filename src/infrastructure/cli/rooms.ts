import type { IndexEntry } from '../../application/ports/event-store.js'
import type { RoomModel } from '../../domain/room/index.js'
import { described, withDataFolder } from './data-folder.js'
import { Failure, exitCodes } from './failure.js'
import type { Terminal } from './terminal.js'

/** Lists the rooms: name, records, when last written to, whether somebody is in it, what is due. */
export const listRooms = (
  folder: string,
  json: boolean,
  model: RoomModel,
  terminal: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async ({ rooms, unreadable }) => {
    let count = 0
    for await (const entry of rooms()) {
      count++
      await terminal.print(json ? JSON.stringify(entry) : roomLine(entry))
    }
    for (const fault of unreadable) terminal.note(described(fault))
    if (unreadable.length > 0) {
      throw new Failure(`${unreadable.length} of the rooms cannot be listed`, exitCodes.found)
    }
    if (count === 0) terminal.note(`there are no rooms in ${folder}`)
  })

const roomLine = ({ room, seq, lastAt, occupied, due }: IndexEntry): string =>
  [
    room.padEnd(24),
    `${seq} ${seq === 1 ? 'record ' : 'records'}`.padStart(14),
    instant(lastAt),
    ...(occupied ? ['occupied'] : []),
    ...(due === null ? [] : [`due ${instant(due)}`]),
  ].join('  ')

export const instant = (at: number): string => new Date(at).toISOString()
