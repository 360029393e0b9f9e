import type { AuditRecord } from '../../application/ports/audit-trail.js'
import { formatInstant } from './data-folder.js'

const fields = [
  'seq',
  'at',
  'user',
  'isVerified',
  'roles',
  'room',
  'action',
  'target',
  'outcome',
  'reason',
  'emergency',
  'count',
  'node',
  'address',
  'request',
  'hash',
] as const

export const csvHeader = fields.join(',')

/** A line of CSV (RFC 4180) without its end. */
export const csvLine = (record: AuditRecord): string =>
  fields.map((field) => cell(textOf(record, field))).join(',')

const textOf = (record: AuditRecord, field: (typeof fields)[number]): string => {
  if (field === 'at') return formatInstant(record.at)
  if (field === 'roles') return record.roles.join(' ')
  return String(record[field] ?? (field === 'count' ? 1 : ''))
}

/** A spreadsheet runs a cell that begins like a formula; a user id is a text of the client. */
const formula = /^[=+\-@\t\r]/

const cell = (text: string): string => {
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
