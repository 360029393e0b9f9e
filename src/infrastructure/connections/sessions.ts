import { lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { SessionKey } from '../../domain/kernel/ids.js'
import { sessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Connection } from './connection.js'

/**
 * The sessions of this process: which connection speaks for each, and which were here a moment ago. Those with a
 * membership are also in the log's directory, where they outlive the process.
 */
export interface Sessions {
  readonly fresh: () => string
  /** What the log knows of a session: neither its secret nor, without it, anything that opens it. */
  readonly keyOf: (namespace: string, sessionId: string) => SessionKey
  /** Gives the connection that spoke before. */
  readonly takeOver: (connection: Connection) => Connection | undefined
  readonly end: (connection: Connection) => void
  /** Whether the session was here within the grace, under this user. */
  readonly wasHere: (session: SessionKey, userId: string | null) => boolean
  readonly size: () => { readonly speaking: number; readonly lately: number }
}

export const createSessions = (clock: Clock, entropy: Entropy, graceMs: number): Sessions => {
  const speakers = new Map<SessionKey, Connection>()
  /** In the order of leaving, so that what is over is at the front. */
  const left = new Map<SessionKey, { readonly userId: string | null; readonly until: Instant }>()

  const forgetWhatIsOver = (): void => {
    const now = clock.now()
    for (const [session, { until }] of left) {
      if (until > now) return
      left.delete(session)
    }
  }

  return {
    fresh: () => Buffer.from(entropy.bytes()).toString('base64url'),
    keyOf: (namespace, sessionId) =>
      sessionKey(toHex(sha256(lengthPrefixed('session/1', namespace, sessionId)))),
    takeOver: (connection) => {
      const before = speakers.get(connection.session)
      speakers.set(connection.session, connection)
      left.delete(connection.session)
      return before
    },
    end: (connection) => {
      forgetWhatIsOver()
      if (speakers.get(connection.session) !== connection) return
      speakers.delete(connection.session)
      if (connection.ended?.lost !== true) return
      left.set(connection.session, { userId: connection.peer.userId, until: clock.now() + graceMs })
    },
    wasHere: (session, userId) => {
      forgetWhatIsOver()
      const known = speakers.get(session)?.peer ?? left.get(session)
      return known !== undefined && known.userId === userId
    },
    size: () => {
      forgetWhatIsOver()
      return { speaking: speakers.size, lately: left.size }
    },
  }
}
