import { setImmediate as nextTurn } from 'node:timers/promises'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { AuditExtent, AuditFault, AuditRecord } from '../../../application/ports/audit-trail.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { AuditEnd } from '../codec/audit-codec.js'
import { auditStart, decodeAuditRecord, positionOf } from '../codec/audit-codec.js'
import type { Frame } from '../codec/frame.js'
import { hashFromHex, hashToHex } from '../codec/frame.js'
import type { Corruption } from '../codec/record-codec.js'
import { corruption, isCorruption } from '../codec/record-codec.js'
import type { Tables } from './tables.js'
import { auditAnchorKey, auditHeadKey } from './tables.js'

const encodeEnd = ({ seq, hash }: AuditEnd): string => `{"seq":${seq},"hash":"${hashToHex(hash)}"}`

const storedEnd = z.object({
  seq: z.number().int().nonnegative(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform(hashFromHex),
})

/** Damage makes writing fail, because a trail that starts again would hide it. */
const endIn = ({ root }: Pick<Tables, 'root'>, key: string): AuditEnd => {
  const text = root.get(key)
  return text === undefined ? auditStart : storedEnd.parse(JSON.parse(text))
}

export const readAuditHead = (tables: Pick<Tables, 'root'>): AuditEnd => endIn(tables, auditHeadKey)

/** Called inside a transaction. */
export const putAudit = (
  { root, audit }: Pick<Tables, 'root' | 'audit'>,
  frames: ReadonlyArray<Frame>,
  head: AuditEnd,
): void => {
  let seq = head.seq - frames.length
  for (const frame of frames) {
    seq += 1
    void audit.put(seq, frame)
  }
  void root.put(auditHeadKey, encodeEnd(head))
}

export const auditExtent = (tables: Tables): Either<AuditFault, AuditExtent> => {
  try {
    const anchor = endIn(tables, auditAnchorKey)
    return E.right({ anchor: positionOf(anchor), head: positionOf(readAuditHead(tables)) })
  } catch {
    return E.left({ type: 'corrupt', seq: 0, problem: 'the head of the trail cannot be read' })
  }
}

/** Between two slices the event loop runs other work. */
const sliceRecords = 512

/** The end that the record after `seq` must follow. */
const endAt = (tables: Tables, anchor: AuditEnd, seq: number): AuditEnd | Corruption => {
  if (seq <= anchor.seq) return anchor
  const frame = tables.audit.get(seq)
  if (frame === undefined) return corruption(seq, 'is missing')
  // Its own place in the chain is verified by the page that includes it.
  return { seq, hash: frame.toString('latin1', frame.length - 32) }
}

export const readAudit = async (
  tables: Tables,
  after: number,
  limit: number,
): Promise<Either<AuditFault, ReadonlyArray<AuditRecord>>> => {
  const records: Array<AuditRecord> = []
  for (let last = after; ;) {
    const slice = readSlice(tables, last, Math.min(limit - records.length, sliceRecords))
    if (isCorruption(slice)) return E.left({ type: 'corrupt', seq: slice.seq, problem: slice.problem })
    for (const record of slice) records.push(record)
    last = records.at(-1)?.seq ?? last
    if (slice.length < sliceRecords || records.length >= limit) return E.right(records)
    await nextTurn()
  }
}

/** Reads in one turn, so that retention removes nothing in between. */
const readSlice = (tables: Tables, after: number, limit: number): ReadonlyArray<AuditRecord> | Corruption => {
  const records: Array<AuditRecord> = []
  const extent = auditExtent(tables)
  if (E.isLeft(extent)) return corruption(0, 'cannot be found: the head of the trail cannot be read')
  const anchor = endIn(tables, auditAnchorKey)
  const head = readAuditHead(tables)
  if (after >= head.seq) return records
  let previous = endAt(tables, anchor, after)
  if (isCorruption(previous)) return previous
  const until = Math.min(head.seq, previous.seq + limit)
  for (const { key, value } of tables.audit.getRange({ start: previous.seq + 1, end: until + 1 })) {
    const seq: number = previous.seq + 1
    if (key !== seq) return corruption(seq, 'is missing')
    const record = decodeAuditRecord(value, previous)
    if (isCorruption(record)) return record
    records.push(record)
    previous = { seq, hash: hashFromHex(record.hash) }
  }
  if (previous.seq < until) return corruption(previous.seq + 1, 'is missing')
  return previous.seq === head.seq && previous.hash !== head.hash
    ? corruption(previous.seq, 'is not the record that was written last')
    : records
}

/** Records that one transaction removes: a long trail must not block the event loop. */
const removedAtOnce = 2_000

/** Each transaction moves the anchor with its records, so the rest verifies after a crash, too. */
export const removeAuditBefore = async (tables: Tables, before: Instant): Promise<number> => {
  let removed = 0
  for (;;) {
    let anchor = endIn(tables, auditAnchorKey)
    const from = anchor.seq
    for (const { key, value } of tables.audit.getRange({ start: from + 1, limit: removedAtOnce })) {
      const record = decodeAuditRecord(value, anchor)
      // An altered record stays, and with it the evidence.
      if (key !== anchor.seq + 1 || isCorruption(record) || record.at >= before) break
      anchor = { seq: record.seq, hash: hashFromHex(record.hash) }
    }
    const until = anchor.seq
    if (until === from) return removed
    const moved = encodeEnd(anchor)
    await tables.root.batch(() => {
      for (let seq = from + 1; seq <= until; seq++) void tables.audit.remove(seq)
      void tables.root.put(auditAnchorKey, moved)
    })
    removed += until - from
    await nextTurn()
  }
}
