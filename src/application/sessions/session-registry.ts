import type { RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Clock } from '../ports/clock.js'
import type { SessionMonitor } from '../ports/session-monitor.js'
import type { Connection } from './connection.js'
import type { SessionLimits } from './limits.js'
import type { DeliveryQueue, RemovalNotice } from './delivery-queue.js'
import { createDeliveryQueue } from './delivery-queue.js'
import type { LostSignal } from './lost-signals.js'

/**
 * The sessions of this process: the current connection of each, those that disconnected within the grace period, and
 * their queues. The store's directory knows sessions with a membership beyond the life of the process.
 */
export interface SessionRegistry {
  /** Makes this the session's connection. Returns the one before, if there is one. */
  readonly takeOver: (connection: Connection) => Connection | undefined
  /** The connection has ended. */
  readonly end: (connection: Connection) => void
  /** Whether the session has a connection, at which its token counts, and the token has not expired. */
  readonly isAuthenticated: (session: SessionKey) => boolean
  /** Whether this process has seen the session within the grace period. */
  readonly isRecent: (session: SessionKey) => boolean
  readonly deliveryQueueOf: (connection: Pick<Connection, 'session'>) => DeliveryQueue
  /** Keeps a notice for ten minutes, longer than the grace period, for a client that returns late. */
  readonly addNotice: (session: SessionKey, notice: RemovalNotice, isSent: boolean) => void
  readonly takeNotices: (session: SessionKey) => ReadonlyArray<RemovalNotice>
  /** Signals that were discarded at the delivery queue limit. */
  readonly lostSignals: (session: SessionKey) => ReadonlyArray<LostSignal>
  /** Drops what waits for a room in which the session has no membership any more. */
  readonly leaveRoom: (session: SessionKey, room: RoomId) => void
  readonly load: () => RegistryLoad
}

export interface RegistryLoad {
  /** Sessions with a connection. */
  readonly connections: number
  /** Sessions that disconnected within the grace period. */
  readonly disconnected: number
  /** Sessions with removal notices that were not delivered yet. */
  readonly notified: number
  /** Undelivered data of all sessions. */
  readonly undeliveredBytes: number
}

const noticeMs = 10 * 60_000

export const createSessionRegistry = (
  clock: Clock,
  graceMs: number,
  limits: SessionLimits,
  monitor: SessionMonitor,
): SessionRegistry => {
  const connections = new Map<SessionKey, Connection>()
  /** Both in the order of their instants, so that the expired ones are in front. */
  const graceEnds = new Map<SessionKey, Instant>()
  const noticeEnds = new Map<SessionKey, Instant>()
  const queues = new Map<SessionKey, DeliveryQueue>()

  const removeExpired = (): void => {
    const now = clock.now()
    for (const [session, until] of graceEnds) {
      if (until > now) break
      graceEnds.delete(session)
      release(session)
    }
    for (const [session, until] of noticeEnds) {
      const isOverLimit = noticeEnds.size > limits.maxNotifiedSessions
      if (until > now && !isOverLimit) break
      if (isOverLimit) monitor.limitReached('removal-notices')
      noticeEnds.delete(session)
      queues.get(session)?.takeNotices()
      release(session)
    }
  }

  /** Frees the delivery queue of a session that is over. */
  const release = (session: SessionKey): void => {
    if (connections.has(session) || graceEnds.has(session)) return
    queues.get(session)?.discard()
    if (!noticeEnds.has(session)) queues.delete(session)
  }

  const deliveryQueueOf = (session: SessionKey): DeliveryQueue => {
    const present = queues.get(session)
    if (present !== undefined) return present
    const { maxUndeliveredBytes: maxBytes, maxUndeliveredEntries: maxEntries } = limits
    const queue = createDeliveryQueue(clock, { maxBytes, maxEntries }, () =>
      monitor.limitReached('undelivered'),
    )
    queue.connect(connections.get(session)?.link ?? null)
    queues.set(session, queue)
    return queue
  }

  const keepNotices = (session: SessionKey): void => {
    noticeEnds.delete(session)
    noticeEnds.set(session, clock.now() + noticeMs)
    removeExpired()
  }

  return {
    takeOver: (connection) => {
      const { session, link } = connection
      const before = connections.get(session)
      connections.set(session, connection)
      graceEnds.delete(session)
      queues.get(session)?.connect(link)
      return before
    },
    end: ({ session, link, ended }) => {
      removeExpired()
      if (connections.get(session)?.link !== link) return
      connections.delete(session)
      const queue = queues.get(session)
      queue?.connect(null)
      if (queue?.hasNotices() === true) keepNotices(session)
      if (ended?.lost === true) graceEnds.set(session, clock.now() + graceMs)
      else release(session)
    },
    isAuthenticated: (session) => {
      const expiresAt = connections.get(session)?.principal.expiresAt
      return expiresAt !== undefined && (expiresAt === null || expiresAt > clock.now())
    },
    isRecent: (session) => {
      removeExpired()
      return connections.has(session) || graceEnds.has(session)
    },
    deliveryQueueOf: ({ session }) => deliveryQueueOf(session),
    addNotice: (session, notice, isSent) => {
      deliveryQueueOf(session).addNotice(notice, isSent)
      if (!isSent) keepNotices(session)
    },
    takeNotices: (session) => {
      removeExpired()
      const notices = queues.get(session)?.takeNotices() ?? []
      if (noticeEnds.delete(session)) release(session)
      return notices
    },
    lostSignals: (session) => queues.get(session)?.lostSignals() ?? [],
    leaveRoom: (session, room) => queues.get(session)?.leaveRoom(room),
    load: () => {
      removeExpired()
      let undeliveredBytes = 0
      for (const queue of queues.values()) undeliveredBytes += queue.bytes()
      return {
        connections: connections.size,
        disconnected: graceEnds.size,
        notified: noticeEnds.size,
        undeliveredBytes,
      }
    },
  }
}
