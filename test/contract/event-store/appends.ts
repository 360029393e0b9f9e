import * as O from '#fp/Option'
import { describe, expect, it } from 'vitest'
import type { Append } from '../../../src/application/ports/event-store.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import type { Open } from './records.js'
import {
  first,
  second,
  room,
  ann,
  bob,
  appended,
  names,
  records,
  append,
  outcomes,
  wrote,
  right,
  read,
} from './records.js'

export const describeAppends = (open: Open): void => {
  describe('an append', () => {
    it.each([
      { log: 0, expected: 0, outcome: 'appended' },
      { log: 0, expected: 1, outcome: 'a conflict' },
      { log: 0, expected: 7, outcome: 'a conflict' },
      { log: 1, expected: 0, outcome: 'a conflict' },
      { log: 1, expected: 1, outcome: 'appended' },
      { log: 1, expected: 2, outcome: 'a conflict' },
      { log: 5, expected: 0, outcome: 'a conflict' },
      { log: 5, expected: 1, outcome: 'a conflict' },
      { log: 5, expected: 4, outcome: 'a conflict' },
      { log: 5, expected: 5, outcome: 'appended' },
      { log: 5, expected: 6, outcome: 'a conflict' },
      { log: 5, expected: 500, outcome: 'a conflict' },
    ])('to a log of $log that expects $expected is $outcome', async ({ log, expected, outcome }) => {
      const store = await open()
      if (log > 0) await wrote(store, append(room, 0, log))
      const actual = log > 0 ? { epoch: first, seq: log } : null
      expect(await outcomes(store, [append(room, expected, 2)])).toEqual([
        outcome === 'appended' ? appended : { type: 'conflict', actual },
      ])
      const end = outcome === 'appended' ? log + 2 : log
      expect(await read(store, room)).toEqual(records(room, 0, end))
    })

    it.each([0, 3, 4])('to a removed room expects an empty log, not %s', async (expected) => {
      const store = await open()
      await wrote(store, append(room, 0, 3))
      await right(store.remove(room, first, 3))
      expect(await outcomes(store, [append(room, expected, 1, { epoch: second })])).toEqual([
        expected === 0 ? appended : { type: 'conflict', actual: null },
      ])
    })

    it.each([0, 3])('of another epoch is a conflict, also when it expects %s', async (expected) => {
      const store = await open()
      await wrote(store, append(room, 0, 3))
      expect(await outcomes(store, [append(room, expected, 1, { epoch: second })])).toEqual([
        { type: 'conflict', actual: { epoch: first, seq: 3 } },
      ])
      expect(await read(store, room)).toEqual(records(room, 0, 3))
    })

    it('that conflicts writes no record, no index entry and no session', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 2, { due: 5_000, addedSessions: [ann] }))
      const before = await right(store.find(room))
      await outcomes(store, [
        append(room, 1, 4, { due: 1, occupied: true, addedSessions: [bob], removedSessions: [ann] }),
      ])
      expect(await right(store.find(room))).toEqual(before)
      expect(await right(store.roomsOf(ann))).toEqual([room])
      expect(await right(store.roomsOf(bob))).toEqual([])
      expect(await read(store, room)).toEqual(records(room, 0, 2))
    })

    it('that conflicts creates no room', async () => {
      const store = await open()
      await outcomes(store, [append(room, 3, 1, { occupied: true, addedSessions: [ann] })])
      expect(await right(store.find(room))).toEqual(O.none)
      expect(await right(store.list(null, 10))).toEqual([])
      expect(await right(store.awaiting())).toEqual([])
      expect(await right(store.roomsOf(ann))).toEqual([])
    })

    it('of many records writes all of them, in order', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 200))
      expect(await read(store, room)).toEqual(records(room, 0, 200))
    })

    it.each<[string, (sound: Append) => Append]>([
      ['a gap', (sound) => ({ ...sound, records: [...records(room, 2, 1), ...records(room, 4, 1)] })],
      [
        'a record twice',
        (sound) => ({ ...sound, records: [...records(room, 2, 1), ...records(room, 2, 1)] }),
      ],
      ['no records', (sound) => ({ ...sound, records: [] })],
      ['a record of another room', (sound) => ({ ...sound, records: records(roomId('room-2'), 2, 1) })],
      ['a record of another epoch', (sound) => ({ ...sound, records: records(room, 2, 1, second) })],
      ['a position that is not the next', (sound) => ({ ...sound, records: records(room, 7, 1) })],
    ])('with %s is a fault and writes nothing', async (_flaw, change) => {
      const store = await open()
      await wrote(store, append(room, 0, 2))
      const [outcome] = await outcomes(store, [change(append(room, 2, 1))])
      expect(outcome?.type === 'fault' && outcome.fault.type).toBe('corrupt')
      expect(await read(store, room)).toEqual(records(room, 0, 2))
    })

    it('creates a room once out of 32 concurrent ones', async () => {
      const store = await open()
      const creators = Array.from({ length: 32 }, (_, index) =>
        append(room, 0, 1 + (index % 3), { epoch: epoch(`epoch-${index}`) }),
      )
      const found = await Promise.all(creators.map(async (creator) => outcomes(store, [creator])))
      const winners = creators.filter((_, index) => found[index]?.[0]?.type === 'appended')
      expect(winners).toHaveLength(1)
      expect(await read(store, room)).toEqual(winners[0]?.records)
      const actual = { epoch: winners[0]?.epoch, seq: winners[0]?.records.length }
      const losers = found.flat().filter(({ type }) => type !== 'appended')
      expect(losers).toEqual(Array.from({ length: 31 }, () => ({ type: 'conflict', actual })))
    })

    it('succeeds once out of 32 concurrent ones at the same position', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 4))
      const rivals = Array.from({ length: 32 }, () => outcomes(store, [append(room, 4, 1)]))
      const found = (await Promise.all(rivals)).flat()
      expect(found.filter(({ type }) => type === 'appended')).toHaveLength(1)
      expect(await read(store, room)).toEqual(records(room, 0, 5))
    })

    it('may follow another that is not answered yet', async () => {
      const store = await open()
      const found = await Promise.all(
        Array.from({ length: 20 }, (_, index) => outcomes(store, [append(room, index * 2, 2)])),
      )
      expect(found.flat()).toEqual(Array.from({ length: 20 }, () => appended))
      expect(await read(store, room)).toEqual(records(room, 0, 40))
    })
  })

  describe('a group', () => {
    it('of no appends has no outcomes', async () => {
      expect(await outcomes(await open(), [])).toEqual([])
    })

    it('of many rooms has one outcome for each, in order', async () => {
      const store = await open()
      const rooms = names(50)
      const group = rooms.map((of, index) => append(of, index % 2, 1 + (index % 3)))
      const expected = rooms.map((_, index) =>
        index % 2 === 0 ? appended : { type: 'conflict', actual: null },
      )
      expect(await outcomes(store, group)).toEqual(expected)
    })

    it('writes all appends except a conflicting append', async () => {
      const store = await open()
      const rooms = names(30)
      await wrote(store, append(rooms[17] ?? room, 0, 3))
      const found = await outcomes(
        store,
        rooms.map((of) => append(of, 0, 2)),
      )
      expect(found.filter(({ type }) => type === 'appended')).toHaveLength(29)
      expect(found[17]).toEqual({ type: 'conflict', actual: { epoch: first, seq: 3 } })
      for (const of of rooms) expect(await read(store, of)).toHaveLength(of === rooms[17] ? 3 : 2)
    })

    it('writes all appends except a malformed append', async () => {
      const store = await open()
      const [left = room, broken = room, behind = room] = names(3)
      const malformed = { ...append(broken, 0, 2), records: [] }
      const found = await outcomes(store, [append(left, 0, 2), malformed, append(behind, 0, 2)])
      expect(found.map(({ type }) => type)).toEqual(['appended', 'fault', 'appended'])
      expect(await read(store, left)).toEqual(records(left, 0, 2))
      expect(await read(store, behind)).toEqual(records(behind, 0, 2))
    })

    it('is answered when it arrives during another', async () => {
      const store = await open()
      const rooms = names(40)
      const groups = await Promise.all(
        [0, 1, 2].map((from) =>
          outcomes(
            store,
            rooms.map((of) => append(of, from, 1)),
          ),
        ),
      )
      expect(groups.flat().every(({ type }) => type === 'appended')).toBe(true)
      for (const of of rooms) expect(await read(store, of)).toEqual(records(of, 0, 3))
    })
  })
}
