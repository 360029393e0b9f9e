import { generateKeyPairSync } from 'node:crypto'
import * as E from '#fp/Either'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEntry, AuditFault, AuditStore } from '../../../src/application/ports/audit-trail.js'
import type { SignedHead } from '../../../src/infrastructure/audit/signed-head.js'
import { signHead } from '../../../src/infrastructure/audit/signed-head.js'
import type { VerifiedTrail } from '../../../src/infrastructure/audit/verify-trail.js'
import { verifyTrail } from '../../../src/infrastructure/audit/verify-trail.js'
import type { AuditEnd } from '../../../src/infrastructure/storage/codec/audit-codec.js'
import { auditStart, encodeAuditRecord } from '../../../src/infrastructure/storage/codec/audit-codec.js'
import type { Frame } from '../../../src/infrastructure/storage/codec/frame.js'
import { hashIn, hashToHex, layoutOf } from '../../../src/infrastructure/storage/codec/frame.js'
import { auditExtent, readAudit } from '../../../src/infrastructure/storage/lmdb/audit-table.js'
import type { Tables } from '../../../src/infrastructure/storage/lmdb/tables.js'
import { openTables } from '../../../src/infrastructure/storage/lmdb/tables.js'
import { auditEntry } from '../../contract/event-store/audit.js'
import { scratch } from '../storage/lmdb/lmdb-folders.js'

const records = 40
const startedAt = 1_700_000_000_000
const now = startedAt + 1_000_000
const retentionMs = 10_000_000

const entries: ReadonlyArray<AuditEntry> = Array.from({ length: records }, (_, index) =>
  auditEntry(`request-${index}`, { at: startedAt + index, user: index % 2 === 0 ? 'ann' : 'bob' }),
)

interface Chain {
  readonly frames: ReadonlyArray<Frame>
  readonly head: AuditEnd
}

/** The entries as a chain of their own, as an attacker can compute it. */
const chainOf = (some: ReadonlyArray<AuditEntry>): Chain => {
  let head = auditStart
  const frames = some.map((entry) => {
    const frame = encodeAuditRecord(entry, head)
    head = { seq: head.seq + 1, hash: hashIn(frame, layoutOf(frame)) }
    return frame
  })
  return { frames, head }
}

const endOf = (seq: number): AuditEnd => chainOf(entries.slice(0, seq)).head

const { folder, clear } = scratch()
const { privateKey } = generateKeyPairSync('ed25519')
const original = chainOf(entries)
const keptElsewhere: SignedHead = signHead(privateKey, {
  seq: records,
  hash: hashToHex(original.head.hash),
  first: { seq: 1, at: startedAt },
  at: now,
  node: 'node-1',
})
let tables: Tables
let store: AuditStore

beforeAll(async () => {
  tables = openTables({ folder: await folder(), durability: 'process', readOnly: false })
  const { record, removeBefore } = unused
  store = {
    record,
    removeBefore,
    read: (after, limit) => () => readAudit(tables, after, limit),
    extent: () => async () => auditExtent(tables),
  }
})
afterAll(async () => {
  await tables.root.close()
  await clear()
})

const unused: Pick<AuditStore, 'record' | 'removeBefore'> = {
  record: () => () => Promise.reject(new Error('not used')),
  removeBefore: () => () => Promise.reject(new Error('not used')),
}

const textOf = ({ seq, hash }: AuditEnd): string => `{"seq":${seq},"hash":"${hashToHex(hash)}"}`

/** Writes the table directly. */
const put = (
  frames: ReadonlyArray<readonly [seq: number, frame: Frame]>,
  head: AuditEnd,
  anchor = auditStart,
) =>
  tables.root.transactionSync(() => {
    for (const key of Array.from(tables.audit.getKeys({}))) void tables.audit.remove(key)
    for (const [seq, frame] of frames) void tables.audit.put(seq, frame)
    void tables.root.put('audit-head', textOf(head))
    void tables.root.put('audit-anchor', textOf(anchor))
  })

const numbered = (frames: ReadonlyArray<Frame>, from = 1) =>
  frames.map((frame, index) => [from + index, frame] as const)

const verified = (
  heads: ReadonlyArray<SignedHead> = [keptElsewhere],
): Promise<E.Either<AuditFault, VerifiedTrail>> =>
  verifyTrail(store, { heads, publicKey: null, now, retentionMs })

const seq = fc.integer({ min: 1, max: records })

/** A manipulation, and the record that the finding must name; null: any. */
type Manipulation = () => number | null

