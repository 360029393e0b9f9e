/** What the session layer keeps in memory at most, and what one session may ask of it. */
export interface SessionLimits {
  /** A further join is rejected. */
  readonly maxRoomsPerSession: number
  /** Undelivered data of one session; beyond it the client is dropped, or its oldest signals are lost and named. */
  readonly maxOutboxBytes: number
  readonly maxOutboxEntries: number
  /** Emits of one room, and of all rooms, that are kept in memory for resumption. */
  readonly maxReplayBytesPerRoom: number
  readonly maxReplayEmitsPerRoom: number
  readonly maxReplayBytes: number
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
  maxOutboxBytes: 1_024 * 1_024,
  maxOutboxEntries: 4_096,
  maxReplayBytesPerRoom: 1_024 * 1_024,
  maxReplayEmitsPerRoom: 1_024,
  maxReplayBytes: 64 * 1_024 * 1_024,
  maxReplayTurnRecords: 500,
  maxReplayTurnMs: 5,
  replayBudgetRecords: 200_000,
  replayBudgetRecordsPerSecond: 2_000,
  resumptionBatchSize: 16,
  maxUnreadAnswerBytes: 128 * 1_024 * 1_024,
  maxNotifiedSessions: 10_000,
}
