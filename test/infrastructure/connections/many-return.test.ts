import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keepsItsPromises } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'

/** Counts the records that are read from it. */
const counting = (store: EventStore): { readonly store: EventStore; readonly read: () => number } => {
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

it('reads a room’s log once for all who come back to it after a restart', async () => {
  const [{ store, read }, clock] = [counting(memoryEventStore()), virtualClock()]
  const first = await liveServer({ store, clock })
  const leader = await first.client()
  await leader.ask('viewer-join')
  const viewers = await Promise.all(Array.from({ length: 40 }, () => first.client()))
  for (const viewer of viewers) await viewer.ask('viewer-join')
  for (const viewer of viewers) await first.loses(viewer)
  for (let draw = 0; draw < 140; draw++) {
    await leader.ask('startRandom', ['Ann', 'Bob'])
    await leader.ask('cancelRandom')
  }
  await leader.fence()
  await first.crash()
  const news = leader.heard.filter(([event]) => event !== 'viewer-count-update')
  const offsetOf = (missed: number): unknown => news.at(-1 - missed)?.[1]['seq']

  const second = await liveServer({ store, clock })
  const records = first.log.length
  const before = read()
  const back = await Promise.all(
    viewers.map(({ session }, place) =>
      second.client('/', { sessionId: session.sessionId, offsets: { main: offsetOf(place * 10) } }),
    ),
  )
  for (const client of back) await client.fence()
  // Once by the engine at the start, once for all of them, and what they themselves wrote.
  expect(read() - before).toBeLessThan(2 * (records + 2 * viewers.length))
  for (const [place, client] of back.entries()) {
    const missed = client.heard.filter(([event]) => event !== 'viewer-count-update')
    expect(missed).toEqual(news.slice(news.length - place * 10))
  }
  await second.clock.advanceSettled(60_000)
  expect(second.sessions.load().replays).toBe(0)
  await keepsItsPromises(second)
})
