import * as E from '#fp/Either'
import type { AuditFault, AuditRecord } from '../../application/ports/audit-trail.js'
import type { RoomModel } from '../../domain/room/index.js'
import { signHead, signingKeyOf } from '../audit/signed-head.js'
import type { DataFolder } from './data-folder.js'
import { formatInstant, withDataFolder } from './data-folder.js'
import { Failure, exitCodes, padToColumns, truncate } from './terminal.js'
import type { Terminal } from './terminal.js'
import { csvHeader, csvLine } from './csv.js'
import { writeLines } from './transfer.js'

/** Which records are shown. All conditions must hold. */
export interface AuditFilters {
  readonly user?: string
  readonly role?: string
  readonly room?: string
  /** A part of the action, such as `startRandom` or `GET /rooms`. */
  readonly action?: string
  readonly outcome?: string
  /** From this instant on, and before that one. */
  readonly since?: number
  readonly until?: number
}

export interface AuditOutput {
  readonly json?: true
  readonly csv?: true
}

const pageRecords = 500

const matchesFilters = (record: AuditRecord, filters: AuditFilters): boolean =>
  (filters.user === undefined || record.user === filters.user) &&
  (filters.role === undefined || record.roles.some((role) => role === filters.role)) &&
  (filters.room === undefined || record.room === filters.room) &&
  (filters.action === undefined || record.action.includes(filters.action)) &&
  (filters.outcome === undefined || record.outcome === filters.outcome) &&
  (filters.since === undefined || record.at >= filters.since) &&
  (filters.until === undefined || record.at < filters.until)

/** Prints the records as a table, as NDJSON or as CSV. */
export const printAudit = (
  folder: string,
  filters: AuditFilters,
  output: AuditOutput,
  model: RoomModel,
  { print, note, columns }: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async (data) => {
    let count = 0
    for await (const line of auditLines(data, filters, output, columns)) {
      count++
      await print(line)
    }
    if (count === 0) note('no audit record matches')
  })

/** Writes the records to a new file, as NDJSON or as CSV. */
export const exportAudit = (
  folder: string,
  file: string,
  filters: AuditFilters,
  { csv }: AuditOutput,
  model: RoomModel,
  { note, columns }: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async (data) => {
    await writeLines(auditLines(data, filters, csv === true ? { csv } : { json: true }, columns), file)
    note(`the audit records are in ${file}`)
  })

async function* auditLines(
  data: DataFolder,
  filters: AuditFilters,
  { json, csv }: AuditOutput,
  columns: number,
): AsyncGenerator<string> {
  if (csv === true) yield csvHeader
  for await (const record of auditRecords(data)) {
    if (!matchesFilters(record, filters)) continue
    if (json === true) yield JSON.stringify(record)
    else if (csv === true) yield csvLine(record)
    else yield tableLine(record, columns)
  }
}

async function* auditRecords({ store: { audit } }: DataFolder): AsyncGenerator<AuditRecord> {
  const { anchor, head } = auditOrThrow(await audit.extent()())
  for (let after = anchor.seq; after < head.seq;) {
    const page = auditOrThrow(await audit.read(after, pageRecords)())
    yield* page
    after = page.at(-1)?.seq ?? head.seq
  }
}

export const auditOrThrow = <Value>(answer: E.Either<AuditFault, Value>): Value => {
  if (E.isRight(answer)) return answer.right
  const isCorrupt = answer.left.type === 'corrupt'
  throw new Failure(
    isCorrupt ? `bad   the audit trail: ${answer.left.problem}` : answer.left.problem,
    isCorrupt ? exitCodes.found : undefined,
  )
}

const tableLine = (record: AuditRecord, columns: number): string => {
  const {
    seq,
    at,
    user,
    isVerified,
    roles,
    emergency,
    room,
    action,
    target,
    outcome,
    reason,
    count,
    address,
  } = record
  const who =
    user === null
      ? '–'
      : `${user}${isVerified ? '' : '?'}${roles.length === 0 ? '' : ` (${roles.join(', ')})`}${emergency ? ' !' : ''}`
  const where = [room, target === null ? null : `→ ${target}`, address].flatMap((each) => each ?? [])
  const how = reason === null ? outcome : outcome === 'accepted' ? `accepted: ${reason}` : reason
  const line = [
    String(seq).padStart(7),
    formatInstant(at),
    padToColumns(24, who),
    padToColumns(30, action),
    padToColumns(20, count === undefined ? how : `${how} ×${count}`),
    where.join('  '),
  ].join('  ')
  return truncate(columns, line)
}

/** Prints the signed head as one JSON line, to be kept elsewhere. */
export const printAuditHead = (
  folder: string,
  node: string,
  model: RoomModel,
  { pass }: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async ({ store: { audit } }) => {
    const { anchor, head } = auditOrThrow(await audit.extent()())
    const [first] = auditOrThrow(await audit.read(anchor.seq, 1)())
    const signed = signHead(signingKey(folder), {
      seq: head.seq,
      hash: head.hash,
      first: first === undefined ? null : { seq: first.seq, at: first.at },
      at: Date.now(),
      node,
    })
    await pass(JSON.stringify(signed))
  })

const signingKey = (folder: string): ReturnType<typeof signingKeyOf> => {
  try {
    return signingKeyOf(folder)
  } catch (error) {
    throw new Failure(`the key of the audit trail cannot be read or made in ${folder}: ${String(error)}`)
  }
}
