import type { Clock } from '../../application/ports/clock.js'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { IceServer } from '../config/ice-servers.js'
import { turnCredentials } from './turn-credentials.js'

/** What a client hands to its `RTCPeerConnection`, and until when: `null` where nothing in it ends. */
export interface GivenIceServers {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly expiresAt: Instant | null
}

export type IceServersFor = (member: MemberId) => GivenIceServers

export interface IceServersOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Handed to everybody as they are. */
  readonly fixed: ReadonlyArray<IceServer>
  /** TURN servers that share a secret with this one, and for how long what it makes of that is good. */
  readonly turn: {
    readonly urls: ReadonlyArray<string>
    readonly secret: string
    readonly lifetimeMs: number
  } | null
}

/** Those that were set, and the TURN servers with credentials of the member's own, from now on. */
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
