import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { AuditFault, AuditPosition, AuditStore } from '../../application/ports/audit-trail.js'
import type { SignedHead } from './signed-head.js'
import { hasValidSignature } from './signed-head.js'

/** A trail whose chain holds. */
export interface VerifiedTrail {
  readonly records: number
  /** The last record. */
  readonly head: AuditPosition
}

export interface TrailExpectations {
  /** Heads that were kept elsewhere. */
  readonly heads: ReadonlyArray<SignedHead>
  /** The key that must have signed them; null: any. */
  readonly publicKey: string | null
  readonly now: number
  readonly retentionMs: number
}

const pageRecords = 1_000

/** Verifies the hash chain, and the trail against heads that were kept elsewhere. Gives the first violation. */
export const verifyTrail = async (
  store: AuditStore,
  { heads, publicKey, now, retentionMs }: TrailExpectations,
): Promise<Either<AuditFault, VerifiedTrail>> => {
  const extent = await store.extent()()
  if (E.isLeft(extent)) return extent
  const { anchor, head } = extent.right
  /** The hash that each head names, by its position. */
  const hashes = new Map<number, string>([[anchor.seq, anchor.hash]])
  const seqs = new Set(heads.map(({ seq }) => seq))
  let last: AuditPosition = anchor
  while (last.seq < head.seq) {
    const page = await store.read(last.seq, pageRecords)()
    if (E.isLeft(page)) return page
    if (page.right.length === 0) return E.left(corrupt(last.seq + 1, 'is missing'))
    for (const { seq, hash } of page.right) if (seqs.has(seq)) hashes.set(seq, hash)
    last = page.right.at(-1) ?? last
  }
  for (const kept of heads) {
    const problem = headProblem(kept, hashes.get(kept.seq), publicKey, { anchor, head })
    if (problem !== null) return E.left(problem)
    // Retention removes no record that is younger than its period.
    if (kept.first !== null && anchor.seq >= kept.first.seq && kept.first.at >= now - retentionMs) {
      return E.left(corrupt(kept.first.seq, 'was removed before the end of its retention period'))
    }
  }
  return E.right({ records: last.seq - anchor.seq, head: { seq: last.seq, hash: last.hash } })
}

const headProblem = (
  kept: SignedHead,
  hash: string | undefined,
  publicKey: string | null,
  { anchor, head }: { readonly anchor: AuditPosition; readonly head: AuditPosition },
): AuditFault | null => {
  const { seq } = kept
  if (!hasValidSignature(kept)) return headFault(seq, 'its signature is not valid')
  if (publicKey !== null && kept.publicKey !== publicKey)
    return headFault(seq, 'it is signed with another key')
  if (seq > head.seq) {
    return corrupt(
      head.seq + 1,
      `is missing: the trail ends at ${head.seq}, and the head was taken at ${seq}`,
    )
  }
  // The record itself is gone with its period; what follows is verified from the anchor.
  if (seq < anchor.seq) return null
  return hash === kept.hash ? null : corrupt(seq, 'is not the record that the head names')
}

const corrupt = (seq: number, problem: string): AuditFault => ({
  type: 'corrupt',
  seq,
  problem: `record ${seq} ${problem}`,
})

const headFault = (seq: number, problem: string): AuditFault => ({
  type: 'corrupt',
  seq,
  problem: `the head of record ${seq} cannot be used: ${problem}`,
})
