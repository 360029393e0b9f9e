import { isDeepStrictEqual } from 'node:util'
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { TaskEither } from '#fp/TaskEither'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type {
  Append,
  EventStore,
  IndexEntry,
  Outcome,
  RoomRecord,
  StoreFault,
} from '../../src/application/ports/event-store.js'
import type { Epoch, RoomId } from '../../src/domain/kernel/ids.js'
import { commandId, connectionId, epoch, memberId, roomId, sessionKey } from '../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../src/domain/room/index.js'

/** A store to be put to the test, and what can be done to it from outside. What it cannot is left out. */
export interface StoreUnderTest {
  /** A store that is empty. */
  readonly open: () => Promise<EventStore>
  /** Clears away what `open` and the others have made. Called after each test. */
  readonly dispose?: () => Promise<void>
  /** Ends this store in an orderly way and opens what it has kept. */
  readonly reopen?: (store: EventStore) => Promise<EventStore>
  /** Changes the bytes of one stored record behind the store's back. */
  readonly damage?: (store: EventStore, room: RoomId, seq: number) => Promise<void>
  /** Takes one stored record away behind the store's back. */
  readonly lose?: (store: EventStore, room: RoomId, seq: number) => Promise<void>
}

const first = epoch('epoch-1')
const second = epoch('epoch-2')
const room = roomId('room-1')

