import * as TE from '#fp/TaskEither'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Cursor, Cursors } from './cursors.js'

/** For logs that are in memory, too: gone with the process. */
export const memoryCursors = (): Cursors => {
  const kept = new Map<RoomId, Cursor>()
  let on = false
  return {
    find: (rooms) =>
      TE.fromIO(() => {
        const found = new Map<RoomId, Cursor>()
        for (const room of rooms) {
          const cursor = kept.get(room)
          if (cursor !== undefined) found.set(room, cursor)
        }
        return found
      }),
    write: (cursors) =>
      TE.fromIO(() => {
        for (const [room, cursor] of cursors) kept.set(room, cursor)
      }),
    isOn: TE.fromIO(() => on),
    turn: (wanted) =>
      TE.fromIO(() => {
        on = wanted
      }),
  }
}
