import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

/** A store whose reading can be held up: what happens meanwhile happens while somebody is being caught up. */
export const gated = () => {
  const memory = memoryEventStore()
  let waiting: Array<() => void> | null = null
  const store: EventStore = {
    ...memory,
    read: (room, after, limit) => async () => {
      if (waiting !== null) await new Promise<void>((resolve) => waiting?.push(resolve))
      return memory.read(room, after, limit)()
    },
  }
  return {
    store,
    close: () => {
      waiting = []
    },
    isWaiting: () => waiting !== null && waiting.length > 0,
    open: () => {
      const all = waiting ?? []
      waiting = null
      for (const each of all) each()
    },
  }
}
