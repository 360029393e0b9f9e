import type { Rate } from './token-bucket.js'

/** The rates of one server. An event needs a token of its socket, of its address and, if the user is verified, of its user. */
export interface RateLimits {
  readonly eventsPerSocket: Rate
  readonly eventsPerUser: Rate
  readonly eventsPerAddress: Rate
  /** For events with the trait `isFrequent`, such as signals, in place of the three above. */
  readonly frequentPerSocket: Rate
  readonly frequentPerUser: Rate
  readonly frequentPerAddress: Rate
  /** Rooms that a session creates; those of a verified user count together. */
  readonly roomsPerSession: Rate
  readonly roomsPerAddress: Rate
  /** Connections that an address opens, apart from the number that it has open. */
  readonly connectsPerAddress: Rate
  /** After this many successive seconds with a refused request the connection is closed. */
  readonly maxRefusedSeconds: number
}

/**
 * E-63, E-64 and E-67. A user has four sockets' worth, an address twenty: enough for the tabs of a person and for a class
 * behind one router, whose members are never busy all at once.
 */
export const defaultRateLimits: RateLimits = {
  eventsPerSocket: { burst: 200, perSecond: 50 },
  eventsPerUser: { burst: 800, perSecond: 200 },
  eventsPerAddress: { burst: 4_000, perSecond: 1_000 },
  frequentPerSocket: { burst: 1_000, perSecond: 200 },
  frequentPerUser: { burst: 4_000, perSecond: 800 },
  frequentPerAddress: { burst: 20_000, perSecond: 4_000 },
  roomsPerSession: { burst: 30, perSecond: 1 },
  roomsPerAddress: { burst: 300, perSecond: 10 },
  // All connections that an address may have return at once after a restart of the server.
  connectsPerAddress: { burst: 1_000, perSecond: 50 },
  maxRefusedSeconds: 10,
}

/** The label of a limit in the metrics. */
export type LimitName = 'socket' | 'user' | 'address' | 'rooms' | 'connects' | 'connections' | 'bytes'

/** Which limit refuses, and the time until it does not any more. */
export interface LimitExceeded {
  readonly limit: LimitName
  readonly retryAfterMs: number
}
