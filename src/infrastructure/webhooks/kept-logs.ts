import * as TE from '#fp/TaskEither'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Webhooks } from './webhooks.js'

/**
 * The store as the engine is to see it: a room is not removed as long as something in its log is to be delivered, and
 * the webhooks end before the store does, after the engine's last record.
 */
export const keptLogs = (store: EventStore, webhooks: Webhooks): EventStore => ({
  ...store,
  remove: (room, epoch, seq) => (webhooks.isWaiting(room) ? TE.right(false) : store.remove(room, epoch, seq)),
  close: async () => {
    await webhooks.stop()
    await store.close()
  },
})
