import type { SessionKey } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { Clock } from '../../ports/clock.js'
import type { SessionLimits } from '../limits.js'

/** A token bucket per session for the records that are folded for it: folding is the dearest thing a client can ask for. */
export interface ReplayBudget {
  /** How long the session has to wait before more is folded for it. */
  readonly delayMs: (session: SessionKey) => number
  readonly charge: (session: SessionKey, records: number) => void
  readonly size: () => number
}

export const createReplayBudget = (
  clock: Clock,
  limits: Pick<SessionLimits, 'replayBudgetRecords' | 'replayBudgetRecordsPerSecond'>,
  limitReached: () => void,
): ReplayBudget => {
  const recordMs = 1_000 / limits.replayBudgetRecordsPerSecond
  const burstMs = limits.replayBudgetRecords * recordMs
  /** When each bucket is full again; sessions with a full bucket are left out. */
  const fullAt = new Map<SessionKey, Instant>()

  return {
    delayMs: (session) => {
      const delayMs = (fullAt.get(session) ?? 0) - clock.now() - burstMs
      if (delayMs <= 0) return 0
      limitReached()
      return delayMs
    },
    charge: (session, records) => {
      const now = clock.now()
      const next = Math.max(now, fullAt.get(session) ?? now) + records * recordMs
      fullAt.delete(session)
      fullAt.set(session, next)
      for (const [oldest, at] of fullAt) {
        if (at > now) break
        fullAt.delete(oldest)
      }
    },
    size: () => fullAt.size,
  }
}
