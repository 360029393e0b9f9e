import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { firstInstant, settled } from '../../kit/index.js'
import {
  startedHarness,
  bob,
  joins,
  dayMs,
  leaves,
  hourMs,
  main,
  other,
  seqs,
  idsOf,
  never,
  ok,
  status,
} from './webhook-harness.js'
import type { Harness } from './webhook-harness.js'

const checkpointOf = async ({ checkpoints }: Harness, room = main): Promise<unknown> => {
  const found = await checkpoints.find([room])()
  return '_tag' in found && found._tag === 'Right' ? found.right.get(room) : undefined
}

describe('webhooks to a receiver that accepts everything', () => {
  test('deliver each event once, in the order of the room', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), joins(bob), leaves(), leaves(bob)])
    await harness.clock.advanceSettled(0)
    expect(harness.posts.map(({ type, seq }) => [type, seq])).toStrictEqual([
      ['member.joined', 2],
      ['member.joined', 3],
      ['member.left', 4],
      ['member.left', 5],
    ])
    expect(idsOf(harness.posts)).toStrictEqual(harness.expected(main))
    await harness.clock.advanceSettled(dayMs)
    expect([harness.posts.length, harness.clock.pending()]).toStrictEqual([4, []])
  })

  test('deliver an event after the receiver has accepted the one before', async () => {
    const harness = await startedHarness()
    let accept: (answer: typeof ok) => void = () => undefined
    harness.reply = () => new Promise((resolve) => (accept = resolve))
    await harness.append(main, [joins(), leaves()])
    await settled()
    expect(seqs(harness)).toStrictEqual([2])
    accept(ok)
    await settled()
    expect(seqs(harness)).toStrictEqual([2, 3])
  })

  test('write a checkpoint at the last event within a second', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins(), leaves()])
    await harness.clock.advanceSettled(1_000)
    expect(await checkpointOf(harness)).toStrictEqual({ epoch: 'epoch-1', seq: 3, failingSince: null })
  })
})

