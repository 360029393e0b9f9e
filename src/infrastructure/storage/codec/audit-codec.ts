import { z } from 'zod'
import type { AuditEntry, AuditPosition, AuditRecord } from '../../../application/ports/audit-trail.js'
import { userRoles } from '../../../application/identity/principal.js'
import { lengthPrefixed } from '../../../domain/kernel/bytes.js'
import { roomId } from '../../../domain/kernel/ids.js'
import { canonicalJson } from '../../../domain/kernel/json.js'
import type { Frame, Hash } from './frame.js'
import {
  computeHash,
  frameOf,
  hashIn,
  hashOf,
  hashToHex,
  hashedTextIn,
  parseLayout,
  previousHashIn,
} from './frame.js'
import type { Corruption } from './record-codec.js'
import { corruption } from './record-codec.js'

/** The end of a trail, or of the removed part of it. */
export interface AuditEnd {
  readonly seq: number
  readonly hash: Hash
}

/** The end of a trail without records. */
export const auditStart: AuditEnd = { seq: 0, hash: hashOf(lengthPrefixed('audit/1/first')) }

export const positionOf = ({ seq, hash }: AuditEnd): AuditPosition => ({ seq, hash: hashToHex(hash) })

/** The canonical JSON of a record without its hash. By template, with sorted keys: one is written for each command. */
export const auditTextOf = (entry: AuditEntry, seq: number): string => {
  const {
    action,
    address,
    at,
    count,
    emergency,
    isVerified,
    node,
    outcome,
    reason,
    request,
    roles,
    room,
    target,
    user,
  } = entry
  return (
    `{"action":${canonicalJson(action)},"address":${orNull(address)},"at":${canonicalJson(at)}` +
    `${count === undefined ? '' : `,"count":${count}`}${emergency === undefined ? '' : ',"emergency":true'},"isVerified":${isVerified},"node":${canonicalJson(node)}` +
    `,"outcome":"${outcome}","reason":${orNull(reason)},"request":${canonicalJson(request)}` +
    `,"roles":${roles.length === 0 ? '[]' : canonicalJson(roles)},"room":${orNull(room)},"seq":${seq}` +
    `,"target":${orNull(target)},"user":${orNull(user)}}`
  )
}

const orNull = (text: string | null): string => (text === null ? 'null' : canonicalJson(text))

/** Encodes an entry as the record after `previous`. The frame is that of a room's record without separate parts. */
export const encodeAuditRecord = (entry: AuditEntry, previous: AuditEnd): Frame =>
  frameOf(previous.hash, auditTextOf(entry, previous.seq + 1))

/** Verifies a stored record against its hash and its position. */
export const decodeAuditRecord = (frame: Frame, previous: AuditEnd): AuditRecord | Corruption => {
  const seq = previous.seq + 1
  const layout = parseLayout(frame)
  if (layout === undefined || layout.secretAt !== layout.personalAt || frame.length !== layout.secretAt) {
    return corruption(seq, 'has been changed: its layout cannot be read')
  }
  const hash = hashIn(frame, layout)
  if (hash !== computeHash(frame, layout)) return corruption(seq, 'has been changed: its hash does not match')
  const content = parseAuditRecord(hashedTextIn(frame, layout))
  if (content === undefined) return corruption(seq, 'cannot be read: this version does not know its fields')
  if (content.seq !== seq)
    return corruption(seq, `is at the wrong position: record ${content.seq} is in its place`)
  if (previousHashIn(frame) !== previous.hash) {
    return corruption(seq, 'breaks the hash chain: it follows another record')
  }
  return { ...content, hash: hashToHex(hash) }
}

/** A record without its hash; `undefined` for text that is none. */
const parseAuditRecord = (text: string): Omit<AuditRecord, 'hash'> | undefined => {
  try {
    return storedRecord.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const storedRecord = z.object({
  seq: z.number().int().positive(),
  at: z.number(),
  user: z.string().nullable(),
  isVerified: z.boolean(),
  roles: z.array(z.enum(userRoles)),
  room: z.string().transform(roomId).nullable(),
  action: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(['accepted', 'refused']),
  reason: z.string().nullable(),
  emergency: z.literal(true).optional(),
  count: z.number().int().positive().optional(),
  node: z.string(),
  address: z.string().nullable(),
  request: z.string(),
})
