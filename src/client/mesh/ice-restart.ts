/**
 * A broken connection gets an ICE restart, which looks for a new path between the two peers (RFC 8445, 2.4). A connection
 * that is `disconnected` often recovers by itself; one that has `failed` never does.
 */
export interface BrokenConnection {
  /** https://www.w3.org/TR/webrtc/#rtciceconnectionstate-enum */
  readonly iceConnectionState: string
  /** restarts since it was last connected */
  readonly attempts: number
  readonly isPolite: boolean
}

const recoveryMs = 3_000
const firstBackoffMs = 1_000
const maxBackoffMs = 20_000

/** Without it both sides restart at the same moment, and one of them has to roll back. */
const politeDelayMs = 1_500

/** When to restart; `null`: there is nothing to restart. */
export const restartAfterMs = ({
  iceConnectionState,
  attempts,
  isPolite,
}: BrokenConnection): number | null => {
  const isBroken = iceConnectionState === 'disconnected' || iceConnectionState === 'failed'
  if (!isBroken) return null
  const first = iceConnectionState === 'failed' ? 0 : recoveryMs
  const backoff = attempts === 0 ? first : Math.min(recoveryMs + firstBackoffMs * 2 ** attempts, maxBackoffMs)
  return backoff + (isPolite ? politeDelayMs : 0)
}

const firstAnswerTimeoutMs = 10_000
const maxAnswerTimeoutMs = 60_000

/** When an offer without an answer is made again: later each time, since the far end may be away. */
export const answerTimeoutMs = (unanswered: number): number =>
  Math.min(firstAnswerTimeoutMs * 2 ** unanswered, maxAnswerTimeoutMs)