describe('webhooks to a receiver that rejects an event', () => {
  for (const [failure, answer] of [
    ['a server error', status(500)],
    ['a redirect', status(302)],
    ['a client error', status(404)],
    ['no connection', { type: 'unreachable' }],
  ] as const) {
    test(`retry with the same id after ${failure}, and continue with the next event`, async () => {
      const harness = await startedHarness()
      harness.reply = ({ seq }) => (seq === 2 && harness.posts.length < 3 ? answer : ok)
      await harness.append(main, [joins(), leaves()])
      await harness.clock.advanceSettled(dayMs)
      expect(seqs(harness)).toStrictEqual([2, 2, 2, 3])
      expect(new Set(idsOf(harness.posts)).size).toBe(2)
    })
  }

  test('retry after 1 s, doubled each time up to an hour, with jitter', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(503)
    await harness.append(main, [joins()])
    await harness.clock.advanceSettled(dayMs)
    const waits = harness.posts.slice(1).map(({ at }, place) => at - (harness.posts[place]?.at ?? 0))
    const parts = waits.map((ms, place) => ms / Math.min(1_000 * 2 ** place, hourMs))
    expect(parts.length).toBeGreaterThan(25)
    for (const part of parts) {
      expect(part).toBeGreaterThanOrEqual(0.5)
      expect(part).toBeLessThanOrEqual(1.01)
    }
    expect(new Set(parts.map((part) => part.toFixed(3))).size).toBeGreaterThan(10)
  })

  test('abort a request without a reply after 15 s and retry', async () => {
    const harness = await startedHarness()
    harness.reply = () => (harness.posts.length === 1 ? never : ok)
    await harness.append(main, [joins()])
    await harness.clock.advanceSettled(14_999)
    expect(harness.posts.map(({ signal }) => signal.aborted)).toStrictEqual([false])
    await harness.clock.advanceSettled(1)
    expect(harness.posts.map(({ signal }) => signal.aborted)).toStrictEqual([true])
    await harness.clock.advanceSettled(1_000)
    expect(harness.reported.outcomes).toStrictEqual(['timeout', 'delivered'])
  })

  test('start the retry delay at 1 s again after a success', async () => {
    const harness = await startedHarness()
    let failures = 0
    harness.reply = ({ seq }) => {
      if (seq === 2) return harness.clock.now() < firstInstant + 60_000 ? status(500) : ok
      return failures++ === 0 ? status(500) : ok
    }
    await harness.append(main, [joins(), leaves()])
    await harness.clock.advanceSettled(dayMs)
    const [failed, delivered] = harness.posts.filter(({ seq }) => seq === 3)
    expect((delivered?.at ?? 0) - (failed?.at ?? 0)).toBeLessThanOrEqual(1_000)
    expect(failures).toBe(2)
  })

  test('do not delay other rooms', async () => {
    const harness = await startedHarness()
    harness.reply = ({ room }) => (room === main ? status(500) : ok)
    await harness.append(main, [joins(), leaves()])
    await harness.append(other, [joins(), leaves()])
    await settled()
    expect([seqs(harness, main), seqs(harness, other)]).toStrictEqual([[2], [2, 3]])
  })

  test('give up the events of a room after three days and deliver the younger ones', async () => {
    const harness = await startedHarness()
    harness.reply = ({ seq }) => (seq < 4 ? status(500) : ok)
    await harness.append(main, [joins(), joins(bob)])
    await harness.clock.advanceSettled(2 * dayMs)
    await harness.append(main, [leaves()])
    await harness.clock.advanceSettled(dayMs - hourMs)
    expect([harness.reported.givenUp, seqs(harness).includes(4)]).toStrictEqual([[], false])
    await harness.clock.advanceSettled(3 * hourMs)
    expect(harness.reported.givenUp).toStrictEqual([[main, 3, 2]])
    expect(new Set(seqs(harness))).toStrictEqual(new Set([2, 4]))
    expect(await checkpointOf(harness)).toStrictEqual({ epoch: 'epoch-1', seq: 4, failingSince: null })
  })

  test('deliver the events after those given up, also when the process is killed then', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(500)
    await harness.append(main, [joins()])
    await harness.clock.advanceSettled(2 * dayMs)
    await harness.append(main, [leaves()])
    await harness.clock.advanceSettled(dayMs + 2 * hourMs)
    expect(harness.reported.givenUp).toStrictEqual([[main, 2, 1]])
    harness.reply = () => ok
    const posted = harness.posts.length
    await harness.restart()
    expect(seqs(harness).slice(posted)).toStrictEqual([3])
  })

  test('start the three days again after a success in that room', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(500)
    await harness.append(main, [joins(), leaves()])
    await harness.clock.advanceSettled(2 * dayMs)
    harness.reply = ({ seq }) => (seq === 2 ? ok : status(500))
    await harness.clock.advanceSettled(2 * dayMs)
    expect([harness.reported.givenUp, seqs(harness).at(-1)]).toStrictEqual([[], 3])
    await harness.clock.advanceSettled(dayMs + 2 * hourMs)
    expect(harness.reported.givenUp).toStrictEqual([[main, 3, 1]])
  })

  test('count the three days over restarts', async () => {
    const harness = await startedHarness()
    harness.reply = () => status(500)
    await harness.append(main, [joins()])
    for (let day = 0; day < 3; day++) {
      await harness.clock.advanceSettled(dayMs)
      await harness.restart()
    }
    await harness.clock.advanceSettled(2 * hourMs)
    expect(harness.reported.givenUp).toStrictEqual([[main, 2, 1]])
  })

  test('count the three days from the first failure, not from the event', async () => {
    const harness = await startedHarness()
    await harness.append(main, [joins()], 'unpublished')
    harness.kill()
    await harness.clock.advanceSettled(10 * dayMs)
    harness.reply = () => (harness.clock.now() < firstInstant + 12 * dayMs ? status(500) : ok)
    await harness.restart()
    await harness.clock.advanceSettled(3 * dayMs)
    expect([harness.reported.givenUp, harness.reported.outcomes.at(-1)]).toStrictEqual([[], 'delivered'])
  })
})

describe('webhooks to a receiver that replies 410', () => {
  test('stop until the next start, and free their memory', async () => {
    const harness = await startedHarness()
    harness.reply = ({ room }) => (room === main ? status(410) : never)
    await harness.append(other, [joins()])
    await harness.append(main, [joins(), leaves()])
    await settled()
    await harness.append(main, [joins(bob)])
    await harness.clock.advanceSettled(dayMs)
    expect(harness.posts.map(({ room }) => room)).toStrictEqual([other, main])
    expect(harness.posts[0]?.signal.aborted).toBe(true)
    expect(harness.reported.gone).toBe(1)
    expect(harness.webhooks().load()).toStrictEqual({ rooms: 0, events: 0 })
    expect(harness.webhooks().isWaiting(main)).toBe(false)
    expect(harness.clock.pending()).toStrictEqual([])
  })

  test('continue after the next start when the receiver accepts events again', async () => {
    const harness = await startedHarness()
    harness.reply = ({ seq }) => (seq === 2 ? ok : status(410))
    await harness.append(main, [joins(), leaves(), joins(bob)])
    await harness.clock.advanceSettled(dayMs)
    harness.reply = () => ok
    await harness.restart()
    expect(seqs(harness)).toStrictEqual([2, 3, 3, 4])
  })
})

