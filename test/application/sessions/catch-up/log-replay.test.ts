import * as E from '#fp/Either'
import * as TE from '#fp/TaskEither'
import { expect, it } from 'vitest'
import { randomPicker } from '../../../../src/domain/activities/random-picker/index.js'
import { sessionKey } from '../../../../src/domain/kernel/ids.js'
import { moduleCommand } from '../../../../src/domain/room/index.js'
import { builtInModel } from '../../../../src/plugins.js'
import type { RoomRecord } from '../../../../src/application/ports/event-store.js'
import { defaultSessionLimits } from '../../../../src/application/sessions/limits.js'
import {
  createLogReplay,
  createReplayBudget,
} from '../../../../src/application/sessions/catch-up/log-replay.js'
import { createEmitMemory } from '../../../../src/application/sessions/catch-up/emit-cache.js'
import { picker } from '../../../../src/infrastructure/protocols/picker/index.js'
import { entering, person, roomDriver, settled, testRoom, virtualClock } from '../../../kit/index.js'

/** A log of a room with many draws. */
const madeLog = (draws: number): ReadonlyArray<RoomRecord> => {
  const ann = person('ann')
  const driver = roomDriver()
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }), ann.memberId)
  for (let draw = 0; draw < draws; draw++) {
    for (const command of [{ type: 'start', members: [{ name: 'Ann' }] }, { type: 'cancel' }] as const) {
      driver.send(moduleCommand(randomPicker, command), ann.memberId)
    }
  }
  return driver.log()
}
const longLog = madeLog(300)
const logOf = (draws: number): ReadonlyArray<RoomRecord> => longLog.slice(0, 4 + draws * 3)

const scene = (log: ReadonlyArray<RoomRecord>, limits: Partial<typeof defaultSessionLimits> = {}) => {
  const all = { ...defaultSessionLimits, ...limits }
  const clock = virtualClock()
  const memory = createEmitMemory(all, () => undefined)
  const encoder = picker.encoderFor(builtInModel)
  let passTime = (): void => undefined
  const counts = { reads: 0, folded: 0, turns: 0, waits: 0 }
  const budget = createReplayBudget(clock, all, () => counts.waits++)
  const logReplay = createLogReplay({
    engine: () => ({
      model: builtInModel,
      records: (_room, after, limit) => {
        const records = log.slice(after, after + limit)
        counts.reads += 1
        counts.folded += records.length
        return TE.right(records)
      },
    }),
    clock,
    encoders: [
      {
        ...encoder,
        encode: (...record) => {
          passTime()
          return encoder.encode(...record)
        },
      },
    ],
    limits: all,
    memory,
    budget,
    nextTurn: async () => {
      counts.turns += 1
      await settled()
    },
  })
  const request = (
    name: string,
    after: number,
    upTo: number,
    client: { isNeeded?: () => boolean; send?: () => Promise<void> } = {},
  ) => {
    const seqs: Array<number> = []
    const result = logReplay.replay({
      room: testRoom,
      session: sessionKey(name),
      after,
      upTo,
      isNeeded: client.isNeeded ?? (() => true),
      send: async (records) => {
        seqs.push(...records.map(({ seq }) => seq))
        await client.send?.()
      },
    })
    return { seqs, result }
  }
  const setEncodingTime = (pass: () => void): void => {
    passTime = pass
  }
  return { clock, counts, memory, logReplay, request, setEncodingTime }
}

/** The room, its member, its activity and the first commitment come first; two of them have no emits in the picker. */
const seqsIn = (after: number, upTo: number): ReadonlyArray<number> =>
  Array.from({ length: upTo - after }, (_, place) => after + 1 + place).filter(
    (seq) => seq !== 1 && seq !== 3,
  )

