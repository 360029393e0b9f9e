import { describe, expect, test } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import { ActivityFailure } from '../../../src/domain/room/index.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { engineKit, logOf } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled } from '../../kit/virtual-clock.js'
import { ann, bob, cause, done, leaves, opened, refusalOf, saidIn, say, start } from './scenarios.js'
import { builtIn } from '../../kit/index.js'

const unfit = { ...start, command: { type: 'start', members: null } } as unknown as RoomCommand
const failed = (activity: string) => ({
  type: 'room.activity-deactivated',
  by: null,
  cause: null,
  data: { activity, reason: 'failed' },
})

/**
 * A room with an activity state that its own code cannot handle, as after a defect of an older version: Ann and Bob are
 * members, and a game runs without players.
 */
const withABrokenGame = async (): Promise<EngineKit> => {
  const store = memoryEventStore()
  const first = engineKit({ store })
  await opened(first)
  await first.ask({ type: 'activate', activity: 'connect-four', options: null }, { by: ann.memberId })
  const log = await logOf(store, testRoom)
  const last = log.at(-1)
  if (last === undefined) throw new Error('the room has no log')
  const seq = last.seq + 1
  const record = {
    ...last,
    seq,
    type: 'connect-four.started',
    data: { players: null, next: 1, board: [] },
  } as unknown as RoomRecord
  await store.commit([
    {
      room: testRoom,
      epoch: last.epoch,
      expectedSeq: last.seq,
      records: [record],
      due: null,
      occupied: true,
      addedSessions: [],
      removedSessions: [],
    },
  ])()
  const kit = first.crash()
  await kit.engine.start()
  await settled()
  return kit
}

describe('an activity that throws', () => {
  test('in decide is deactivated with an event, and the room continues', async () => {
    const kit = engineKit()
    await opened(kit)
    const before = (await kit.log()).length
    expect(refusalOf(await kit.ask(unfit, { by: ann.memberId, cause: cause('unfit') }))).toBe(
      'internal-error',
    )
    expect((await kit.log()).slice(before)).toMatchObject([failed('random-picker')])
    expect(kit.delivered().at(-1)).toMatchObject(failed('random-picker'))
    expect(kit.monitorCalls.defects).toHaveLength(1)
    expect(kit.monitorCalls.defects[0]).toBeInstanceOf(TypeError)
    expect(refusalOf(await kit.ask(start, { by: ann.memberId }))).toBe('activity-inactive')
    expect(refusalOf(await kit.ask(say('hello'), { by: bob.memberId }))).toBe('none')
    expect(saidIn(kit.delivered())).toEqual(['hello'])
  })

  test('can be activated again and continues from its state', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(unfit, { by: ann.memberId })
    await kit.ask({ type: 'activate', activity: 'random-picker', options: null }, { by: ann.memberId })
    expect(refusalOf(await kit.ask(start, { by: ann.memberId }))).toBe('none')
    await kit.clock.advanceSettled(6_000)
    expect(
      kit.delivered().filter(({ type }: { type: string }) => type === 'random-picker.highlight'),
    ).toHaveLength(50)
  })

  test('in effects is deactivated once', async () => {
    const kit = await withABrokenGame()
    const stops = (await kit.log()).filter(({ type }) => type === 'room.activity-deactivated')
    expect(stops).toMatchObject([failed('connect-four')])
    expect(kit.monitorCalls.defects).toHaveLength(1)
    expect(done(await kit.ask(say('hello'), { by: bob.memberId })).events).toHaveLength(1)
  })

  test('in memberLeft does not keep the member: it is deactivated first, then the member leaves', async () => {
    const kit = await withABrokenGame()
    const activate: RoomCommand = { type: 'activate', activity: 'connect-four', options: null }
    const before = (await kit.log()).length
    // In one turn, so that `effects` has not been called yet.
    const [on, left] = await Promise.all([
      kit.ask(activate, { by: ann.memberId }),
      kit.ask(leaves, { by: bob.memberId }),
    ])
    expect([on, left].map(refusalOf)).toEqual(['none', 'none'])
    await settled()
    expect((await kit.log()).slice(before)).toMatchObject([
      { type: 'room.activity-activated' },
      failed('connect-four'),
      { type: 'room.member-left', by: bob.memberId },
    ])
  })

  test.each(['when it is prepared', 'when it is delivered'])(
    'in redactEvent, %s, is deactivated',
    async (when) => {
      const breaks = (): never => {
        throw new ActivityFailure('poll', new Error('cannot be shown'))
      }
      const kit = engineKit({
        publisher: (noting) => ({
          prepare: (record, before, after) => {
            if (builtIn(record).type !== 'relay.event') return noting.prepare(record, before, after)
            return when === 'when it is prepared' ? breaks() : breaks
          },
        }),
      })
      await opened(kit)
      expect(refusalOf(await kit.ask(say('hello'), { by: bob.memberId }))).toBe('none')
      await settled()
      expect((await kit.log()).at(-1)).toMatchObject(failed('poll'))
      expect(kit.monitorCalls.defects).toEqual([new Error('cannot be shown')])
      expect(refusalOf(await kit.ask(say('hello'), { by: bob.memberId }))).toBe('activity-inactive')
    },
  )
})
