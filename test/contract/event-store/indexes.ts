import * as O from '#fp/Option'
import { describe, expect, it } from 'vitest'
import { roomId, sessionKey } from '../../../src/domain/kernel/ids.js'
import type { Open } from './records.js'
import { room, ann, bob, names, append, entry, outcomes, wrote, right } from './records.js'

export const describeIndex = (open: Open): void => {
  describe('the key', () => {
    it('is text of 32 random bytes and differs between stores', async () => {
      const [one, other] = [await open(), await open()]
      expect(one.key).toMatch(/^[\w-]{43}$/)
      expect(other.key).not.toBe(one.key)
    })
  })

  describe('the index', () => {
    it('does not know a room without appends', async () => {
      expect(await right((await open()).find(room))).toEqual(O.none)
    })

    it("has the entry of a room's last append", async () => {
      const store = await open()
      await wrote(store, append(room, 0, 3, { due: 9_000, occupied: true }))
      expect(await right(store.find(room))).toEqual(O.some(entry(room, 3, { due: 9_000, occupied: true })))
      await wrote(store, append(room, 3, 2, { due: null, occupied: false }))
      expect(await right(store.find(room))).toEqual(O.some(entry(room, 5)))
    })

    it('lists rooms by name after any name', async () => {
      const store = await open()
      for (const of of ['b', 'B', 'a.1', 'a', '_', '10', '9', 'z:'])
        await wrote(store, append(roomId(of), 0, 1))
      const order = ['10', '9', 'B', '_', 'a', 'a.1', 'b', 'z:']
      const listed = async (after: string | null, limit: number): Promise<ReadonlyArray<string>> =>
        (await right(store.list(after === null ? null : roomId(after), limit))).map((found) => found.room)
      expect(await listed(null, 100)).toEqual(order)
      expect(await listed(null, 3)).toEqual(order.slice(0, 3))
      expect(await listed('B', 3)).toEqual(['_', 'a', 'a.1'])
      expect(await listed('Z', 2)).toEqual(['_', 'a'])
      expect(await listed('z:', 10)).toEqual([])
    })

    it('lists each room with its entry', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 4, { due: 1 }))
      expect(await right(store.list(null, 10))).toEqual([entry(room, 4, { due: 1 })])
    })

    it('finds exactly the rooms that are due or occupied', async () => {
      const store = await open()
      const [due = room, occupied = room, both = room, neither = room] = names(4)
      await outcomes(store, [
        append(neither, 0, 1),
        append(both, 0, 1, { due: 7, occupied: true }),
        append(occupied, 0, 1, { occupied: true }),
        append(due, 0, 1, { due: 0 }),
      ])
      expect(await right(store.awaiting())).toEqual([
        entry(due, 1, { due: 0 }),
        entry(occupied, 1, { occupied: true }),
        entry(both, 1, { due: 7, occupied: true }),
      ])
    })

    it('lists a room as awaiting only while it is due or occupied', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 1, { due: 7, occupied: true }))
      await wrote(store, append(room, 1, 1, { occupied: true }))
      expect(await right(store.awaiting())).toEqual([entry(room, 2, { occupied: true })])
      await wrote(store, append(room, 2, 1))
      expect(await right(store.awaiting())).toEqual([])
      await wrote(store, append(room, 3, 1, { due: 8 }))
      expect(await right(store.awaiting())).toEqual([entry(room, 4, { due: 8 })])
    })

    it('is up to date after concurrent appends', async () => {
      const store = await open()
      await Promise.all([
        outcomes(store, [append(room, 0, 1, { due: 7 })]),
        outcomes(store, [append(room, 1, 1)]),
        outcomes(store, [append(room, 2, 1, { occupied: true, addedSessions: [ann] })]),
        outcomes(store, [append(room, 3, 1, { removedSessions: [ann] })]),
      ])
      expect(await right(store.awaiting())).toEqual([])
      expect(await right(store.roomsOf(ann))).toEqual([])
      expect(await right(store.find(room))).toEqual(O.some(entry(room, 4)))
    })
  })

  describe('the session directory', () => {
    it('has no rooms for an unknown session', async () => {
      expect(await right((await open()).roomsOf(ann))).toEqual([])
    })

    it('has the rooms in which a session is a member, by name', async () => {
      const store = await open()
      const [left = room, middle = room, last = room] = names(3)
      await wrote(store, append(last, 0, 1, { addedSessions: [ann] }))
      await wrote(store, append(left, 0, 1, { addedSessions: [bob, ann] }))
      await wrote(store, append(middle, 0, 1, { addedSessions: [bob] }))
      expect(await right(store.roomsOf(ann))).toEqual([left, last])
      expect(await right(store.roomsOf(bob))).toEqual([left, middle])
    })

    it('removes a session from one room only', async () => {
      const store = await open()
      const [left = room, last = room] = names(2)
      await wrote(store, append(left, 0, 1, { addedSessions: [ann, bob] }))
      await wrote(store, append(last, 0, 1, { addedSessions: [ann] }))
      await wrote(store, append(left, 1, 1, { removedSessions: [ann] }))
      expect(await right(store.roomsOf(ann))).toEqual([last])
      expect(await right(store.roomsOf(bob))).toEqual([left])
    })

    it('accepts adding a session twice and removing an unknown session', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 1, { addedSessions: [ann], removedSessions: [bob] }))
      await wrote(store, append(room, 1, 1, { addedSessions: [ann] }))
      expect(await right(store.roomsOf(ann))).toEqual([room])
      await wrote(store, append(room, 2, 1, { removedSessions: [ann] }))
      expect(await right(store.roomsOf(ann))).toEqual([])
    })

    it('distinguishes sessions whose keys share a prefix', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 1, { addedSessions: [sessionKey('ab')] }))
      expect(await right(store.roomsOf(sessionKey('a')))).toEqual([])
      expect(await right(store.roomsOf(sessionKey('abc')))).toEqual([])
    })
  })
}