describe('the bounds of webhooks', () => {
  test('limit concurrent requests', async () => {
    const harness = await startedHarness({ limits: { requests: 3 } })
    harness.reply = () => never
    for (let room = 0; room < 10; room++) await harness.append(roomId(`room-${room}`), [joins()])
    await settled()
    expect(harness.posts.length).toBe(3)
    await harness.clock.advanceSettled(15_000)
    expect(harness.posts.length).toBe(6)
  })

  test('limit rooms and events in memory without losing events or their order', async () => {
    const harness = await startedHarness({
      limits: { requests: 2, rooms: 3, events: 5, eventsPerRoom: 4, inTurn: 2, page: 2 },
    })
    harness.reply = () => status(500)
    const rooms = Array.from({ length: 8 }, (_, number) => roomId(`room-${number}`))
    let most = { rooms: 0, events: 0 }
    for (let round = 0; round < 6; round++) {
      for (const room of rooms) {
        await harness.append(room, [joins(), leaves()])
        const load = harness.webhooks().load()
        most = { rooms: Math.max(most.rooms, load.rooms), events: Math.max(most.events, load.events) }
      }
      await harness.clock.advanceSettled(5_000)
    }
    expect(most).toStrictEqual({ rooms: 3, events: 5 })
    const failed = harness.posts.length
    harness.reply = () => ok
    await harness.clock.advanceSettled(dayMs)
    for (const room of rooms) {
      expect(idsOf(harness.posts.slice(failed), room)).toStrictEqual(harness.expected(room))
    }
    expect(harness.webhooks().load()).toStrictEqual({ rooms: 0, events: 0 })
  })
})

describe('the bounds of webhooks after a start', () => {
  const rooms = Array.from({ length: 6 }, (_, number) => roomId(`room-${number}`))

  test('limit rooms and events that are read from the logs', async () => {
    const limits = { rooms: 4, events: 6, eventsPerRoom: 5, page: 6 }
    const harness = await startedHarness({ limits })
    for (const room of rooms)
      await harness.append(room, [joins(), leaves(), joins(), leaves(), joins()], 'unpublished')
    harness.reply = () => status(500)
    await harness.restart()
    await harness.clock.advanceSettled(20_000)
    const { rooms: loadedRooms, events } = harness.webhooks().load()
    expect(loadedRooms).toBe(4)
    expect(events).toBeLessThanOrEqual(limits.events)
    const failed = harness.posts.length
    harness.reply = () => ok
    await harness.clock.advanceSettled(dayMs)
    for (const room of rooms) {
      expect(idsOf(harness.posts.slice(failed), room)).toStrictEqual(harness.expected(room))
    }
  })
})

describe('stopping webhooks', () => {
  test('aborts requests, cancels timers and writes the checkpoints', async () => {
    const harness = await startedHarness()
    harness.reply = ({ room, seq }) => {
      if (room === other) return status(500)
      return seq === 2 ? ok : never
    }
    await harness.append(main, [joins(), leaves()])
    await harness.append(other, [joins()])
    await settled()
    expect(harness.clock.pending().length).toBeGreaterThan(0)
    await harness.webhooks().stop()
    expect(harness.posts.filter(({ seq }) => seq === 3).map(({ signal }) => signal.aborted)).toStrictEqual([
      true,
    ])
    expect(harness.clock.pending()).toStrictEqual([])
    expect(await checkpointOf(harness)).toStrictEqual({ epoch: 'epoch-1', seq: 2, failingSince: null })
    expect(await checkpointOf(harness, other)).toStrictEqual({
      epoch: 'epoch-1',
      seq: 1,
      failingSince: firstInstant,
    })
    await harness.clock.advanceSettled(dayMs)
    expect(harness.posts.length).toBe(3)
  })
})
