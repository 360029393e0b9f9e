import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { firstInstant, settled } from '../../kit/index.js'
import { begun, bob, comes, dayMs, goes, hourMs, main, other, seqs } from './coming-and-going.js'
import type { Scene } from './scene.js'
import { idsOf, never, ok, status } from './scene.js'

const cursorOf = async ({ cursors }: Scene, room = main): Promise<unknown> => {
  const found = await cursors.find([room])()
  return '_tag' in found && found._tag === 'Right' ? found.right.get(room) : undefined
}

describe('a receiver that takes everything', () => {
  test('is told of each event once, in the order of the room', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), comes(bob), goes(), goes(bob)])
    await scene.clock.advanceSettled(0)
    expect(scene.posts.map(({ type, seq }) => [type, seq])).toStrictEqual([
      ['member.joined', 2],
      ['member.joined', 3],
      ['member.left', 4],
      ['member.left', 5],
    ])
    expect(idsOf(scene.posts)).toStrictEqual(scene.expected(main))
    await scene.clock.advanceSettled(dayMs)
    expect([scene.posts.length, scene.clock.pending()]).toStrictEqual([4, []])
  })

  test('is told of no event before it has taken the one before', async () => {
    const scene = await begun()
    let take: (answer: typeof ok) => void = () => undefined
    scene.answer = () => new Promise((resolve) => (take = resolve))
    await scene.happens(main, [comes(), goes()])
    await settled()
    expect(seqs(scene)).toStrictEqual([2])
    take(ok)
    await settled()
    expect(seqs(scene)).toStrictEqual([2, 3])
  })

  test('leaves a cursor at the last event, written within a second', async () => {
    const scene = await begun()
    await scene.happens(main, [comes(), goes()])
    await scene.clock.advanceSettled(1_000)
    expect(await cursorOf(scene)).toStrictEqual({ epoch: 'epoch-1', seq: 3, failingSince: null })
  })
})

