import { lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'

/** What is posted. The same event gives the same message whenever it is made, so a repeat can be told by its id. */
export interface Message {
  readonly id: string
  /** JSON, as it is signed and sent. */
  readonly body: string
}

export const messageOf = (attendance: MembershipChange): Message => {
  const { what, epoch: _epoch, at, ...data } = attendance
  return {
    id: idOf(attendance),
    body: JSON.stringify({ type: types[what], timestamp: new Date(at).toISOString(), data: { ...data, at } }),
  }
}

const types = { joined: 'member.joined', left: 'member.left' } as const

/**
 * Names the record. Hashed, because what is signed is put together with dots and a room may have them in its name. The
 * instant is in it for a folder that was restored: its logs go on in the same epoch, with other records in places that
 * a receiver has heard of before.
 */
const idOf = ({ room, epoch, seq, at }: MembershipChange): string =>
  `msg_${toHex(sha256(lengthPrefixed('webhook/1', room, epoch, String(seq), String(at)))).slice(0, 40)}`
