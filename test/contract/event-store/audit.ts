import { createHash } from 'node:crypto'
import * as E from '#fp/Either'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditEntry, AuditFault, AuditRecord } from '../../../src/application/ports/audit-trail.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import type { TaskEither } from '#fp/TaskEither'
import { canonicalJson } from '../../../src/domain/kernel/json.js'
import type { StoreUnderTest } from './records.js'
import { append, appended, names, outcomes, room, wrote } from './records.js'

export const auditEntry = (request: string, rest: Partial<AuditEntry> = {}): AuditEntry => ({
  at: 1_700_000_000_000,
  user: 'ann',
  isVerified: true,
  roles: ['staff'],
  room,
  action: '/rooms command',
  target: null,
  outcome: 'accepted',
  reason: null,
  node: 'node-1',
  address: '192.0.2.1',
  request,
  ...rest,
})

const entries = (from: number, count: number, rest: Partial<AuditEntry> = {}): ReadonlyArray<AuditEntry> =>
  Array.from({ length: count }, (_, index) => auditEntry(`request-${from + index}`, rest))

const found = async <Found>(query: TaskEither<AuditFault, Found>): Promise<Found> => {
  const result = await query()
  if (E.isLeft(result)) throw new Error(result.left.problem)
  return result.right
}

const trail = (store: EventStore): Promise<ReadonlyArray<AuditRecord>> =>
  found(store.audit.read(0, 1_000_000))

const requestsIn = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await trail(store)).map(({ request }) => request)

const seqsIn = async (store: EventStore): Promise<ReadonlyArray<number>> =>
  (await trail(store)).map(({ seq }) => seq)

/** `count` is left out where an entry has none. */
const entryOf = ({ seq: _seq, hash: _hash, ...entry }: AuditRecord): AuditEntry => entry

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 })
const anyEntry: fc.Arbitrary<AuditEntry> = fc
  .record(
    {
      at: fc.integer({ min: 0, max: 2 ** 52 }),
      user: fc.option(anyText),
      isVerified: fc.boolean(),
      roles: fc.subarray(['staff', 'admin', 'super_admin'] as const),
      room: fc.option(fc.constant(room)),
      action: anyText,
      target: fc.option(anyText),
      outcome: fc.constantFrom('accepted', 'refused'),
      reason: fc.option(anyText),
      node: anyText,
      address: fc.option(anyText),
      request: anyText,
      count: fc.integer({ min: 2, max: 2 ** 40 }),
    },
    {
      requiredKeys: [
        ...(['at', 'user', 'isVerified', 'roles', 'room', 'action'] as const),
        ...(['target', 'outcome', 'reason', 'node', 'address', 'request'] as const),
      ],
    },
  )
  .map((entry) => ({ ...entry }))

/** Follows the documented rule with other code than the stores. */
const hashAfter = (previous: string, { hash: _hash, ...content }: AuditRecord): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(canonicalJson(content)).digest('hex')

const expectChain = (anchor: string, records: ReadonlyArray<AuditRecord>): void => {
  let previous = anchor
  for (const record of records) {
    expect(record.hash).toBe(hashAfter(previous, record))
    previous = record.hash
  }
}

