import { createHmac } from 'node:crypto'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'

/** As `RTCIceServer` takes them. The credential is a password: it goes to its member and into nothing else. */
export interface TurnCredentials {
  readonly username: string
  readonly credential: string
}

/**
 * A name and a password that a TURN server takes until `expiresAt`, if it was given the same secret; nobody has to tell
 * it. The convention is that of draft-uberti-behave-turn-rest-00, section 2.2, which coturn calls `use-auth-secret`:
 * unix seconds, a colon and whose it is, and their HMAC-SHA1 under the secret. SHA-1 is what those servers compute; what
 * it is weak at, collisions, is no help against an HMAC.
 *
 * A part of a second counts as a whole one: what was promised to work at an instant does.
 */
export const turnCredentials = (secret: string, expiresAt: Instant, member: MemberId): TurnCredentials => {
  const username = `${Math.ceil(expiresAt / 1_000)}:${member}`
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