/** What every event store keeps: the promises of the port, each as a test. */
export const eventStoreContract = (name: string, under: StoreUnderTest): void => {
  describe(`${name}: the event store contract`, () => {
    afterEach(async () => under.dispose?.())

    describe('an append', () => {
      it.each([
        { log: 0, expected: 0, outcome: 'appended' },
        { log: 0, expected: 1, outcome: 'refused' },
        { log: 0, expected: 7, outcome: 'refused' },
        { log: 1, expected: 0, outcome: 'refused' },
        { log: 1, expected: 1, outcome: 'appended' },
        { log: 1, expected: 2, outcome: 'refused' },
        { log: 5, expected: 0, outcome: 'refused' },
        { log: 5, expected: 1, outcome: 'refused' },
        { log: 5, expected: 4, outcome: 'refused' },
        { log: 5, expected: 5, outcome: 'appended' },
        { log: 5, expected: 6, outcome: 'refused' },
        { log: 5, expected: 500, outcome: 'refused' },
      ])('to a log of $log that expects $expected is $outcome', async ({ log, expected, outcome }) => {
        const store = await under.open()
        if (log > 0) await wrote(store, append(room, 0, log))
        const actual = log > 0 ? { epoch: first, seq: log } : null
        expect(await outcomes(store, [append(room, expected, 2)])).toEqual([
          outcome === 'appended' ? appended : { type: 'conflict', actual },
        ])
        const end = outcome === 'appended' ? log + 2 : log
        expect(await read(store, room)).toEqual(records(room, 0, end))
      })

      it.each([0, 3, 4])('to a room that was removed expects an empty log, not %s', async (expected) => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3))
        await right(store.remove(room, first, 3))
        expect(await outcomes(store, [append(room, expected, 1, { epoch: second })])).toEqual([
          expected === 0 ? appended : { type: 'conflict', actual: null },
        ])
      })

      it.each([0, 3])('of another epoch is refused, also where it expects %s', async (expected) => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3))
        expect(await outcomes(store, [append(room, expected, 1, { epoch: second })])).toEqual([
          { type: 'conflict', actual: { epoch: first, seq: 3 } },
        ])
        expect(await read(store, room)).toEqual(records(room, 0, 3))
      })

      it('that is refused leaves nothing: no record, no index entry, no session', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 2, { due: 5_000, sessionsIn: [ann] }))
        const before = await right(store.find(room))
        await outcomes(store, [
          append(room, 1, 4, { due: 1, occupied: true, sessionsIn: [bob], sessionsOut: [ann] }),
        ])
        expect(await right(store.find(room))).toEqual(before)
        expect(await right(store.roomsOf(ann))).toEqual([room])
        expect(await right(store.roomsOf(bob))).toEqual([])
        expect(await read(store, room)).toEqual(records(room, 0, 2))
      })

      it('to a room that the store does not know leaves nothing where it is refused', async () => {
        const store = await under.open()
        await outcomes(store, [append(room, 3, 1, { occupied: true, sessionsIn: [ann] })])
        expect(await right(store.find(room))).toEqual(O.none)
        expect(await right(store.list(null, 10))).toEqual([])
        expect(await right(store.awaiting())).toEqual([])
        expect(await right(store.roomsOf(ann))).toEqual([])
      })

      it('of many records has all of them in the log, in order', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 200))
        expect(await read(store, room)).toEqual(records(room, 0, 200))
      })

      it.each<[string, (right: Append) => Append]>([
        ['a gap', (sound) => ({ ...sound, records: [...records(room, 2, 1), ...records(room, 4, 1)] })],
        [
          'a record twice',
          (sound) => ({ ...sound, records: [...records(room, 2, 1), ...records(room, 2, 1)] }),
        ],
        ['no records', (sound) => ({ ...sound, records: [] })],
        ['a record of another room', (sound) => ({ ...sound, records: records(roomId('room-2'), 2, 1) })],
        ['a record of another epoch', (sound) => ({ ...sound, records: records(room, 2, 1, second) })],
        ['a place that is not the next', (sound) => ({ ...sound, records: records(room, 7, 1) })],
      ])('with %s is a fault and leaves nothing', async (_flaw, broken) => {
        const store = await under.open()
        await wrote(store, append(room, 0, 2))
        const [outcome] = await outcomes(store, [broken(append(room, 2, 1))])
        expect(outcome?.type === 'fault' && outcome.fault.type).toBe('corrupt')
        expect(await read(store, room)).toEqual(records(room, 0, 2))
      })

      it('of 32 that create a room at once succeeds for exactly one, whose log it is', async () => {
        const store = await under.open()
        const creators = Array.from({ length: 32 }, (_, place) =>
          append(room, 0, 1 + (place % 3), { epoch: epoch(`epoch-${place}`) }),
        )
        const found = await Promise.all(creators.map(async (creator) => outcomes(store, [creator])))
        const winners = creators.filter((_, place) => found[place]?.[0]?.type === 'appended')
        expect(winners).toHaveLength(1)
        expect(await read(store, room)).toEqual(winners[0]?.records)
        const actual = { epoch: winners[0]?.epoch, seq: winners[0]?.records.length }
        const losers = found.flat().filter(({ type }) => type !== 'appended')
        expect(losers).toEqual(Array.from({ length: 31 }, () => ({ type: 'conflict', actual })))
      })

      it('of 32 to one place of a log succeeds for exactly one', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 4))
        const rivals = Array.from({ length: 32 }, () => outcomes(store, [append(room, 4, 1)]))
        const found = (await Promise.all(rivals)).flat()
        expect(found.filter(({ type }) => type === 'appended')).toHaveLength(1)
        expect(await read(store, room)).toEqual(records(room, 0, 5))
      })

      it('may follow another that has not been answered yet', async () => {
        const store = await under.open()
        const found = await Promise.all(
          Array.from({ length: 20 }, (_, place) => outcomes(store, [append(room, place * 2, 2)])),
        )
        expect(found.flat()).toEqual(Array.from({ length: 20 }, () => appended))
        expect(await read(store, room)).toEqual(records(room, 0, 40))
      })
    })

    describe('a group', () => {
      it('of nothing is answered with nothing', async () => {
        expect(await outcomes(await under.open(), [])).toEqual([])
      })

      it('of many rooms is answered for each, in its order', async () => {
        const store = await under.open()
        const rooms = names(50)
        const group = rooms.map((of, place) => append(of, place % 2, 1 + (place % 3)))
        const expected = rooms.map((_, place) =>
          place % 2 === 0 ? appended : { type: 'conflict', actual: null },
        )
        expect(await outcomes(store, group)).toEqual(expected)
      })

      it('in which one conflicts has all the others in', async () => {
        const store = await under.open()
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

      it('in which one is malformed has all the others in', async () => {
        const store = await under.open()
        const [left, broken, behind] = names(3).map((of) => append(of, 0, 2))
        if (left === undefined || broken === undefined || behind === undefined) return
        const found = await outcomes(store, [left, { ...broken, records: [] }, behind])
        expect(found.map(({ type }) => type)).toEqual(['appended', 'fault', 'appended'])
        expect(await read(store, left.room)).toEqual(left.records)
        expect(await read(store, behind.room)).toEqual(behind.records)
      })

      it('that comes while another is under way is answered too', async () => {
        const store = await under.open()
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

    describe('reading', () => {
      it.each([
        { after: 0, limit: 3, from: 0, count: 3 },
        { after: 3, limit: 3, from: 3, count: 3 },
        { after: 9, limit: 3, from: 9, count: 1 },
        { after: 10, limit: 3, from: 10, count: 0 },
        { after: 11, limit: 3, from: 11, count: 0 },
        { after: 0, limit: 0, from: 0, count: 0 },
        { after: 0, limit: 10, from: 0, count: 10 },
        { after: 0, limit: 1_000_000, from: 0, count: 10 },
      ])('$limit of 10 records after $after gives $count', async ({ after, limit, from, count }) => {
        const store = await under.open()
        await wrote(store, append(room, 0, 10))
        expect(await right(store.read(room, after, limit))).toEqual(records(room, from, count))
      })

      it('a room that is not there gives nothing', async () => {
        expect(await read(await under.open(), room)).toEqual([])
      })

      it('a long log in pages gives what reading it at once gives', async () => {
        const store = await under.open()
        for (let end = 0; end < 3_000; end += 600) await wrote(store, append(room, end, 600))
        const whole = await read(store, room)
        const pages: Array<RoomRecord> = []
        for (let page = await right(store.read(room, 0, 333)); page.length > 0;) {
          pages.push(...page)
          page = await right(store.read(room, pages.length, 333))
        }
        expect(whole).toEqual(records(room, 0, 3_000))
        expect(pages).toEqual(whole)
      })

      it('gives back each kind of record as it was written, secrets and personal parts included', async () => {
        const store = await under.open()
        const log = everyKind(room)
        await wrote(store, { ...append(room, 0, log.length), records: log })
        expect(await read(store, room)).toStrictEqual(log)
      })

      it('gives back whatever JSON clients have sent', async () => {
        const store = await under.open()
        const places = new Map<RoomId, number>()
        await fc.assert(
          fc.asyncProperty(payload, fc.integer({ min: 1, max: 3 }), async (sent, number) => {
            const of = roomId(`room-${number}`)
            const after = places.get(of) ?? 0
            const record: RoomRecord = {
              ...relayed(of, after + 1, first),
              type: 'relay.event',
              data: { module: 'quiz', event: 'said', payload: sent },
            }
            await wrote(store, { ...append(of, after, 1), records: [record] })
            places.set(of, after + 1)
            // `toStrictEqual` takes a payload's own key `constructor` for its class.
            expect(isDeepStrictEqual(await right(store.read(of, after, 1)), [record])).toBe(true)
          }),
          { numRuns: 200 },
        )
      })

      it('gives back a record of a megabyte, and those around it', async () => {
        const store = await under.open()
        const big: RoomRecord = {
          ...relayed(room, 2, first),
          type: 'relay.event',
          data: { module: 'quiz', event: 'said', payload: 'ä€𝄞x'.repeat(100_000) },
        }
        const log = [...records(room, 0, 1), big, ...records(room, 2, 1)]
        await wrote(store, { ...append(room, 0, 3), records: log })
        expect(await read(store, room)).toEqual(log)
      })

      it('sees what was answered as appended, at once', async () => {
        const store = await under.open()
        for (let end = 0; end < 20; end++) {
          await wrote(store, append(room, end, 1))
          expect((await right(store.read(room, end, 10))).map(({ seq }) => seq)).toEqual([end + 1])
        }
      })

      it('one room is not changed by what is appended to another', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3))
        await wrote(store, append(roomId('room-10'), 0, 5))
        await wrote(store, append(roomId('room-'), 0, 5))
        expect(await read(store, room)).toEqual(records(room, 0, 3))
      })
    })

    describe('the index', () => {
      it('does not know a room that nobody wrote', async () => {
        expect(await right((await under.open()).find(room))).toEqual(O.none)
      })

      it('tells of a room what its last append said', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3, { due: 9_000, occupied: true }))
        expect(await right(store.find(room))).toEqual(O.some(entry(room, 3, { due: 9_000, occupied: true })))
        await wrote(store, append(room, 3, 2, { due: null, occupied: false }))
        expect(await right(store.find(room))).toEqual(O.some(entry(room, 5)))
      })

      it('lists rooms by name, from any name on', async () => {
        const store = await under.open()
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
        const store = await under.open()
        await wrote(store, append(room, 0, 4, { due: 1 }))
        expect(await right(store.list(null, 10))).toEqual([entry(room, 4, { due: 1 })])
      })

      it('finds the rooms that are due or occupied, and no others', async () => {
        const store = await under.open()
        const [due, occupied, both, neither] = names(4)
        if (!due || !occupied || !both || !neither) return
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

      it('finds a room no more that is neither due nor occupied, and again when it is', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 1, { due: 7, occupied: true }))
        await wrote(store, append(room, 1, 1, { occupied: true }))
        expect(await right(store.awaiting())).toEqual([entry(room, 2, { occupied: true })])
        await wrote(store, append(room, 2, 1))
        expect(await right(store.awaiting())).toEqual([])
        await wrote(store, append(room, 3, 1, { due: 8 }))
        expect(await right(store.awaiting())).toEqual([entry(room, 4, { due: 8 })])
      })

      it('keeps up with appends that follow one another without waiting', async () => {
        const store = await under.open()
        await Promise.all([
          outcomes(store, [append(room, 0, 1, { due: 7 })]),
          outcomes(store, [append(room, 1, 1)]),
          outcomes(store, [append(room, 2, 1, { occupied: true, sessionsIn: [ann] })]),
          outcomes(store, [append(room, 3, 1, { sessionsOut: [ann] })]),
        ])
        expect(await right(store.awaiting())).toEqual([])
        expect(await right(store.roomsOf(ann))).toEqual([])
        expect(await right(store.find(room))).toEqual(O.some(entry(room, 4)))
      })
    })

    describe('the directory', () => {
      it('knows no rooms of a session that nobody wrote', async () => {
        expect(await right((await under.open()).roomsOf(ann))).toEqual([])
      })

      it('knows the rooms in which a session is a member, by name', async () => {
        const store = await under.open()
        const [left, middle, last] = names(3)
        if (!left || !middle || !last) return
        await wrote(store, append(last, 0, 1, { sessionsIn: [ann] }))
        await wrote(store, append(left, 0, 1, { sessionsIn: [bob, ann] }))
        await wrote(store, append(middle, 0, 1, { sessionsIn: [bob] }))
        expect(await right(store.roomsOf(ann))).toEqual([left, last])
        expect(await right(store.roomsOf(bob))).toEqual([left, middle])
      })

      it('forgets a session that is no member any more, in that room only', async () => {
        const store = await under.open()
        const [left, last] = names(2)
        if (!left || !last) return
        await wrote(store, append(left, 0, 1, { sessionsIn: [ann, bob] }))
        await wrote(store, append(last, 0, 1, { sessionsIn: [ann] }))
        await wrote(store, append(left, 1, 1, { sessionsOut: [ann] }))
        expect(await right(store.roomsOf(ann))).toEqual([last])
        expect(await right(store.roomsOf(bob))).toEqual([left])
      })

      it('takes it calmly that one comes in twice, or goes out that was not in', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 1, { sessionsIn: [ann], sessionsOut: [bob] }))
        await wrote(store, append(room, 1, 1, { sessionsIn: [ann] }))
        expect(await right(store.roomsOf(ann))).toEqual([room])
        await wrote(store, append(room, 2, 1, { sessionsOut: [ann] }))
        expect(await right(store.roomsOf(ann))).toEqual([])
      })

      it('does not take one session for another whose key begins like it', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 1, { sessionsIn: [sessionKey('ab')] }))
        expect(await right(store.roomsOf(sessionKey('a')))).toEqual([])
        expect(await right(store.roomsOf(sessionKey('abc')))).toEqual([])
      })
    })

    describe('removing', () => {
      it('takes away a room, its log, its index entry and its sessions', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3, { due: 1, occupied: true, sessionsIn: [ann] }))
        expect(await right(store.remove(room, first, 3))).toBe(true)
        expect(await read(store, room)).toEqual([])
        expect(await right(store.find(room))).toEqual(O.none)
        expect(await right(store.list(null, 10))).toEqual([])
        expect(await right(store.awaiting())).toEqual([])
        expect(await right(store.roomsOf(ann))).toEqual([])
      })

      it.each([
        ['whose log goes on', first, 2],
        ['whose log is shorter', first, 4],
        ['of another epoch', second, 3],
      ])('does nothing to a room %s', async (_which, of, seq) => {
        const store = await under.open()
        await wrote(store, append(room, 0, 3, { occupied: true, sessionsIn: [ann] }))
        expect(await right(store.remove(room, of, seq))).toBe(false)
        expect(await read(store, room)).toEqual(records(room, 0, 3))
        expect(await right(store.roomsOf(ann))).toEqual([room])
      })

      it('a room that is not there says so', async () => {
        expect(await right((await under.open()).remove(room, first, 0))).toBe(false)
      })

      it('leaves nothing of the old log in a new one of the same name', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 5_000))
        await right(store.remove(room, first, 5_000))
        await wrote(store, append(room, 0, 2, { epoch: second }))
        expect(await read(store, room)).toEqual(records(room, 0, 2, second))
        await wrote(store, append(room, 2, 1, { epoch: second }))
        expect(await read(store, room)).toEqual(records(room, 0, 3, second))
      })

      it('leaves the other rooms alone', async () => {
        const store = await under.open()
        const near = roomId('room-10')
        await outcomes(store, [
          append(room, 0, 2, { sessionsIn: [ann] }),
          append(near, 0, 2, { due: 1, sessionsIn: [ann] }),
        ])
        await right(store.remove(room, first, 2))
        expect(await read(store, near)).toEqual(records(near, 0, 2))
        expect(await right(store.roomsOf(ann))).toEqual([near])
        expect(await right(store.awaiting())).toEqual([entry(near, 2, { due: 1 })])
      })

      it('and an append at the same place: one of them wins', async () => {
        const store = await under.open()
        await wrote(store, append(room, 0, 2))
        const [[outcome], removed] = await Promise.all([
          outcomes(store, [append(room, 2, 1)]),
          right(store.remove(room, first, 2)),
        ])
        expect(outcome?.type === 'appended').toBe(!removed)
        expect(await read(store, room)).toHaveLength(removed ? 0 : 3)
      })
    })

    describe('a room of an odd name', () => {
      it.each(['.', '..', ':', '-', '_.', '0', '__proto__', 'constructor', 'x'.repeat(128)])(
        '%s is a room like any other',
        async (oddName) => {
          const store = await under.open()
          const odd = roomId(oddName)
          await wrote(store, append(odd, 0, 2, { due: 3, sessionsIn: [ann] }))
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
      it('waits for what is under way', async () => {
        const store = await under.open()
        const done: Array<string> = []
        const commit = outcomes(
          store,
          names(20).map((of) => append(of, 0, 5)),
        ).then(() => done.push('commit'))
        const closing = store.close().then(() => done.push('close'))
        await Promise.all([commit, closing])
        expect(done).toEqual(['commit', 'close'])
      })

      it('twice does no harm', async () => {
        const store = await under.open()
        await store.close()
        await store.close()
      })
    })

    survivesReopening(under)
    standsDamage('a record that was changed', under.open, under.damage)
    standsDamage('a record that is lost', under.open, under.lose)
  })
}