it('a replay of a log gives the same emits from any offset, each once and in order', async () => {
  const log = logOf(300)
  const { request, logReplay, clock, memory } = scene(log, { maxReplayTurnRecords: 100 })
  for (const after of [log.length - 1, log.length - 100, log.length - 100, 300, 0]) {
    const { seqs, result } = request('ann', after, log.length)
    expect(E.isRight(await result)).toBe(true)
    expect(seqs).toEqual(seqsIn(after, log.length))
  }
  const part = request('ann', 100, 200)
  await part.result
  expect(part.seqs).toEqual(seqsIn(100, 200))
  expect(logReplay.size()).toBe(1)
  clock.advance(20_000)
  expect([logReplay.size(), memory.bytes(), clock.pending()]).toEqual([0, 0, []])
})

it('replays of one log that run at the same time share one fold', async () => {
  const log = logOf(300)
  const { request, counts } = scene(log)
  const requests = Array.from({ length: 20 }, (_, place) => request(`s${place}`, place * 40, log.length))
  await Promise.all(requests.map(({ result }) => result))
  for (const [place, { seqs }] of requests.entries()) expect(seqs).toEqual(seqsIn(place * 40, log.length))
  expect(counts.folded).toBe(log.length)
})

it('a replay ends with the page in progress once its client has gone', async () => {
  const log = logOf(300)
  const { request, counts } = scene(log, { maxReplayTurnRecords: 20 })
  let isThere = true
  const { result } = request('ann', log.length - 1, log.length, { isNeeded: () => isThere })
  for (let turn = 0; turn < 20; turn++) await settled()
  isThere = false
  await result
  const folded = counts.folded
  expect(folded).toBeGreaterThan(0)
  expect(folded).toBeLessThan(log.length / 2)
  for (let turn = 0; turn < 20; turn++) await settled()
  expect(counts.folded).toBe(folded)
})

it('a client that reads slowly keeps its place, and no other client waits for it', async () => {
  const log = logOf(300)
  const { request, counts } = scene(log, { maxCachedBytesPerRoom: 50_000, maxReplayTurnRecords: 100 })
  let read = (): void => undefined
  const slow = request('slow', 0, log.length, {
    send: () =>
      new Promise((resolve) => {
        read = resolve
      }),
  })
  const fast = request('fast', 0, log.length)
  await fast.result
  expect(fast.seqs).toEqual(seqsIn(0, log.length))
  let isOver = false
  void slow.result.then(() => (isOver = true))
  while (!isOver) {
    read()
    await settled()
  }
  expect(slow.seqs).toEqual(seqsIn(0, log.length))
  // It goes on from its own place: no record is folded more than once for each of the two.
  expect(counts.folded).toBeLessThanOrEqual(2 * log.length)
})

it('each page of a replay has a turn of its own, also over all rooms and clients', async () => {
  const log = logOf(300)
  const { request, counts } = scene(log, { maxReplayTurnRecords: 50 })
  await request('ann', 0, log.length).result
  expect(counts.turns).toBe(Math.ceil(log.length / 50))
})

it('pages of replays in memory never exceed their limit of bytes', async () => {
  const log = logOf(300)
  const { request, memory, counts } = scene(log, { maxCachedBytesPerRoom: 100_000, maxReplayTurnRecords: 50 })
  let most = 0
  await request('ann', 0, log.length, {
    send: async () => {
      most = Math.max(most, memory.bytes())
    },
  }).result
  expect(most).toBeGreaterThan(10_000)
  expect(most).toBeLessThanOrEqual(100_000)
  expect(counts.folded).toBe(log.length)
})

it('a replay begins at the last page in memory before its offset, and not at the first record', async () => {
  const log = logOf(300)
  const { request, counts } = scene(log, { maxCachedBytesPerRoom: 100_000, maxReplayTurnRecords: 50 })
  await request('ann', 0, log.length).result
  const { folded } = counts
  const { seqs, result } = request('bob', log.length - 10, log.length)
  await result
  expect(seqs).toEqual(seqsIn(log.length - 10, log.length))
  expect(counts.folded).toBe(folded)
})

it('a turn of a replay ends when its time is over, also within a page', async () => {
  const log = logOf(20)
  const { request, counts, clock, setEncodingTime } = scene(log, { maxReplayTurnMs: 5 })
  setEncodingTime(() => clock.standStill(2))
  await request('ann', 0, log.length).result
  // A turn ends before the record at which it has lasted for more than 5 ms: three records each.
  expect(counts.turns).toBe(Math.ceil(log.length / 3))
})

