import * as E from '#fp/Either'
import * as TE from '#fp/TaskEither'
import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { settled, testRoom } from '../../kit/index.js'
import { inBatches } from '../../../src/application/sessions/memberships.js'
import { graceMs, sessionEventOf, sessionScene } from './scene.js'

/** A store that finds a session's rooms, and neither reads nor writes them while `isDown`. */
const failingStore = () => {
  const memory = memoryEventStore()
  const switches = { isDown: false }
  const fault = { type: 'unavailable', problem: 'test' } as const
  const store: EventStore = {
    ...memory,
    commit: (appends) =>
      switches.isDown ? async () => appends.map(() => ({ type: 'fault', fault })) : memory.commit(appends),
    find: (room) => (switches.isDown ? TE.left(fault) : memory.find(room)),
  }
  return { store, switches }
}

it('a client that reconnects again and again while the store fails leaves one retry behind, and no member', async () => {
  const { store, switches } = failingStore()
  const { connect, join, settle, clock, kit, sessions } = await sessionScene({ store })
  const first = connect('ann')
  await settle()
  await join(first, testRoom)
  first.read()
  const sessionId = sessionEventOf(first)?.sessionId ?? ''
  first.close()
  await settle()
  switches.isDown = true
  const pending: Array<number> = []
  for (let n = 0; n < 10; n++) {
    const link = connect(`ann-${n}`, { sessionId })
    await clock.advanceSettled(500)
    expect(link.endedBy()).toBe('drop')
    pending.push(clock.pending().length)
  }
  expect(new Set(pending.slice(1)).size).toBe(1)
  switches.isDown = false
  await clock.advanceSettled(graceMs + 20_000)
  expect(kit.delivered(testRoom).at(-1)).toMatchObject({ type: 'room.member-left' })
  expect(sessions.load()).toMatchObject({ connections: 0, disconnected: 0 })
  expect(kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
})

it('a join of unknown outcome counts as one of the rooms of its session', async () => {
  const { store, switches } = failingStore()
  const { connect, join, settle } = await sessionScene({ store, limits: { maxRoomsPerSession: 2 } })
  const link = connect('ann')
  await settle()
  switches.isDown = true
  const joins = ['a', 'b'].map((room) => join(link, roomId(room)))
  expect(await joins[0]).toEqual(E.left({ type: 'store-unavailable' }))
  expect(await joins[1]).toEqual(E.left({ type: 'store-unavailable' }))
  expect(await join(link, roomId('d'))).toEqual(E.left({ type: 'too-many-rooms', maxRooms: 2 }))
})

it('work in batches never has more than its width in progress, and keeps the order of its items', async () => {
  let inProgress = 0
  let most = 0
  const results = await inBatches([1, 2, 3, 4, 5, 6, 7], 3, settled, async (item) => {
    most = Math.max(most, ++inProgress)
    await settled()
    inProgress--
    return item * 10
  })
  expect(results).toEqual([10, 20, 30, 40, 50, 60, 70])
  expect(most).toBe(3)
})
