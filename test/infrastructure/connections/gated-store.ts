import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

/** A store whose reads wait while the gate is closed, so that a test can act during a catch-up. */
export const gatedStore = () => {
  const memory = memoryEventStore()
  let blockedReads: Array<() => void> | null = null
  const store: EventStore = {
    ...memory,
    read: (room, after, limit) => async () => {
      if (blockedReads !== null) await new Promise<void>((resolve) => blockedReads?.push(resolve))
      return memory.read(room, after, limit)()
    },
  }
  return {
    store,
    close: () => {
      blockedReads = []
    },
    isWaiting: () => blockedReads !== null && blockedReads.length > 0,
    open: () => {
      const reads = blockedReads ?? []
      blockedReads = null
      for (const resume of reads) resume()
    },
  }
}
