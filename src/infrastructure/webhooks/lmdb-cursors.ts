import { epoch } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Connection } from '../storage/lmdb/connection.js'
import type { Cursor, Cursors } from './cursors.js'

/**
 * In the file of the logs, not beside it: transactions of one file come through a crash in their order, so no cursor is
 * there without the records that it counts; and a backup has both as they were at one moment.
 */
export const lmdbCursors = ({ inTurn, reading }: Connection): Cursors => ({
  find: (rooms) => () =>
    reading(({ webhookCursors }) => {
      const found = new Map<RoomId, Cursor>()
      for (const room of rooms) {
        const cursor = cursorIn(webhookCursors.get(room))
        if (cursor !== undefined) found.set(room, cursor)
      }
      return found
    }),

  write: (cursors) => () =>
    inTurn(async ({ root, webhookCursors }) => {
      await root.batch(() => {
        for (const [room, cursor] of cursors) void webhookCursors.put(room, JSON.stringify(cursor))
      })
    }),

  isOn: () => reading(({ root }) => root.get(onKey) === on),

  turn: (wanted) => () =>
    inTurn(async ({ root }) => {
      if ((root.get(onKey) === on) === wanted) return
      await (wanted ? root.put(onKey, on) : root.remove(onKey))
    }),
})

/** Among the names of the tables, which lmdb keeps in the same place. */
const onKey = 'webhooks'
const on = 'on'

/** One that cannot be read is none: the room is told from its beginning, and the receiver knows what it has had. */
const cursorIn = (text: string | undefined): Cursor | undefined => {
  if (text === undefined) return undefined
  try {
    const stored: unknown = JSON.parse(text)
    return isStored(stored) ? { ...stored, epoch: epoch(stored.epoch) } : undefined
  } catch {
    return undefined
  }
}

interface Stored {
  readonly epoch: string
  readonly seq: number
  readonly failingSince: number | null
}

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' &&
  value !== null &&
  'epoch' in value &&
  typeof value.epoch === 'string' &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  'failingSince' in value &&
  (value.failingSince === null || typeof value.failingSince === 'number')