const flipped: fc.Arbitrary<Manipulation> = fc.record({ at: seq, bit: fc.nat() }).map(({ at, bit }) => () => {
  const frame = Buffer.from(original.frames[at - 1] ?? [])
  const byte = (bit >> 3) % frame.length
  frame[byte] = (frame[byte] ?? 0) ^ (1 << (bit & 7))
  put(numbered(original.frames.with(at - 1, frame)), original.head)
  return at
})

const removed: fc.Arbitrary<Manipulation> = seq.map((at) => () => {
  put(
    numbered(original.frames).filter(([key]) => key !== at),
    original.head,
  )
  return at
})

const swapped: fc.Arbitrary<Manipulation> = fc
  .uniqueArray(seq, { minLength: 2, maxLength: 2 })
  .map((pair) => () => {
    const [first = 1, second = 2] = pair.toSorted((one, other) => one - other)
    const frames = [...original.frames]
    frames[first - 1] = original.frames[second - 1] ?? Buffer.alloc(0)
    frames[second - 1] = original.frames[first - 1] ?? Buffer.alloc(0)
    put(numbered(frames), original.head)
    return first
  })

const cutOff: fc.Arbitrary<Manipulation> = fc
  .record({ end: fc.integer({ min: 0, max: records - 1 }), isHeadMoved: fc.boolean() })
  .map(({ end, isHeadMoved }) => () => {
    put(numbered(original.frames.slice(0, end)), isHeadMoved ? endOf(end) : original.head)
    return end + 1
  })

const cutOffAtFront: fc.Arbitrary<Manipulation> = seq.map((until) => () => {
  put(numbered(original.frames.slice(until), until + 1), original.head, endOf(until))
  return 1
})

/** The attacker computes a new chain, so that only the head that was kept elsewhere can find it. */
const rewritten: fc.Arbitrary<Manipulation> = fc
  .record({
    at: seq,
    how: fc.constantFrom('altered', 'left out', 'inserted', 'swapped'),
    length: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ at, how, length }) => () => {
    const other = auditEntry('another', { user: 'mallory' })
    const next = at % records
    const changed = {
      altered: entries.with(at - 1, other),
      'left out': entries.toSpliced(at - 1, 1),
      inserted: entries.toSpliced(at - 1, 0, other),
      swapped: entries.with(at - 1, entries[next] ?? other).with(next, entries[at - 1] ?? other),
    }[how]
    const added = Array.from({ length }, (_, index) => auditEntry(`later-${index}`))
    const { frames, head } = chainOf([...changed, ...added])
    put(numbered(frames), head)
    return null
  })

describe('a trail', () => {
  it('that is intact verifies against all heads', async () => {
    put(numbered(original.frames), original.head)
    const heads = [1, 7, records].map((end) =>
      signHead(privateKey, { ...keptElsewhere, seq: end, hash: hashToHex(endOf(end).hash) }),
    )
    expect(await verified([...heads, keptElsewhere])).toEqual(
      E.right({ records, head: { seq: records, hash: keptElsewhere.hash } }),
    )
  })

  it('verifies after retention has removed old records', async () => {
    put(numbered(original.frames.slice(10), 11), original.head, endOf(10))
    const later = { heads: [keptElsewhere], publicKey: null, now: now + retentionMs, retentionMs }
    expect(await verifyTrail(store, later)).toMatchObject(E.right({ records: 30 }))
  })

  it('shows 1 000 of 1 000 changes, removals, swaps and truncations', async () => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(flipped, removed, swapped, cutOff, cutOffAtFront, rewritten),
        async (manipulate) => {
          const at = manipulate()
          const result = await verified()
          expect(E.isLeft(result)).toBe(true)
          expect(result).toMatchObject({ left: { type: 'corrupt', seq: at ?? expect.any(Number) } })
          found++
        },
      ),
      { numRuns: 1_000 },
    )
    expect(found).toBe(1_000)
  })
})

describe('a signed head', () => {
  it('is not accepted with any changed field, or from another key', async () => {
    put(numbered(original.frames), original.head)
    const changes: ReadonlyArray<Partial<SignedHead>> = [
      { seq: 3, hash: hashToHex(endOf(3).hash) },
      { first: null },
      { first: { seq: 2, at: startedAt } },
      { at: now + 1 },
      { node: 'node-2' },
      { publicKey: keptElsewhere.publicKey.slice(1) },
      { signature: keptElsewhere.signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')) },
      { signature: '' },
    ]
    for (const change of changes) {
      expect(await verified([{ ...keptElsewhere, ...change }])).toMatchObject({
        left: { problem: expect.stringContaining('its signature is not valid') },
      })
    }
    const other = { heads: [keptElsewhere], publicKey: 'another', now, retentionMs }
    expect(await verifyTrail(store, other)).toMatchObject({
      left: { problem: expect.stringContaining('it is signed with another key') },
    })
  })
})
