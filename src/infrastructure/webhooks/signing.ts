import { Webhook } from 'standardwebhooks'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Message } from './message.js'

/** The headers with which a message goes out at that instant. */
export type Sign = (message: Message, now: Instant) => Readonly<Record<string, string>>

/**
 * By the Standard Webhooks specification 1.0: HMAC-SHA-256 over id, instant and body. `secret` is `whsec_` and the key as
 * base64. The instant is the attempt's and not the event's, because a receiver refuses what is five minutes old.
 */
export const signing = (secret: string): Sign => {
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