const survivesReopening = ({ open, reopen }: StoreUnderTest): void => {
  if (reopen === undefined) return
  describe('opened again', () => {
    it('has every record, index entry and session that it had', async () => {
      const store = await open()
      const rooms = names(20)
      await outcomes(
        store,
        rooms.map((of, place) =>
          append(of, 0, 1 + place, { due: place % 2 ? place : null, sessionsIn: [ann] }),
        ),
      )
      const before = await seen(store, rooms)
      expect(await seen(await reopen(store), rooms)).toEqual(before)
    })

    it('goes on where each log ended', async () => {
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

    it('has no room that was removed', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 3, { due: 1, sessionsIn: [ann] }))
      await right(store.remove(room, first, 3))
      const again = await reopen(store)
      expect(await right(again.list(null, 10))).toEqual([])
      expect(await outcomes(again, [append(room, 0, 1, { epoch: second })])).toEqual([appended])
    })
  })
}

const standsDamage = (what: string, open: StoreUnderTest['open'], damage: StoreUnderTest['damage']): void => {
  if (damage === undefined) return
  describe(what, () => {
    it.each([1, 3, 5])('stops the room with a fault that names it: the one at %s of 5', async (seq) => {
      const store = await open()
      await wrote(store, append(room, 0, 5))
      await damage(store, room, seq)
      const found = await store.read(room, 0, 100)()
      expect(E.isLeft(found) && found.left).toMatchObject({ type: 'corrupt', room, seq })
      expect(E.isLeft(found) && found.left.problem).toContain(`record ${seq} `)
    })

    it('stops no other room', async () => {
      const store = await open()
      const [left, broken, last] = names(3)
      if (!left || !broken || !last) return
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

    it('does not hide behind a page that begins after it or ends before it', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 9))
      await damage(store, room, 5)
      expect(await right(store.read(room, 0, 4))).toEqual(records(room, 0, 4))
      expect(E.isLeft(await store.read(room, 4, 1)())).toBe(true)
      expect(E.isLeft(await store.read(room, 3, 5)())).toBe(true)
    })
  })
}

