import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as TE from '#fp/TaskEither'
import * as T from '#fp/Task'
import type { EventStore, RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Cause } from '../../../src/domain/kernel/domain-event.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled } from '../../kit/virtual-clock.js'
import { ann, bob, cause, done, opened, refusalOf, saidIn, say, start } from './scenarios.js'

const broken = (): never => {
  throw new Error('broken')
}

const unhandled: Array<unknown> = []
const note = (reason: unknown): void => void unhandled.push(reason)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  await settled()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

describe('a defect', () => {
  test('in a reply, an afterPublish callback or a delivery leaves all others undisturbed', async () => {
    let isBroken = false
    const kit = engineKit({
      publisher: (noting) => ({
        prepare: (record, before, after) => {
          const deliver = noting.prepare(record, before, after)
          return () => {
            deliver()
            if (isBroken) broken()
          }
        },
      }),
    })
    await opened(kit)
    isBroken = true
    for (const count of [1, 2, 3]) {
      kit.engine.submit(testRoom, {
        command: say(`broken ${count}`),
        by: bob.memberId,
        cause: null,
        reply: broken,
        afterPublish: broken,
      })
      kit.send(say(count), { by: bob.memberId })
    }
    await settled()
    expect(saidIn(kit.delivered())).toEqual(['broken 1', 1, 'broken 2', 2, 'broken 3', 3])
    expect(kit.outputs.filter(({ type }) => type === 'answered')).toHaveLength(5)
    expect(kit.monitorCalls.defects).toHaveLength(12)
  })

  test('in the reply of a corrupt room or of a stopped engine is reported and not thrown', async () => {
    const kit = engineKit()
    await kit.engine.stop()
    const request = { command: null, by: null, cause: null, reply: broken }
    expect(() => kit.engine.submit(testRoom, request)).not.toThrow()
    expect(kit.monitorCalls.defects).toHaveLength(1)
  })

  test('in a publisher: the record is written, its command is answered, and later records are published', async () => {
    const kit = engineKit({
      publisher: (noting) => ({
        prepare: (record, before, after) =>
          record.type === 'room.activity-activated' ? broken() : noting.prepare(record, before, after),
      }),
    })
    await opened(kit)
    expect(
      kit.outputs.flatMap((heard) => (heard.type === 'answered' ? [refusalOf(heard.result)] : [])),
    ).toEqual(['none', 'none'])
    const shown = (await kit.log()).filter(({ type }) => type !== 'room.activity-activated')
    expect(kit.delivered()).toEqual(shown)
  })

  test('in decide fails that request with internal-error and writes nothing', async () => {
    const kit = engineKit()
    await opened(kit)
    const before = await kit.log()
    const invalid = { ...start, command: { type: 'start', members: null } } as unknown as RoomCommand
    const [first, second, third] = await Promise.all([
      kit.ask(say(1), { by: bob.memberId }),
      kit.ask(invalid, { by: ann.memberId }),
      kit.ask(say(2), { by: bob.memberId }),
    ])
    expect([first, second, third].map(refusalOf)).toEqual(['none', 'internal-error', 'none'])
    expect(saidIn((await kit.log()).slice(before.length))).toEqual([1, 2])
    expect(kit.monitorCalls.defects).toHaveLength(1)
  })

  test('in evolve writes nothing of the decision', async () => {
    const kit = engineKit()
    await opened(kit)
    const before = await kit.log()
    const invalid: Cause = Object.defineProperty({ ...cause('invalid') }, 'digest', { get: broken })
    expect(refusalOf(await kit.ask(say('invalid'), { by: bob.memberId, cause: invalid }))).toBe(
      'internal-error',
    )
    expect(await kit.log()).toEqual(before)
    expect(done(await kit.ask(say('fit'), { by: bob.memberId })).seq).toBe(before.length + 1)
  })

  test('of a store that throws makes it unavailable until it answers again', async () => {
    let isBroken = false
    const sound = memoryEventStore()
    const store: EventStore = {
      ...sound,
      commit: (appends) => (isBroken ? T.fromIO(broken) : sound.commit(appends)),
      read: (room, after, limit) => (isBroken ? broken() : sound.read(room, after, limit)),
      find: (room) => (isBroken ? TE.fromTask(T.fromIO(broken)) : sound.find(room)),
    }
    const kit = engineKit({ store })
    await opened(kit)
    const hello = { by: bob.memberId, cause: cause('hello') }
    await kit.ask(say('hello'), hello)
    isBroken = true
    expect(refusalOf(await kit.ask(say('hello'), hello))).toBe('store-unavailable')
    expect(refusalOf(await kit.ask(say('now'), { by: bob.memberId }))).toBe('store-unavailable')
    expect(refusalOf(await kit.ask(null, { room: roomId('other') }))).toBe('store-unavailable')
    isBroken = false
    await kit.clock.advanceSettled(10_000)
    expect(saidIn(done(await kit.ask(say('hello'), hello)).events)).toEqual(['hello'])
    expect(refusalOf(await kit.ask(say('now'), { by: bob.memberId }))).toBe('none')
  })
})

describe('a corrupt log', () => {
  const corruptRoom = roomId('corruptRoom')

  test.each([
    [
      'a record that does not decode',
      { type: 'corrupt', room: corruptRoom, seq: 3, problem: 'is no record' },
      0,
    ],
    ['a record that cannot be folded', { type: 'corrupt', room: corruptRoom, seq: 3 }, 1],
    ['a record that is missing', { type: 'corrupt', room: corruptRoom, seq: 5 }, 0],
    ['records that are missing at the end', { type: 'corrupt', room: corruptRoom, seq: 4 }, 0],
  ] as const)(
    '%s: requests of the room fail with internal-error, the monitor names it, other rooms continue',
    async (what, fault, defects) => {
      const sound = memoryEventStore()
      const store: EventStore = {
        ...sound,
        read: (room, after, limit) => damaged(room, sound.read(room, after, limit)),
      }
      const damaged = (room: string, read: ReturnType<EventStore['read']>): typeof read => {
        if (room !== corruptRoom) return read
        if (fault.seq === 3 && defects === 0) return TE.left({ ...fault, problem: 'is no record' })
        return TE.map((records: ReadonlyArray<RoomRecord>) =>
          records
            .filter(({ seq }) => (fault.seq === 4 ? seq < 4 : fault.seq !== seq || defects === 1))
            .map((record) => (record.seq === 3 && defects === 1 ? unfoldable(record) : record)),
        )(read)
      }
      const kit = engineKit({ store })
      await kit.engine.start()
      for (const room of [corruptRoom, testRoom]) await opened(kit, room)
      await kit.ask(start, { room: testRoom, by: ann.memberId })
      const next = kit.crash()
      await next.engine.start()

      expect(what).toBeDefined()
      expect(refusalOf(await next.ask(null, { room: corruptRoom }))).toBe('internal-error')
      expect(refusalOf(await next.ask(say(1), { room: corruptRoom, by: bob.memberId }))).toBe(
        'internal-error',
      )
      expect(next.monitorCalls.faults[0]).toMatchObject(fault)
      expect(next.monitorCalls.defects).toHaveLength(defects)
      await next.clock.advanceSettled(6_000)
      expect(
        (await next.log()).filter(({ type }: { type: string }) => type === 'random-picker.highlight'),
      ).toHaveLength(50)
      await next.clock.advanceSettled(60_000)
      expect(next.engine.load().rooms).toBe(0)
      expect(next.clock.pending()).toHaveLength(1)
    },
  )
})

const unfoldable = (record: RoomRecord): RoomRecord => ({ ...record, data: null }) as unknown as RoomRecord
