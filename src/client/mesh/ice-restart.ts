/**
 * When a connection that has broken is helped: by an ICE restart, which looks for a new way between the two (RFC 8445, 2.4).
 * A way that is `disconnected` often comes back by itself; one that has `failed` never does.
 */
export interface Breakdown {
  /** of the connection: https://www.w3.org/TR/webrtc/#rtciceconnectionstate-enum */
  readonly iceConnectionState: string
  /** restarts since it last was connected */
  readonly attempts: number
  readonly polite: boolean
}

const patienceMs = 3_000
const firstPauseMs = 1_000
const longestPauseMs = 20_000

/** Both sides would restart at the same moment, and one of them would have to give way. */
const courtesyMs = 1_500

/** How long to wait before the next restart; `null`: there is nothing to restart. */
export const restartAfterMs = ({ iceConnectionState, attempts, polite }: Breakdown): number | null => {
  const isBroken = iceConnectionState === 'disconnected' || iceConnectionState === 'failed'
  if (!isBroken) return null
  const first = iceConnectionState === 'failed' ? 0 : patienceMs
  const pause = attempts === 0 ? first : Math.min(patienceMs + firstPauseMs * 2 ** attempts, longestPauseMs)
  return pause + (polite ? courtesyMs : 0)
}

const firstAnswerWithinMs = 10_000
const answerWithinMsAtMost = 60_000

/** How long an offer waits for its answer before it is made again, and then longer: the far end may be away. */
export const answerWithinMs = (unanswered: number): number =>
  Math.min(firstAnswerWithinMs * 2 ** unanswered, answerWithinMsAtMost)
