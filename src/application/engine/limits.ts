/** A limit on everything that waits. Above them a request is answered `store-unavailable`, which is safe to repeat. */
export interface EngineLimits {
  /** Requests of one room that are not decided yet. */
  readonly maxUndecidedPerRoom: number
  /** Requests of all rooms that are not decided yet. */
  readonly maxUndecided: number
  /** Decided steps of one room that are not durable yet; deciding stops there until the store has caught up. */
  readonly maxUndurablePerRoom: number
  /** Decided steps of all rooms that are not durable yet; beyond them no request is taken in. */
  readonly maxUndurable: number
  /** Records that are read from the store at once. */
  readonly maxPageRecords: number
  /** How long a room that nobody holds stays in memory. */
  readonly passivationDelayMs: number
  /** Between two attempts of a room whose store does not answer; doubled each time, up to `retryMaxMs`. */
  readonly retryMs: number
  readonly retryMaxMs: number
  /** How long whoever is asked for what a room wants may take, and how much longer is waited for the answer. */
  readonly effectMs: number
  readonly effectOvertimeMs: number
  /** So often it is asked for, with pauses of `retryMs`, doubled each time; then the room is told that it is not to be had. */
  readonly maxEffectAttempts: number
  /** Rooms that are read at the same time after a start. */
  readonly maxConcurrentRecoveries: number
}

export const defaultLimits: EngineLimits = {
  maxUndecidedPerRoom: 4_096,
  maxUndecided: 65_536,
  maxUndurablePerRoom: 8_192,
  maxUndurable: 65_536,
  maxPageRecords: 1_000,
  passivationDelayMs: 10_000,
  retryMs: 100,
  retryMaxMs: 5_000,
  effectMs: 4_000,
  effectOvertimeMs: 500,
  maxEffectAttempts: 4,
  maxConcurrentRecoveries: 64,
}