describe('a receiver that does not take an event', () => {
  for (const [what, answer] of [
    ['a server error', status(500)],
    ['a redirect', status(302)],
    ['a client error', status(404)],
    ['no connection', { type: 'unreachable' }],
  ] as const) {
    test(`is asked again with the same id after ${what}, and told of what is behind it then`, async () => {
      const scene = await begun()
      scene.answer = ({ seq }) => (seq === 2 && scene.posts.length < 3 ? answer : ok)
      await scene.happens(main, [comes(), goes()])
      await scene.clock.advanceSettled(dayMs)
      expect(seqs(scene)).toStrictEqual([2, 2, 2, 3])
      expect(new Set(idsOf(scene.posts)).size).toBe(2)
    })
  }

  test('is asked less and less often: after a second, doubled each time, up to an hour, spread by chance', async () => {
    const scene = await begun()
    scene.answer = () => status(503)
    await scene.happens(main, [comes()])
    await scene.clock.advanceSettled(dayMs)
    const waits = scene.posts.slice(1).map(({ at }, place) => at - (scene.posts[place]?.at ?? 0))
    const parts = waits.map((ms, place) => ms / Math.min(1_000 * 2 ** place, hourMs))
    expect(parts.length).toBeGreaterThan(25)
    for (const part of parts) {
      expect(part).toBeGreaterThanOrEqual(0.5)
      expect(part).toBeLessThanOrEqual(1.01)
    }
    expect(new Set(parts.map((part) => part.toFixed(3))).size).toBeGreaterThan(10)
  })

  test('and does not answer at all is cut off after 15 s and asked again', async () => {
    const scene = await begun()
    scene.answer = () => (scene.posts.length === 1 ? never : ok)
    await scene.happens(main, [comes()])
    await scene.clock.advanceSettled(14_999)
    expect(scene.posts.map(({ signal }) => signal.aborted)).toStrictEqual([false])
    await scene.clock.advanceSettled(1)
    expect(scene.posts.map(({ signal }) => signal.aborted)).toStrictEqual([true])
    await scene.clock.advanceSettled(1_000)
    expect(scene.watched.outcomes).toStrictEqual(['timeout', 'delivered'])
  })

  test('is asked again as soon as at first, once it has taken one meanwhile', async () => {
    const scene = await begun()
    let failures = 0
    scene.answer = ({ seq }) => {
      if (seq === 2) return scene.clock.now() < firstInstant + 60_000 ? status(500) : ok
      return failures++ === 0 ? status(500) : ok
    }
    await scene.happens(main, [comes(), goes()])
    await scene.clock.advanceSettled(dayMs)
    const [refused, taken] = scene.posts.filter(({ seq }) => seq === 3)
    expect((taken?.at ?? 0) - (refused?.at ?? 0)).toBeLessThanOrEqual(1_000)
    expect(failures).toBe(2)
  })

  test('does not hold up the other rooms', async () => {
    const scene = await begun()
    scene.answer = ({ room }) => (room === main ? status(500) : ok)
    await scene.happens(main, [comes(), goes()])
    await scene.happens(other, [comes(), goes()])
    await settled()
    expect([seqs(scene, main), seqs(scene, other)]).toStrictEqual([[2], [2, 3]])
  })

  test('and never does is given up for that room after three days, and what is younger goes on', async () => {
    const scene = await begun()
    scene.answer = ({ seq }) => (seq < 4 ? status(500) : ok)
    await scene.happens(main, [comes(), comes(bob)])
    await scene.clock.advanceSettled(2 * dayMs)
    await scene.happens(main, [goes()])
    await scene.clock.advanceSettled(dayMs - hourMs)
    expect([scene.watched.givenUp, seqs(scene).includes(4)]).toStrictEqual([[], false])
    await scene.clock.advanceSettled(3 * hourMs)
    expect(scene.watched.givenUp).toStrictEqual([[main, 3, 2]])
    expect(new Set(seqs(scene))).toStrictEqual(new Set([2, 4]))
    expect(await cursorOf(scene)).toStrictEqual({ epoch: 'epoch-1', seq: 4, failingSince: null })
  })

  test('is told of what is younger than what was given up also when the process is killed then', async () => {
    const scene = await begun()
    scene.answer = () => status(500)
    await scene.happens(main, [comes()])
    await scene.clock.advanceSettled(2 * dayMs)
    await scene.happens(main, [goes()])
    await scene.clock.advanceSettled(dayMs + 2 * hourMs)
    expect(scene.watched.givenUp).toStrictEqual([[main, 2, 1]])
    scene.answer = () => ok
    const posted = scene.posts.length
    await scene.begin()
    expect(seqs(scene).slice(posted)).toStrictEqual([3])
  })

  test('has three days anew once it has taken one of that room', async () => {
    const scene = await begun()
    scene.answer = () => status(500)
    await scene.happens(main, [comes(), goes()])
    await scene.clock.advanceSettled(2 * dayMs)
    scene.answer = ({ seq }) => (seq === 2 ? ok : status(500))
    await scene.clock.advanceSettled(2 * dayMs)
    expect([scene.watched.givenUp, seqs(scene).at(-1)]).toStrictEqual([[], 3])
    await scene.clock.advanceSettled(dayMs + 2 * hourMs)
    expect(scene.watched.givenUp).toStrictEqual([[main, 3, 1]])
  })

  test('has its three days counted over restarts', async () => {
    const scene = await begun()
    scene.answer = () => status(500)
    await scene.happens(main, [comes()])
    for (let day = 0; day < 3; day++) {
      await scene.clock.advanceSettled(dayMs)
      await scene.begin()
    }
    await scene.clock.advanceSettled(2 * hourMs)
    expect(scene.watched.givenUp).toStrictEqual([[main, 2, 1]])
  })

  test('has three days from the first failure, however old the event is then', async () => {
    const scene = await begun()
    await scene.happens(main, [comes()], 'untold')
    scene.kill()
    await scene.clock.advanceSettled(10 * dayMs)
    scene.answer = () => (scene.clock.now() < firstInstant + 12 * dayMs ? status(500) : ok)
    await scene.begin()
    await scene.clock.advanceSettled(3 * dayMs)
    expect([scene.watched.givenUp, scene.watched.outcomes.at(-1)]).toStrictEqual([[], 'delivered'])
  })
})

