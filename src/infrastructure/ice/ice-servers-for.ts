import { createHmac } from 'node:crypto'
import type { Clock } from '../../application/ports/clock.js'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { IceServer } from '../config/ice-servers.js'

/** ICE servers for a client's `RTCPeerConnection`. `expiresAt` is `null` when none of them expires. */
export interface GivenIceServers {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly expiresAt: Instant | null
}

export type IceServersFor = (member: MemberId) => GivenIceServers

export interface IceServersOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Given to every member unchanged. */
  readonly fixed: ReadonlyArray<IceServer>
  /** TURN servers that share a secret with this server, and the lifetime of the credentials made from it. */
  readonly turn: {
    readonly urls: ReadonlyArray<string>
    readonly secret: string
    readonly lifetimeMs: number
  } | null
}

/** The fixed servers, and the TURN servers with credentials of the member, valid from now on. */
export const iceServersFor = ({ clock, fixed, turn }: IceServersOptions): IceServersFor => {
  if (turn === null) {
    const given: GivenIceServers = { iceServers: fixed, expiresAt: null }
    return () => given
  }
  const { urls, secret, lifetimeMs } = turn
  return (member) => {
    const expiresAt = clock.now() + lifetimeMs
    return {
      iceServers: [...fixed, { urls: [...urls], ...turnCredentials(secret, expiresAt, member) }],
      expiresAt,
    }
  }
}

/** In the form of `RTCIceServer`. The credential is a password, which only its member gets. */
export interface TurnCredentials {
  readonly username: string
  readonly credential: string
}

/**
 * Credentials that a TURN server with the same secret accepts until `expiresAt`, by draft-uberti-behave-turn-rest-00,
 * section 2.2 (`use-auth-secret` of coturn): the user name is Unix seconds, a colon and the member; the credential is
 * its HMAC-SHA1. The collisions of SHA-1 do not weaken an HMAC. A fraction of a second is rounded up.
 */
export const turnCredentials = (secret: string, expiresAt: Instant, member: MemberId): TurnCredentials => {
  const username = `${Math.ceil(expiresAt / 1_000)}:${member}`
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
