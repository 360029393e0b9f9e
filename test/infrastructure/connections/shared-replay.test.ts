import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { expectServerContract } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'

/** Counts the records that are read from a store. */
const countReads = (store: EventStore): { readonly store: EventStore; readonly read: () => number } => {
  let read = 0
  return {
    store: {
      ...store,
      read: (room, after, limit) => {
        read += limit
        return store.read(room, after, limit)
      },
    },
    read: () => read,
  }
}

it('reads a room’s log once for all members that reconnect after a restart', async () => {
  const [{ store, read }, clock] = [countReads(memoryEventStore()), virtualClock()]
  const first = await liveServer({ store, clock })
  const broadcaster = await first.client()
  await broadcaster.ask('viewer-join')
  const viewers = await Promise.all(Array.from({ length: 40 }, () => first.client()))
  for (const viewer of viewers) await viewer.ask('viewer-join')
  for (const viewer of viewers) await first.loseConnection(viewer)
  for (let draw = 0; draw < 140; draw++) {
    await broadcaster.ask('startRandom', ['Ann', 'Bob'])
    await broadcaster.ask('cancelRandom')
  }
  await broadcaster.flush()
  await first.crash()
  const emits = broadcaster.events.filter(([event]) => event !== 'viewer-count-update')
  const offsetOf = (missed: number): unknown => emits.at(-1 - missed)?.[1]['seq']

  const second = await liveServer({ store, clock })
  const records = first.log.length
  const before = read()
  const back = await Promise.all(
    viewers.map(({ session }, index) =>
      second.client('/', { sessionId: session.sessionId, offsets: { main: offsetOf(index * 10) } }),
    ),
  )
  for (const client of back) await client.flush()
  // The engine reads the log once at the start, and once for all members; both include what the members wrote.
  expect(read() - before).toBeLessThan(2 * (records + 2 * viewers.length))
  for (const [index, client] of back.entries()) {
    const missed = client.events.filter(([event]) => event !== 'viewer-count-update')
    expect(missed).toEqual(emits.slice(emits.length - index * 10))
  }
  await second.clock.advanceSettled(60_000)
  expect(second.sessions.load().replays).toBe(0)
  await expectServerContract(second)
})
