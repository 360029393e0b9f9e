import * as TE from '#fp/TaskEither'
import type { AuditEntry, AuditRecord, AuditStore } from '../../application/ports/audit-trail.js'
import type { AuditEnd } from './codec/audit-codec.js'
import { auditStart, auditTextOf, positionOf } from './codec/audit-codec.js'
import { hashFromHex, hashOf, hashToHex } from './codec/frame.js'

/** The audit trail of a store in memory. */
export interface AuditMemory {
  readonly add: (entries: ReadonlyArray<AuditEntry>) => void
  readonly store: AuditStore
}

/** About 50 MB. Beyond it the oldest records go, as with a retention period. */
const defaultMaxRecords = 100_000

export const createAuditMemory = (maxRecords = defaultMaxRecords): AuditMemory => {
  let records: Array<AuditRecord> = []
  let anchor: AuditEnd = auditStart
  let head: AuditEnd = auditStart

  const removeFirst = (count: number): number => {
    const last = records[count - 1]
    if (last === undefined) return 0
    anchor = { seq: last.seq, hash: hashFromHex(last.hash) }
    records = records.slice(count)
    return count
  }

  const add: AuditMemory['add'] = (entries) => {
    for (const entry of entries) {
      const seq = head.seq + 1
      const hash = hashOf(
        Buffer.concat([Buffer.from(head.hash, 'latin1'), Buffer.from(auditTextOf(entry, seq))]),
      )
      head = { seq, hash }
      records.push({ ...entry, seq, hash: hashToHex(hash) })
    }
    // Many at once, because removing the first element of an array copies it.
    if (records.length > maxRecords) removeFirst(records.length - Math.ceil(maxRecords * 0.9))
  }

  return {
    add,
    store: {
      record: (entries) => TE.fromIO(() => add(entries)),
      read: (after, limit) =>
        TE.fromIO(() => {
          const from = Math.max(0, after - anchor.seq)
          return records.slice(from, from + limit)
        }),
      extent: () => TE.fromIO(() => ({ anchor: positionOf(anchor), head: positionOf(head) })),
      removeBefore: (before) =>
        TE.fromIO(() => {
          const kept = records.findIndex(({ at }) => at >= before)
          return removeFirst(kept === -1 ? records.length : kept)
        }),
    },
  }
}