const ann = sessionKey('a'.repeat(64))
const bob = sessionKey('b'.repeat(64))

const appended: Outcome = { type: 'appended' }

/** `room-01`, `room-02` …, in the order of their names. */
const names = (count: number): ReadonlyArray<RoomId> =>
  Array.from({ length: count }, (_, place) => roomId(`room-${String(place + 1).padStart(2, '0')}`))

const relayed = (of: RoomId, seq: number, in_: Epoch): RoomRecord => ({
  type: 'relay.event',
  data: { module: 'quiz', event: 'said', payload: { number: seq, of } },
  room: of,
  epoch: in_,
  seq,
  at: 1_700_000_000_000 + seq,
  by: memberId('socket-1'),
  cause: { id: commandId(`command-${seq}`), digest: 'd1' },
})

const records = (of: RoomId, after: number, count: number, in_: Epoch = first): ReadonlyArray<RoomRecord> =>
  Array.from({ length: count }, (_, place) => relayed(of, after + place + 1, in_))

const append = (of: RoomId, expectedSeq: number, count: number, rest: Partial<Append> = {}): Append => ({
  room: of,
  epoch: first,
  expectedSeq,
  records: records(of, expectedSeq, count, rest.epoch),
  due: null,
  occupied: false,
  sessionsIn: [],
  sessionsOut: [],
  ...rest,
})

