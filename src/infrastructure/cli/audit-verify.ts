import { readFileSync } from 'node:fs'
import type { RoomModel } from '../../domain/room/index.js'
import type { SignedHead } from '../audit/signed-head.js'
import { parseSignedHead } from '../audit/signed-head.js'
import { verifyTrail } from '../audit/verify-trail.js'
import { auditOrThrow } from './audit.js'
import { formatInstant, withDataFolder } from './data-folder.js'
import { Failure } from './terminal.js'
import type { Terminal } from './terminal.js'

export interface AuditVerifyOptions {
  /** A file with one or more signed heads, one on each line. */
  readonly head?: string
  readonly publicKey?: string
  readonly retentionMs: number
}

/** Verifies the chain, and the trail against heads that were kept elsewhere. */
export const verifyAudit = async (
  folder: string,
  { head: file, publicKey, retentionMs }: AuditVerifyOptions,
  model: RoomModel,
  { print, note }: Terminal,
): Promise<void> => {
  if (file === undefined && publicKey !== undefined) {
    throw new Failure('--public-key needs the heads that it has signed; name their file with --head')
  }
  const heads = file === undefined ? [] : headsIn(file)
  await withDataFolder(folder, 'read', model, async ({ store }) => {
    const verified = auditOrThrow(
      await verifyTrail(store.audit, { heads, publicKey: publicKey ?? null, now: Date.now(), retentionMs }),
    )
    const compared =
      heads.length === 0 ? '' : `, ${heads.length} ${heads.length === 1 ? 'head' : 'heads'} match`
    await print(`good  the audit trail: ${verified.records} records, chain holds${compared}`)
    if (heads.length === 0) {
      return note(
        'a trail that was rewritten or cut off at its end is found only with --head; see docs/audit.md',
      )
    }
    const latest = heads.reduce((last, each) => (each.seq > last.seq ? each : last))
    if (latest.seq < verified.head.seq) {
      note(`records after ${latest.seq} (${formatInstant(latest.at)}) are younger than the latest head`)
    }
  })
}

const headsIn = (file: string): ReadonlyArray<SignedHead> => {
  const lines = textIn(file)
    .split('\n')
    .filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new Failure(`${file} has no head; "roomreel audit head" prints one`)
  return lines.map((line, index) => {
    const head = parseSignedHead(line)
    if (head === undefined) throw new Failure(`${file}, line ${index + 1}: it is not a signed head`)
    return head
  })
}

const textIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${String(error)}`)
  }
}
