import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import type { StoreUnderTest } from './records.js'
import {
  first,
  second,
  room,
  ann,
  appended,
  names,
  records,
  append,
  outcomes,
  wrote,
  right,
  read,
  seen,
} from './records.js'

export const describeReopening = ({ open, reopen }: StoreUnderTest): void => {
  if (reopen === undefined) return
  describe('a reopened store', () => {
    it('has every record, index entry and session', async () => {
      const store = await open()
      const rooms = names(20)
      await outcomes(
        store,
        rooms.map((of, place) =>
          append(of, 0, 1 + place, { due: place % 2 ? place : null, addedSessions: [ann] }),
        ),
      )
      const before = await seen(store, rooms)
      expect(await seen(await reopen(store), rooms)).toEqual(before)
    })

    it('has the same key', async () => {
      const store = await open()
      const { key } = store
      expect((await reopen(store)).key).toBe(key)
    })

    it('continues each log at its end', async () => {
      let store = await open()
      for (let end = 0; end < 6; end += 2) {
        await wrote(store, append(room, end, 2, { due: end }))
        store = await reopen(store)
      }
      expect(await outcomes(store, [append(room, 4, 1)])).toEqual([
        { type: 'conflict', actual: { epoch: first, seq: 6 } },
      ])
      expect(await read(store, room)).toEqual(records(room, 0, 6))
    })

    it('does not have removed rooms', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 3, { due: 1, addedSessions: [ann] }))
      await right(store.remove(room, first, 3))
      const again = await reopen(store)
      expect(await right(again.list(null, 10))).toEqual([])
      expect(await outcomes(again, [append(room, 0, 1, { epoch: second })])).toEqual([appended])
    })
  })
}

export const describeDamage = (
  record: string,
  open: StoreUnderTest['open'],
  damage: StoreUnderTest['damage'],
): void => {
  if (damage === undefined) return
  describe(record, () => {
    it.each([1, 3, 5])('at %s of 5 makes reads of its room fail with its position', async (seq) => {
      const store = await open()
      await wrote(store, append(room, 0, 5))
      await damage(store, room, seq)
      const found = await store.read(room, 0, 100)()
      expect(E.isLeft(found) && found.left).toMatchObject({ type: 'corrupt', room, seq })
      expect(E.isLeft(found) && found.left.problem).toContain(`record ${seq} `)
    })

    it('does not affect another room', async () => {
      const store = await open()
      const [left = room, broken = room, last = room] = names(3)
      await outcomes(
        store,
        [left, broken, last].map((of) => append(of, 0, 5, { occupied: true })),
      )
      await damage(store, broken, 3)
      expect(await read(store, left)).toEqual(records(left, 0, 5))
      expect(await read(store, last)).toEqual(records(last, 0, 5))
      expect(await right(store.awaiting())).toHaveLength(3)
      expect(await outcomes(store, [append(left, 5, 1)])).toEqual([appended])
    })

    it('is reported by each page that includes it', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 9))
      await damage(store, room, 5)
      expect(await right(store.read(room, 0, 4))).toEqual(records(room, 0, 4))
      expect(E.isLeft(await store.read(room, 4, 1)())).toBe(true)
      expect(E.isLeft(await store.read(room, 3, 5)())).toBe(true)
    })
  })
}
