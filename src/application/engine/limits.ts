/** Bounds of everything that waits in the engine. Beyond them a request fails with `store-unavailable`, which is safe to retry. */
export interface EngineLimits {
  /** Requests of one room that are not decided yet. */
  readonly maxUndecidedPerRoom: number
  /** Requests of all rooms that are not decided yet. */
  readonly maxUndecided: number
  /** Decided steps of one room that are not durable yet. Deciding pauses there until the store has caught up. */
  readonly maxUndurablePerRoom: number
  /** Decided steps of all rooms that are not durable yet. Beyond them no request is accepted. */
  readonly maxUndurable: number
  /** Records per read of the store. */
  readonly maxPageRecords: number
  /** How long an idle room stays in memory. */
  readonly passivationDelayMs: number
  /** First pause between retries of a room whose store is unavailable; doubled each time, up to `retryMaxMs`. */
  readonly retryMs: number
  readonly retryMaxMs: number
  /** Deadline of an effect, and how much longer the engine waits for its result. */
  readonly effectMs: number
  readonly effectOvertimeMs: number
  /** Attempts of an effect, with pauses of `retryMs`, doubled each time. Then its fallback command runs. */
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
