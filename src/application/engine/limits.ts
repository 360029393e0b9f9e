/** A limit on everything that waits. Above them a request is answered `store-unavailable`, which is safe to repeat. */
export interface EngineLimits {
  /** Requests of one room that are not decided yet. */
  readonly undecidedPerRoom: number
  /** Requests of all rooms that are not decided yet. */
  readonly undecidedInAll: number
  /** Decided steps of one room that are not durable yet; deciding stops there until the store has caught up. */
  readonly undurablePerRoom: number
  /** Decided steps of all rooms that are not durable yet; beyond them no request is taken in. */
  readonly undurableInAll: number
  /** Records that are read from the store at once. */
  readonly page: number
  /** How long a room that nobody holds stays in memory. */
  readonly lingerMs: number
  /** Between two attempts of a room whose store does not answer; doubled each time, up to `retryMaxMs`. */
  readonly retryMs: number
  readonly retryMaxMs: number
  /** How long whoever is asked for what a room wants may take, and how much longer is waited for the answer. */
  readonly wantMs: number
  readonly wantOvertimeMs: number
  /** So often it is asked for, with pauses of `retryMs`, doubled each time; then the room is told that it is not to be had. */
  readonly wantAttempts: number
  /** Rooms that are read at the same time after a start. */
  readonly recoveringAtOnce: number
}

export const defaultLimits: EngineLimits = {
  undecidedPerRoom: 4_096,
  undecidedInAll: 65_536,
  undurablePerRoom: 8_192,
  undurableInAll: 65_536,
  page: 1_000,
  lingerMs: 10_000,
  retryMs: 100,
  retryMaxMs: 5_000,
  wantMs: 4_000,
  wantOvertimeMs: 500,
  wantAttempts: 4,
  recoveringAtOnce: 64,
}
