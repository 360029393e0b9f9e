import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { RoomId } from '../../../src/domain/kernel/ids.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { Open } from './records.js'
import { first, room, relayed, records, append, wrote, right, read } from './records.js'
import { recordsOfEachType } from './event-types.js'

export const describeReads = (open: Open): void => {
  describe('a read', () => {
    it.each([
      { after: 0, limit: 3, from: 0, count: 3 },
      { after: 3, limit: 3, from: 3, count: 3 },
      { after: 9, limit: 3, from: 9, count: 1 },
      { after: 10, limit: 3, from: 10, count: 0 },
      { after: 11, limit: 3, from: 11, count: 0 },
      { after: 0, limit: 0, from: 0, count: 0 },
      { after: 0, limit: 10, from: 0, count: 10 },
      { after: 0, limit: 1_000_000, from: 0, count: 10 },
    ])('of $limit of 10 records after $after gives $count', async ({ after, limit, from, count }) => {
      const store = await open()
      await wrote(store, append(room, 0, 10))
      expect(await right(store.read(room, after, limit))).toEqual(records(room, from, count))
    })

    it('of an unknown room gives no records', async () => {
      expect(await read(await open(), room)).toEqual([])
    })

    it('in pages gives the same log as one read', async () => {
      const store = await open()
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

    it.each([
      { maxBytes: 1, count: 1 },
      { maxBytes: 25_000, count: 3 },
      { maxBytes: 1_000_000, count: 4 },
    ])(
      'of four 10 KB records ends with the record that reaches $maxBytes bytes',
      async ({ maxBytes, count }) => {
        const store = await open()
        const log = [1, 2, 3, 4].map((seq) => relayed(room, seq, first, 'x'.repeat(10_000)))
        await wrote(store, { ...append(room, 0, 4), records: log })
        expect(await right(store.read(room, 0, 100, maxBytes))).toEqual(log.slice(0, count))
        expect(await right(store.read(room, 1, 1, maxBytes))).toEqual(log.slice(1, 2))
      },
    )

    it('gives each type of record as it was written, with secrets and personal data', async () => {
      const store = await open()
      const log = recordsOfEachType(room)
      await wrote(store, { ...append(room, 0, log.length), records: log })
      expect(await read(store, room)).toStrictEqual(log)
    })

    it('gives any JSON payload unchanged', async () => {
      const store = await open()
      const lengths = new Map<RoomId, number>()
      await fc.assert(
        fc.asyncProperty(payload, fc.integer({ min: 1, max: 3 }), async (sent, number) => {
          const of = roomId(`room-${number}`)
          const after = lengths.get(of) ?? 0
          const record = relayed(of, after + 1, first, sent)
          await wrote(store, { ...append(of, after, 1), records: [record] })
          lengths.set(of, after + 1)
          // `toStrictEqual` would take the payload's own key `constructor` for its class.
          expect(isDeepStrictEqual(await right(store.read(of, after, 1)), [record])).toBe(true)
        }),
        { numRuns: 200 },
      )
    })

    it('gives a record of a megabyte and its neighbours', async () => {
      const store = await open()
      const big = relayed(room, 2, first, 'ä€𝄞x'.repeat(100_000))
      const log = [...records(room, 0, 1), big, ...records(room, 2, 1)]
      await wrote(store, { ...append(room, 0, 3), records: log })
      expect(await read(store, room)).toEqual(log)
    })

    it('contains an append as soon as it is confirmed', async () => {
      const store = await open()
      for (let end = 0; end < 20; end++) {
        await wrote(store, append(room, end, 1))
        expect((await right(store.read(room, end, 10))).map(({ seq }) => seq)).toEqual([end + 1])
      }
    })

    it('of one room is independent of appends to others', async () => {
      const store = await open()
      await wrote(store, append(room, 0, 3))
      await wrote(store, append(roomId('room-10'), 0, 5))
      await wrote(store, append(roomId('room-'), 0, 5))
      expect(await read(store, room)).toEqual(records(room, 0, 3))
    })
  })
}

/** Text of any UTF-16 units, including lone surrogates. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })

const key = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hash', 'room', '0', '10', '9'),
)

/** Any value of `JSON.parse`. `-0` is left out: JSON has one zero, and so does the log. */
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
    // Like JSON.parse, `fromEntries` makes an own key of `__proto__`.
    fc.array(fc.tuple(key, tie('payload')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}))
