import { epoch } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Connection } from '../storage/lmdb/connection.js'
import type { Checkpoint, CheckpointStore } from './checkpoints.js'

/**
 * In the data file of the logs: transactions of one file survive a crash in their order, so no checkpoint exists
 * without the records that it counts; and a backup has both as of one moment.
 */
export const lmdbCheckpointStore = ({ inTurn, reading }: Connection): CheckpointStore => ({
  find: (rooms) => () =>
    reading(({ webhookCheckpoints }) => {
      const found = new Map<RoomId, Checkpoint>()
      for (const room of rooms) {
        const checkpoint = parseCheckpoint(webhookCheckpoints.get(room))
        if (checkpoint !== undefined) found.set(room, checkpoint)
      }
      return found
    }),

  write: (checkpoints) => () =>
    inTurn(async ({ root, webhookCheckpoints }) => {
      await root.batch(() => {
        for (const [room, checkpoint] of checkpoints)
          void webhookCheckpoints.put(room, JSON.stringify(checkpoint))
      })
    }),

  isOn: () => reading(({ root }) => root.get(onKey) === on),

  setOn: (isOn) => () =>
    inTurn(async ({ root }) => {
      if ((root.get(onKey) === on) === isOn) return
      await (isOn ? root.put(onKey, on) : root.remove(onKey))
    }),
})

/** lmdb keeps it in the same table as the names of its tables. */
const onKey = 'webhooks'
const on = 'on'

/** An unreadable checkpoint counts as none: the room is delivered again, and the receiver recognises the ids. */
const parseCheckpoint = (text: string | undefined): Checkpoint | undefined => {
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
