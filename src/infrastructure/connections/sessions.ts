import { lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { SessionKey } from '../../domain/kernel/ids.js'
import { sessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Connection } from './connection.js'
import type { Unconfirmed } from './delivery-tracker.js'
import { nothingUnconfirmed } from './delivery-tracker.js'

/**
 * The sessions of this process: which connection speaks for each, and which were here a moment ago. Those with a
 * membership are also in the log's directory, where they outlive the process.
 */
export interface Sessions {
  readonly fresh: () => string
  /**
   * What the log knows of a session: neither its secret nor, without it, anything that opens it. Of another user or in
   * another namespace the same secret is another session, and so an unknown one.
   */
  readonly keyOf: (namespace: string, userId: string | null, sessionId: string) => SessionKey
  /** Gives the connection that spoke before, or what it left when it ended. */
  readonly takeOver: (connection: Connection) => {
    readonly before: Connection | undefined
    readonly unconfirmed: Unconfirmed
  }
  /** What it may not have got is kept for the next. */
  readonly end: (connection: Connection, unconfirmed: Unconfirmed) => void
  /** Whether this process has seen the session within the grace. */
  readonly wasHere: (session: SessionKey) => boolean
  readonly size: () => { readonly speaking: number; readonly lately: number }
}

export const createSessions = (clock: Clock, entropy: Entropy, graceMs: number): Sessions => {
  const speakers = new Map<SessionKey, Connection>()
  /** In the order of leaving, so that what is over is at the front. */
  const left = new Map<SessionKey, { readonly until: Instant; readonly unconfirmed: Unconfirmed }>()

  const forgetWhatIsOver = (): void => {
    const now = clock.now()
    for (const [session, { until }] of left) {
      if (until > now) return
      left.delete(session)
    }
  }

  return {
    fresh: () => Buffer.from(entropy.bytes()).toString('base64url'),
    keyOf: (namespace, userId, sessionId) => {
      const user = userId === null ? [] : [userId]
      return sessionKey(toHex(sha256(lengthPrefixed('session/2', namespace, sessionId, ...user))))
    },
    takeOver: (connection) => {
      const { session } = connection
      const before = speakers.get(session)
      const unconfirmed = left.get(session)?.unconfirmed ?? nothingUnconfirmed
      speakers.set(session, connection)
      left.delete(session)
      return { before, unconfirmed }
    },
    end: (connection, unconfirmed) => {
      forgetWhatIsOver()
      if (speakers.get(connection.session) !== connection) return
      speakers.delete(connection.session)
      if (connection.ended?.lost !== true) return
      left.set(connection.session, { until: clock.now() + graceMs, unconfirmed })
    },
    wasHere: (session) => {
      forgetWhatIsOver()
      return speakers.has(session) || left.has(session)
    },
    size: () => {
      forgetWhatIsOver()
      return { speaking: speakers.size, lately: left.size }
    },
  }
}
