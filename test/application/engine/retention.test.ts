import * as TE from '#fp/TaskEither'
import { expect, test } from 'vitest'
import type { EventStore, IndexEntry } from '../../../src/application/ports/event-store.js'
import type { Monitor } from '../../../src/application/ports/monitor.js'
import { removeExpiredRooms } from '../../../src/application/engine/retention.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

const nobodyWatches: Monitor = {
  committed: () => undefined,
  rejected: () => undefined,
  faulted: () => undefined,
  conflicted: () => undefined,
  timerLate: () => undefined,
  defect: () => undefined,
}

test('a room that cannot be listed does not stop the removal of later rooms', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const entries = names.map((name): IndexEntry => {
    const room = roomId(name)
    return { room, epoch: epoch('e'), seq: 1, lastAt: 0, due: null, occupied: false }
  })
  const removed: Array<string> = []
  const store: EventStore = {
    ...memoryEventStore(),
    // As with a folder that has one unreadable index entry.
    list: (after, limit) =>
      TE.right(
        entries
          .filter(({ room }) => after === null || room > after)
          .slice(0, limit)
          .filter(({ room }) => room !== 'b'),
      ),
    remove: (room) => TE.fromIO(() => removed.push(room) > 0),
  }
  const count = await removeExpiredRooms(
    store,
    { before: 1, mayRemove: () => true, isActive: () => true },
    2,
    nobodyWatches,
  )
  expect([count, removed]).toEqual([4, ['a', 'c', 'd', 'e']])
})
