import { z } from 'zod'
import { epoch } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Connection } from '../storage/lmdb/connection.js'
import { webhooksKey } from '../storage/lmdb/tables.js'
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

  isOn: () => reading(({ root }) => root.get(webhooksKey) === on),

  setOn: (isOn) => () =>
    inTurn(async ({ root }) => {
      if ((root.get(webhooksKey) === on) === isOn) return
      await (isOn ? root.put(webhooksKey, on) : root.remove(webhooksKey))
    }),
})

const on = 'on'

/** An unreadable checkpoint counts as none: the room is delivered again, and the receiver recognises the ids. */
const parseCheckpoint = (text: string | undefined): Checkpoint | undefined => {
  if (text === undefined) return undefined
  try {
    return storedCheckpoint.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const storedCheckpoint = z.object({
  epoch: z.string().transform(epoch),
  seq: z.number(),
  failingSince: z.number().nullable(),
})
