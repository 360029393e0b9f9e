import { Webhook } from 'standardwebhooks'
import { lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'

/** What is posted. An event always gives the same message, so a receiver recognises a repetition by its id. */
export interface Message {
  readonly id: string
  /** JSON, as it is signed and sent. */
  readonly body: string
}

export const messageOf = (change: MembershipChange): Message => {
  const { what, epoch: _epoch, at, ...data } = change
  return {
    id: idOf(change),
    body: JSON.stringify({ type: types[what], timestamp: new Date(at).toISOString(), data: { ...data, at } }),
  }
}

const types = { joined: 'member.joined', left: 'member.left' } as const

/**
 * Hashed, because the signed text separates its parts with dots and a room's name may contain dots. The instant
 * distinguishes records that a restored backup writes under an epoch and seq that the receiver already had.
 */
const idOf = ({ room, epoch, seq, at }: MembershipChange): string =>
  `msg_${toHex(sha256(lengthPrefixed('webhook/1', room, epoch, String(seq), String(at)))).slice(0, 40)}`

/** The headers of a message that is sent at this instant. */
export type Sign = (message: Message, now: Instant) => Readonly<Record<string, string>>

/**
 * Standard Webhooks 1.0: HMAC-SHA-256 over id, instant and body. `secret` is `whsec_` and the key as base64. The
 * instant is the attempt's, because a receiver rejects a signature older than five minutes.
 */
export const createSign = (secret: string): Sign => {
  const webhook = new Webhook(secret)
  return ({ id, body }, now) => {
    const at = new Date(now)
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': webhook.sign(id, at, body),
    }
  }
}