it('pages that are in memory cost a session nothing of its replay budget', async () => {
  const log = logOf(200)
  const { request, counts } = scene(log, { replayBudgetRecords: 550, replayBudgetRecordsPerSecond: 1 })
  await request('ann', 0, 604).result
  expect(counts.waits).toBe(0)
  const { seqs, result } = request('ann', 0, 604)
  await result
  expect(seqs).toEqual(seqsIn(0, 604))
  expect(counts.waits).toBe(0)
})

it('a session that has used its replay budget waits until the budget refills, and others do not', async () => {
  const log = logOf(300)
  const limits = {
    replayBudgetRecords: 500,
    replayBudgetRecordsPerSecond: 100,
    maxReplayTurnRecords: 100,
    maxCachedBytesPerRoom: 1,
  }
  const { request, counts, clock } = scene(log, limits)
  const [ann, bob] = [request('ann', 0, log.length), request('bob', 0, 400)]
  await bob.result
  for (let turn = 0; turn < 60; turn++) await settled()
  expect(ann.seqs.at(-1)).toBeLessThan(log.length)
  expect(counts.waits).toBeGreaterThan(0)
  await clock.advanceSettled(10_000)
  await ann.result
  expect(ann.seqs).toEqual(seqsIn(0, log.length))
})

it('a client that goes while its replay waits for the budget has nothing folded for it', async () => {
  const log = logOf(300)
  const limits = { replayBudgetRecords: 100, replayBudgetRecordsPerSecond: 100, maxReplayTurnRecords: 100 }
  const { request, counts, clock } = scene(log, limits)
  let isThere = true
  const { result } = request('ann', 0, log.length, { isNeeded: () => isThere })
  for (let turn = 0; turn < 20; turn++) await settled()
  expect(counts.waits).toBeGreaterThan(0)
  const { folded } = counts
  isThere = false
  await clock.advanceSettled(10_000)
  await result
  expect(counts.folded).toBe(folded)
})

it('a replay fails with the fault of the store, and the next one reads again', async () => {
  const log = logOf(10)
  const fault = { type: 'unavailable', problem: 'test' } as const
  let isDown = true
  const all = defaultSessionLimits
  const clock = virtualClock()
  const logReplay = createLogReplay({
    engine: () => ({
      model: builtInModel,
      records: (_room, after, limit) => (isDown ? TE.left(fault) : TE.right(log.slice(after, after + limit))),
    }),
    clock,
    encoders: [picker.encoderFor(builtInModel)],
    limits: all,
    memory: createEmitMemory(all, () => undefined),
    budget: createReplayBudget(clock, all, () => undefined),
    nextTurn: settled,
  })
  const request = {
    room: testRoom,
    session: sessionKey('ann'),
    after: 0,
    upTo: log.length,
    isNeeded: () => true,
    send: () => Promise.resolve(),
  }
  expect(await logReplay.replay(request)).toEqual(E.left(fault))
  isDown = false
  expect(E.isRight(await logReplay.replay(request))).toBe(true)
  logReplay.close()
  expect(clock.pending()).toEqual([])
})

it('a replay budget makes a session wait beyond its burst, refills with time, and forgets full sessions', () => {
  const clock = virtualClock(0)
  let reports = 0
  const limits = { replayBudgetRecords: 1_000, replayBudgetRecordsPerSecond: 100 }
  const budget = createReplayBudget(clock, limits, () => reports++)
  const [ann, bob] = [sessionKey('ann'), sessionKey('bob')]
  for (let page = 0; page < 10; page++) {
    expect(budget.delayMs(ann)).toBe(0)
    budget.charge(ann, 100)
  }
  budget.charge(ann, 100)
  expect([budget.delayMs(ann), budget.delayMs(bob), reports]).toEqual([1_000, 0, 1])
  clock.advance(1_000)
  expect(budget.delayMs(ann)).toBe(0)
  clock.advance(10_000)
  budget.charge(bob, 1)
  expect(budget.size()).toBe(1)
})