export const describeAudit = (open: StoreUnderTest['open']): void => {
  describe('the audit trail', () => {
    it('is empty in a new store', async () => {
      const store = await open()
      const { anchor, head } = await found(store.audit.extent())
      expect(await trail(store)).toEqual([])
      expect(anchor.seq).toBe(0)
      expect(head).toEqual(anchor)
    })

    it('has the entries of appended appends, in the order of the group', async () => {
      const store = await open()
      const [left = room, right = room] = names(2)
      const group = [
        append(left, 0, 1, { audit: entries(1, 2) }),
        append(right, 0, 2, { audit: entries(3, 1) }),
      ]
      expect(await outcomes(store, group)).toEqual([appended, appended])
      await wrote(store, append(left, 1, 1, { audit: entries(4, 2) }))
      await wrote(store, append(left, 2, 1, { audit: [] }))
      expect(await requestsIn(store)).toEqual([1, 2, 3, 4, 5].map((each) => `request-${each}`))
      expect(await seqsIn(store)).toEqual([1, 2, 3, 4, 5])
    })

    it('has no entry of an append that conflicts or is malformed', async () => {
      const store = await open()
      const [left = room, middle = room, right = room] = names(3)
      const group = [
        append(left, 4, 1, { audit: entries(1, 1) }),
        { ...append(middle, 0, 1, { audit: entries(2, 1) }), records: [] },
        append(right, 0, 1, { audit: entries(3, 1) }),
      ]
      expect((await outcomes(store, group)).map(({ type }) => type)).toEqual([
        'conflict',
        'fault',
        'appended',
      ])
      expect(await requestsIn(store)).toEqual(['request-3'])
      expect(await seqsIn(store)).toEqual([1])
    })

    it('has recorded entries, all of them and in order', async () => {
      const store = await open()
      await found(store.audit.record(entries(1, 300)))
      await found(store.audit.record([]))
      await found(store.audit.record(entries(301, 1)))
      expect(await trail(store)).toHaveLength(301)
      expect((await trail(store)).map(entryOf)).toEqual(entries(1, 301))
    })

    it('has no gap after concurrent appends and recordings', async () => {
      const store = await open()
      await Promise.all(
        Array.from({ length: 60 }, (_, place) =>
          place % 2 === 0
            ? outcomes(store, [append(room, place / 2, 1, { audit: entries(place, 1) })])
            : store.audit.record(entries(place, 1))(),
        ),
      )
      expect(await seqsIn(store)).toEqual(Array.from({ length: 60 }, (_, place) => place + 1))
      expect((await requestsIn(store)).toSorted()).toEqual(
        entries(0, 60)
          .map(({ request }) => request)
          .toSorted(),
      )
      expectChain((await found(store.audit.extent())).anchor.hash, await trail(store))
    })

    it('gives any entry unchanged, in the documented hash chain', async () => {
      const store = await open()
      await fc.assert(
        fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 5 }), async (some) => {
          const before = await trail(store)
          await found(store.audit.record(some))
          expect((await trail(store)).slice(before.length).map(entryOf)).toEqual(some)
        }),
        { numRuns: 50 },
      )
      const { anchor, head } = await found(store.audit.extent())
      const records = await trail(store)
      expectChain(anchor.hash, records)
      expect(head).toEqual({ seq: records.at(-1)?.seq, hash: records.at(-1)?.hash })
    })

    it.each([
      { after: 0, limit: 3, seqs: [1, 2, 3] },
      { after: 2, limit: 2, seqs: [3, 4] },
      { after: 3, limit: 9, seqs: [4, 5] },
      { after: 5, limit: 9, seqs: [] },
      { after: 50, limit: 9, seqs: [] },
      { after: 0, limit: 0, seqs: [] },
    ])('read after $after with the limit $limit gives $seqs', async ({ after, limit, seqs }) => {
      const store = await open()
      await found(store.audit.record(entries(1, 5)))
      expect((await found(store.audit.read(after, limit))).map(({ seq }) => seq)).toEqual(seqs)
    })

    it('is read in long pages, too', async () => {
      const store = await open()
      await found(store.audit.record(entries(1, 2_000)))
      expect(await found(store.audit.read(0, 1_700))).toEqual((await trail(store)).slice(0, 1_700))
      expect(await trail(store)).toHaveLength(2_000)
    })
  })

  describe('removing old audit records', () => {
    const at = (from: number, instants: ReadonlyArray<number>): ReadonlyArray<AuditEntry> =>
      instants.map((instant, index) => auditEntry(`request-${from + index}`, { at: instant }))

    it.each([
      { before: 10, removed: 0 },
      { before: 11, removed: 1 },
      { before: 25, removed: 2 },
      { before: 1_000, removed: 5 },
    ])('before $before removes the first $removed', async ({ before, removed }) => {
      const store = await open()
      await found(store.audit.record(at(1, [10, 20, 30, 25, 40])))
      const all = await trail(store)
      const { head } = await found(store.audit.extent())
      expect(await found(store.audit.removeBefore(before))).toBe(removed)
      expect(await trail(store)).toEqual(all.slice(removed))
      const after = await found(store.audit.extent())
      expect(after.head).toEqual(head)
      expect(after.anchor.seq).toBe(removed)
      expectChain(after.anchor.hash, await trail(store))
    })

    it('leaves a trail that continues and can be reduced again', async () => {
      const store = await open()
      await found(store.audit.record(at(1, [10, 20])))
      await found(store.audit.removeBefore(50))
      await found(store.audit.record(at(3, [60, 70])))
      expect(await seqsIn(store)).toEqual([3, 4])
      expectChain((await found(store.audit.extent())).anchor.hash, await trail(store))
      expect(await found(store.audit.removeBefore(65))).toBe(1)
      expect(await seqsIn(store)).toEqual([4])
      expectChain((await found(store.audit.extent())).anchor.hash, await trail(store))
    })

    it('removes many', async () => {
      const store = await open()
      await found(store.audit.record(entries(1, 5_000, { at: 1 })))
      await found(store.audit.record(entries(5_001, 1, { at: 2 })))
      expect(await found(store.audit.removeBefore(2))).toBe(5_000)
      expect(await seqsIn(store)).toEqual([5_001])
    })
  })
}

export const describeReopenedAudit = ({ open, reopen }: StoreUnderTest): void => {
  if (reopen === undefined) return
  it('a reopened store has the audit trail and continues it', async () => {
    let store = await open()
    await wrote(store, append(room, 0, 1, { audit: entries(1, 2) }))
    await found(store.audit.record(entries(3, 2)))
    await found(store.audit.removeBefore(0))
    const before = [await trail(store), await found(store.audit.extent())]
    store = await reopen(store)
    expect([await trail(store), await found(store.audit.extent())]).toEqual(before)
    await found(store.audit.record(entries(5, 1)))
    expect(await seqsIn(store)).toEqual([1, 2, 3, 4, 5])
    expectChain((await found(store.audit.extent())).anchor.hash, await trail(store))
  })
}

export const describeAuditDamage = (
  what: string,
  open: StoreUnderTest['open'],
  change: StoreUnderTest['damageAudit'],
): void => {
  if (change === undefined) return
  it.each([1, 3, 5])(`${what} audit record %s of 5 makes reads fail with its seq`, async (seq) => {
    const store = await open()
    await found(store.audit.record(entries(1, 5)))
    await change(store, seq)
    const result = await store.audit.read(0, 100)()
    expect(E.isLeft(result) && result.left).toMatchObject({ type: 'corrupt', seq })
    expect(E.isLeft(result) && result.left.problem).toContain(`record ${seq} `)
    expect(await found(store.audit.read(0, seq - 1))).toHaveLength(seq - 1)
  })
}
