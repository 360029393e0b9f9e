import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import type { Durability, LmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import type { IndexEntry } from '../../../../src/application/ports/event-store.js'
import { trailOf } from '../../../kit/audited.js'
import { messageRecord } from './sample-appends.js'
import type { Script } from './child-process.js'
import { runScript, scriptOf } from './child-process.js'
import { scratch } from './lmdb-folders.js'

let script: Script
const { folder, open, clear } = scratch()

beforeAll(async () => {
  script = await scriptOf('writing-script.ts')
})
afterAll(() => script.clear())
afterEach(clear)

/** The end of the last acknowledged append, by room. */
type Acknowledged = Map<string, number>

/** Kills the writer after it has printed this number of lines. */
const writeAndKill = async (
  lines: number,
  at: string,
  durability: Durability,
  acknowledged: Acknowledged,
): Promise<void> => {
  const child = runScript(script.path, [at, durability])
  let count = 0
  for await (const line of child.lines) {
    const [room = '', end = ''] = line.split(' ')
    if (Number(end) > 0) acknowledged.set(room, Number(end))
    count += 1
    if (count === lines) child.kill()
  }
  expect(await child.ended).toBe('SIGKILL')
}

/** Expects all acknowledged appends in the logs, and no part of another append. */
const expectWholeAppends = async (store: LmdbEventStore, acknowledged: Acknowledged): Promise<number> => {
  let records = 0
  const listed = await store.list(null, 1_000)()
  const entries = E.isRight(listed) ? listed.right : []
  expect(entries.length).toBeGreaterThanOrEqual(acknowledged.size)
  for (const { room, seq, due } of entries) {
    expect(seq).toBeGreaterThanOrEqual(acknowledged.get(room) ?? 0)
    expect(seq % 3).toBe(0)
    expect(due).not.toBeNull()
    const log = await store.read(room, 0, 1_000_000)()
    expect(log).toEqual(E.right(Array.from({ length: seq }, (_, place) => messageRecord(room, place + 1))))
    records += seq
  }
  await expectAuditOfEachAppend(store)
  for (const [room, end] of acknowledged) {
    const found = entries.find((entry) => entry.room === roomId(room))
    expect(found?.seq).toBeGreaterThanOrEqual(end)
  }
  return records
}

/** Expects an audit record of each append in the logs, and none without its append. */
const expectAuditOfEachAppend = async (store: LmdbEventStore): Promise<void> => {
  const listed = await store.list(null, 1_000)()
  const appends = E.getOrElse((): ReadonlyArray<IndexEntry> => [])(listed).flatMap(({ room, seq }) =>
    Array.from({ length: seq / 3 }, (_, place) => `${room} ${(place + 1) * 3}`),
  )
  const trail = await trailOf(store)
  expect(trail.map(({ request }) => request).toSorted()).toEqual(appends.toSorted())
}

describe('a process that is killed during writes', () => {
  it.each(['disk', 'process'] as const)(
    'loses no acknowledged append, and leaves no part of an append (%s)',
    async (durability) => {
      const at = await folder()
      const acknowledged: Acknowledged = new Map()
      let before = 0
      for (const lines of [1, 45, 250, 90, 603, 333]) {
        await writeAndKill(lines, at, durability, acknowledged)
        // The killed process leaves its lock behind.
        const store = await open({ folder: at, durability })
        const records = await expectWholeAppends(store, acknowledged)
        expect(records).toBeGreaterThanOrEqual(before)
        before = records
        await store.close()
      }
      expect(before).toBeGreaterThan(0)
    },
    120_000,
  )
})

describe('a full disk', () => {
  it.each(['disk', 'process'] as const)(
    'makes the store unavailable, and loses no acknowledged append (%s)',
    async (durability) => {
      const at = await folder()
      const acknowledged: Acknowledged = new Map()
      const limitKb = 1_500
      const child = runScript(script.path, [at, durability, '5', '60', 'x'.repeat(5_000)], limitKb)
      let failures = 0
      for await (const line of child.lines) {
        const [room = '', end = '', kind = ''] = line.split(' ')
        if (end === 'failed') {
          failures += 1
          expect(kind).toBe('unavailable:')
        } else if (Number(end) > 0) acknowledged.set(room, Number(end))
      }
      // The process continues after the failures and ends by itself.
      expect(await child.ended).toBe(0)
      expect(failures).toBeGreaterThan(0)
      expect(acknowledged.size).toBeGreaterThan(0)
      const store = await open({ folder: at, durability })
      for (const [room, end] of acknowledged) {
        const log = await store.read(roomId(room), 0, 1_000_000)()
        expect(E.isRight(log) && log.right.length).toBeGreaterThanOrEqual(end)
      }
      await expectAuditOfEachAppend(store)
    },
    120_000,
  )
})