describe('a receiver that is gone (410)', () => {
  test('is told nothing more by this process, and nothing waits for it', async () => {
    const scene = await begun()
    scene.answer = ({ room }) => (room === main ? status(410) : never)
    await scene.happens(other, [comes()])
    await scene.happens(main, [comes(), goes()])
    await settled()
    await scene.happens(main, [comes(bob)])
    await scene.clock.advanceSettled(dayMs)
    expect(scene.posts.map(({ room }) => room)).toStrictEqual([other, main])
    expect(scene.posts[0]?.signal.aborted).toBe(true)
    expect(scene.watched.gone).toBe(1)
    expect(scene.webhooks().load()).toStrictEqual({ rooms: 0, events: 0 })
    expect(scene.webhooks().isWaiting(main)).toBe(false)
    expect(scene.clock.pending()).toStrictEqual([])
  })

  test('is told from there on after the next start, if it is back', async () => {
    const scene = await begun()
    scene.answer = ({ seq }) => (seq === 2 ? ok : status(410))
    await scene.happens(main, [comes(), goes(), comes(bob)])
    await scene.clock.advanceSettled(dayMs)
    scene.answer = () => ok
    await scene.begin()
    expect(seqs(scene)).toStrictEqual([2, 3, 3, 4])
  })
})

describe('what is bounded', () => {
  test('so many requests at the same time', async () => {
    const scene = await begun({ limits: { requests: 3 } })
    scene.answer = () => never
    for (let room = 0; room < 10; room++) await scene.happens(roomId(`room-${room}`), [comes()])
    await settled()
    expect(scene.posts.length).toBe(3)
    await scene.clock.advanceSettled(15_000)
    expect(scene.posts.length).toBe(6)
  })

  test('what waits in memory; the rest is read from the logs, and nothing is lost or out of order', async () => {
    const scene = await begun({
      limits: { requests: 2, rooms: 3, events: 5, eventsPerRoom: 4, inTurn: 2, page: 2 },
    })
    scene.answer = () => status(500)
    const rooms = Array.from({ length: 8 }, (_, number) => roomId(`room-${number}`))
    let most = { rooms: 0, events: 0 }
    for (let round = 0; round < 6; round++) {
      for (const room of rooms) {
        await scene.happens(room, [comes(), goes()])
        const load = scene.webhooks().load()
        most = { rooms: Math.max(most.rooms, load.rooms), events: Math.max(most.events, load.events) }
      }
      await scene.clock.advanceSettled(5_000)
    }
    expect(most).toStrictEqual({ rooms: 3, events: 5 })
    const failed = scene.posts.length
    scene.answer = () => ok
    await scene.clock.advanceSettled(dayMs)
    for (const room of rooms) {
      expect(idsOf(scene.posts.slice(failed), room)).toStrictEqual(scene.expected(room))
    }
    expect(scene.webhooks().load()).toStrictEqual({ rooms: 0, events: 0 })
  })
})

describe('what is bounded after a start', () => {
  const rooms = Array.from({ length: 6 }, (_, number) => roomId(`room-${number}`))

  test('rooms and events that were found in the logs, while the receiver does not take them', async () => {
    const limits = { rooms: 4, events: 6, eventsPerRoom: 5, page: 6 }
    const scene = await begun({ limits })
    for (const room of rooms) await scene.happens(room, [comes(), goes(), comes(), goes(), comes()], 'untold')
    scene.answer = () => status(500)
    await scene.begin()
    await scene.clock.advanceSettled(20_000)
    const { rooms: known, events } = scene.webhooks().load()
    expect(known).toBe(4)
    expect(events).toBeLessThanOrEqual(limits.events)
    const failed = scene.posts.length
    scene.answer = () => ok
    await scene.clock.advanceSettled(dayMs)
    for (const room of rooms) {
      expect(idsOf(scene.posts.slice(failed), room)).toStrictEqual(scene.expected(room))
    }
  })
})

describe('the end', () => {
  test('cuts off requests, leaves no timer, and writes down how far it came', async () => {
    const scene = await begun()
    scene.answer = ({ room, seq }) => {
      if (room === other) return status(500)
      return seq === 2 ? ok : never
    }
    await scene.happens(main, [comes(), goes()])
    await scene.happens(other, [comes()])
    await settled()
    expect(scene.clock.pending().length).toBeGreaterThan(0)
    await scene.webhooks().stop()
    expect(scene.posts.filter(({ seq }) => seq === 3).map(({ signal }) => signal.aborted)).toStrictEqual([
      true,
    ])
    expect(scene.clock.pending()).toStrictEqual([])
    expect(await cursorOf(scene)).toStrictEqual({ epoch: 'epoch-1', seq: 2, failingSince: null })
    expect(await cursorOf(scene, other)).toStrictEqual({
      epoch: 'epoch-1',
      seq: 1,
      failingSince: firstInstant,
    })
    await scene.clock.advanceSettled(dayMs)
    expect(scene.posts.length).toBe(3)
  })
})