const entry = (of: RoomId, seq: number, rest: Partial<IndexEntry> = {}): IndexEntry => ({
  room: of,
  epoch: first,
  seq,
  lastAt: 1_700_000_000_000 + seq,
  due: null,
  occupied: false,
  ...rest,
})

const outcomes = (store: EventStore, appends: ReadonlyArray<Append>): Promise<ReadonlyArray<Outcome>> =>
  store.commit(appends)()

const wrote = async (store: EventStore, wanted: Append): Promise<void> =>
  expect(await outcomes(store, [wanted])).toEqual([appended])

const right = async <Answer>(asked: TaskEither<StoreFault, Answer>): Promise<Answer> => {
  const answer = await asked()
  if (E.isLeft(answer)) throw new Error(answer.left.problem)
  return answer.right
}

const read = (store: EventStore, of: RoomId): Promise<ReadonlyArray<RoomRecord>> =>
  right(store.read(of, 0, 1_000_000))

const seen = async (store: EventStore, rooms: ReadonlyArray<RoomId>) => ({
  logs: await Promise.all(rooms.map((of) => read(store, of))),
  listed: await right(store.list(null, 1_000)),
  awaiting: await right(store.awaiting()),
  rooms: await right(store.roomsOf(ann)),
})

/** One record of each type, each with all that it can have: the compiler says when one is missing. */
const everyKind = (of: RoomId): ReadonlyArray<RoomRecord> => {
  const member = { id: 'ann', name: 'Ann' }
  const proof = {
    algorithm: 'draw/1' as const,
    room: of,
    drawNo: 1,
    serverSeed: '00',
    commitment: '11',
    members: [member],
    contributions: [{ by: 'socket-1', entropy: '22' }],
    ticks: 50,
  }
  const id = memberId('socket-1')
  const tie = { session: ann, connection: connectionId('connection-1') }
  const entered = { memberId: id, dialect: 'picker', role: 'viewer' } as const
  const kinds: { readonly [Type in RoomEvent['type']]: Extract<RoomEvent, { readonly type: Type }> } = {
    'room.created': {
      type: 'room.created',
      data: { room: of, isPrivate: true, maxPeers: 10, history: 'own' },
      secret: { tokenHash: 'f0' },
    },
    'room.member-joined': {
      type: 'room.member-joined',
      data: { ...entered, name: 'Änn 𝄞', userId: null },
      secret: tie,
    },
    'room.member-away': { type: 'room.member-away', data: { memberId: id, until: 12.5 } },
    'room.member-back': { type: 'room.member-back', data: { memberId: id }, secret: tie },
    'room.member-left': { type: 'room.member-left', data: { ...entered, reason: 'left' } },
    'room.role-changed': {
      type: 'room.role-changed',
      data: { memberId: id, dialect: 'picker', from: 'viewer', to: 'broadcaster' },
    },
    'room.activity-activated': {
      type: 'room.activity-activated',
      data: { activity: 'quiz', runBy: 'relay', options: { by: 'Ann' } },
    },
    'room.activity-deactivated': { type: 'room.activity-deactivated', data: { activity: 'quiz' } },
    'room.closed': { type: 'room.closed', data: { reason: 'imported' } },
    'random-picker.committed': {
      type: 'random-picker.committed',
      data: { drawNo: 1, commitment: '11' },
      secret: { serverSeed: '00' },
    },
    'random-picker.contributed': {
      type: 'random-picker.contributed',
      data: { drawNo: 1, by: 'socket-1', entropy: '22' },
    },
    'random-picker.started': {
      type: 'random-picker.started',
      data: {
        drawId: 'main-1',
        drawNo: 1,
        members: [member],
        ticks: 50,
        intervalMs: 100,
        commitment: '11',
        startedAt: 1_700_000_000_000,
      },
      secret: { plan: [0, 0, 0] },
    },
    'random-picker.highlight': {
      type: 'random-picker.highlight',
      data: { drawId: 'main-1', tick: 1, index: 0, member },
    },
    'random-picker.complete': {
      type: 'random-picker.complete',
      data: { drawId: 'main-1', index: 0, winner: member, proof },
    },
    'random-picker.cancelled': {
      type: 'random-picker.cancelled',
      data: { drawId: 'main-1', reason: 'cancelled', proof },
    },
    'relay.event': { type: 'relay.event', data: { module: 'quiz', event: 'said', payload: null } },
  }
  return Object.values(kinds).map((event, place) => ({
    ...event,
    room: of,
    epoch: first,
    seq: place + 1,
    at: 1_700_000_000_000 + place,
    by: place % 2 === 0 ? null : id,
    cause: place % 3 === 0 ? { id: commandId(`c${place}`), digest: 'ab' } : null,
  }))
}

/** Text of any UTF-16 units, halves of surrogate pairs among them. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })

const key = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hash', 'room', '0', '10', '9'),
)

/** What `JSON.parse` can give. `-0` is left out: JSON has one zero, and so does the log. */
const { payload } = fc.letrec<{ payload: unknown }>((tie) => ({
  payload: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.integer(),
      fc.constantFrom(0, 1e21, 1e-7, 5e-324, Number.MAX_SAFE_INTEGER, 123456789012345680000),
    ),
    fc.constantFrom(null, true, false, '', {}, []),
    fc.array(tie('payload'), { maxLength: 4 }),
    // `fromEntries` makes a key of its own of `__proto__` too, as JSON.parse does.
    fc.array(fc.tuple(key, tie('payload')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}))
