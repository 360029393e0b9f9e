import * as O from '#fp/Option'
import { describe, expect, it } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { Open } from './records.js'
import {
  first,
  second,
  room,
  ann,
  names,
  records,
  append,
  appended,
  entry,
  outcomes,
  wrote,
  right,
  read,
} from './records.js'

export const describeRemovals = (open: Open): void => {
  describe('removing', () => {
    it('a room removes its log, index entry and sessions', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 3, { due: 1, occupied: true, addedSessions: [ann] }))
      expect(await right(store.remove(room, first, 3))).toBe(true)
      expect(await read(store, room)).toEqual([])
      expect(await right(store.find(room))).toEqual(O.none)
      expect(await right(store.list(null, 10))).toEqual([])
      expect(await right(store.awaiting())).toEqual([])
      expect(await right(store.roomsOf(ann))).toEqual([])
    })

    it.each([
      ['with a longer log', first, 2],
      ['with a shorter log', first, 4],
      ['of another epoch', second, 3],
    ])('a room %s has no effect', async (_which, of, seq) => {
      const store = await open()
      await wrote(store, append(room, 0, 3, { occupied: true, addedSessions: [ann] }))
      expect(await right(store.remove(room, of, seq))).toBe(false)
      expect(await read(store, room)).toEqual(records(room, 0, 3))
      expect(await right(store.roomsOf(ann))).toEqual([room])
    })

    it('an unknown room gives false', async () => {
      expect(await right((await open()).remove(room, first, 0))).toBe(false)
    })

    it('a room leaves no records to a new log of the same name', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 5_000, { due: 1, occupied: true, addedSessions: [ann] }))
      await right(store.remove(room, first, 5_000))
      await wrote(store, append(room, 0, 2, { epoch: second }))
      expect(await read(store, room)).toEqual(records(room, 0, 2, second))
      await wrote(store, append(room, 2, 1, { epoch: second }))
      expect(await read(store, room)).toEqual(records(room, 0, 3, second))
      expect(await right(store.awaiting())).toEqual([])
      expect(await right(store.roomsOf(ann))).toEqual([])
    })

    it('a room does not affect others', async () => {
      const store = await open()
      const near = roomId('room-10')
      await outcomes(store, [
        append(room, 0, 2, { addedSessions: [ann] }),
        append(near, 0, 2, { due: 1, addedSessions: [ann] }),
      ])
      await right(store.remove(room, first, 2))
      expect(await read(store, near)).toEqual(records(near, 0, 2))
      expect(await right(store.roomsOf(ann))).toEqual([near])
      expect(await right(store.awaiting())).toEqual([entry(near, 2, { due: 1 })])
    })

    it('and appending at the same position: only one of them succeeds', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 2))
      const [[outcome], removed] = await Promise.all([
        outcomes(store, [append(room, 2, 1)]),
        right(store.remove(room, first, 2)),
      ])
      expect(outcome?.type === 'appended').toBe(!removed)
      expect(await read(store, room)).toHaveLength(removed ? 0 : 3)
    })
  })

  describe('a room with an unusual name', () => {
    it.each(['.', '..', ':', '-', '_.', '0', '__proto__', 'constructor', 'x'.repeat(128)])(
      '%s is a room like any other',
      async (oddName) => {
        const store = await open()
        const odd = roomId(oddName)
        await wrote(store, append(odd, 0, 2, { due: 3, addedSessions: [ann] }))
        await wrote(store, append(odd, 2, 1, { due: 4 }))
        expect(await read(store, odd)).toEqual(records(odd, 0, 3))
        expect(await right(store.find(odd))).toEqual(O.some(entry(odd, 3, { due: 4 })))
        expect(await right(store.awaiting())).toEqual([entry(odd, 3, { due: 4 })])
        expect(await right(store.roomsOf(ann))).toEqual([odd])
        expect(await right(store.remove(odd, first, 3))).toBe(true)
      },
    )
  })

  describe('closing', () => {
    it('waits for pending appends, which are committed', async () => {
      const store = await open()
      const done: Array<string> = []
      const committing = outcomes(
        store,
        names(20).map((of) => append(of, 0, 5)),
      ).then((found) => {
        done.push('commit')
        return found
      })
      const closing = store.close().then(() => done.push('close'))
      expect(await committing).toEqual(names(20).map(() => appended))
      await closing
      expect(done).toEqual(['commit', 'close'])
    })

    it('twice has no effect', async () => {
      const store = await open()
      await store.close()
      await store.close()
    })
  })
}
