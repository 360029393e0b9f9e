import type { Cause } from '../../../domain/kernel/domain-event.js'
import type { Epoch, MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import { canonicalJson } from '../../../domain/kernel/json.js'

/** What stands in the chain for what is kept apart: SHA-256(32 random bytes ‖ its canonical JSON), as hex. */
export interface Seals {
  readonly personal?: string
  readonly secret?: string
}

/** The hashed part of a record, as it was first written: never upcast, never without a member it had. */
export interface Linked {
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
  /** Without what is personal. */
  readonly data: unknown
  readonly epoch: Epoch
  readonly room: RoomId
  readonly seals?: Seals
  readonly seq: number
  readonly type: string
  readonly v: number
}

/** The same with its data as the canonical JSON that it becomes. */
export interface Written extends Omit<Linked, 'data' | 'seals'> {
  readonly data: string
  readonly seals: Seals | undefined
}

/** The canonical JSON of the hashed part. The envelope's order is known, so only what is inside is sorted. */
export const linkedText = ({ at, by, cause, data, epoch, room, seals, seq, type, v }: Written): string =>
  `{"at":${canonicalJson(at)},"by":${orNull(by)},"cause":${orNull(cause)},"data":${data}` +
  `,"epoch":${canonicalJson(epoch)},"room":${canonicalJson(room)}${seals === undefined ? '' : sealsText(seals)}` +
  `,"seq":${seq},"type":${canonicalJson(type)},"v":${v}}`

const orNull = (value: unknown): string => (value === null ? 'null' : canonicalJson(value))

const sealsText = ({ personal, secret }: Seals): string => {
  if (personal === undefined) return `,"seals":{"secret":"${secret}"}`
  return `,"seals":{"personal":"${personal}"${secret === undefined ? '' : `,"secret":"${secret}"`}}`
}
