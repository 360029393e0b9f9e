/** What the session layer keeps in memory at most, and what one session may ask of it. */
export interface SessionLimits {
  /** A further join is rejected. */
  readonly maxRoomsPerSession: number
  /** Undelivered data of one session; beyond it the client is dropped, or its oldest signals are lost and named. */
  readonly maxUndeliveredBytes: number
  readonly maxUndeliveredEntries: number
  /** Emits of one room, and of all rooms, that are kept in memory for resumption. */
  readonly maxCachedBytesPerRoom: number
  readonly maxCachedEmitsPerRoom: number
  readonly maxCachedBytes: number
  /** Records that are folded in one turn, and the time after which a turn ends. */
  readonly maxReplayTurnRecords: number
  readonly maxReplayTurnMs: number
  /** Records that one session may have folded at once, and the rate at which this budget refills. */
  readonly replayBudgetRecords: number
  readonly replayBudgetRecordsPerSecond: number
  /** Memberships that are resumed, and caught up, at the same time. */
  readonly resumptionBatchSize: number
  /** Large answers of all clients that were sent and not read yet. */
  readonly maxUnreadAnswerBytes: number
  /** Sessions for which removal notices are kept. */
  readonly maxNotifiedSessions: number
}

export const defaultSessionLimits: SessionLimits = {
  maxRoomsPerSession: 200,
  maxUndeliveredBytes: 1_024 * 1_024,
  maxUndeliveredEntries: 4_096,
  maxCachedBytesPerRoom: 1_024 * 1_024,
  maxCachedEmitsPerRoom: 1_024,
  maxCachedBytes: 64 * 1_024 * 1_024,
  maxReplayTurnRecords: 500,
  maxReplayTurnMs: 5,
  replayBudgetRecords: 200_000,
  replayBudgetRecordsPerSecond: 2_000,
  resumptionBatchSize: 16,
  maxUnreadAnswerBytes: 128 * 1_024 * 1_024,
  maxNotifiedSessions: 10_000,
}
