import type { SocketState } from './socket-state.js'

/** So many at once, then so many a second. */
export type Rate = { readonly burst: number; readonly perSecond: number }

export type RateLimits = {
  readonly commands: Rate
  /** For the events named in `streamedEvents`: signals and module events come in bursts by their nature. */
  readonly stream: Rate
  readonly streamedEvents: ReadonlySet<string>
  /** Refusals in so many successive seconds end the connection. */
  readonly maxRefusedSeconds: number
}

const STREAMED_EVENTS: ReadonlySet<string> = new Set([
  'offer',
  'answer',
  'ice-candidate',
  'webrtc:offer',
  'webrtc:answer',
  'webrtc:ice',
  'PEER_RELAY_SIGNAL',
  'CUSTOM_MODULE_EVENT',
  'signal',
])

/** `wire.md`, "Limits". */
export const RATE_LIMITS: RateLimits = {
  commands: { burst: 200, perSecond: 50 },
  stream: { burst: 1000, perSecond: 200 },
  streamedEvents: STREAMED_EVENTS,
  maxRefusedSeconds: 10,
}

/**
 * A token bucket as one number: the instant at which it would be full again. Taking a token puts that instant
 * off by the token's time; the bucket is empty when it lies further off than a whole bucket takes to fill.
 */
const waitFor = (fullAtMs: number, nowMs: number, rate: Rate): number => {
  const tokenMs = 1000 / rate.perSecond
  const waitMs = Math.max(fullAtMs, nowMs) + tokenMs - nowMs - rate.burst * tokenMs
  return Math.max(0, Math.ceil(waitMs))
}

const afterOne = (fullAtMs: number, nowMs: number, rate: Rate): number =>
  Math.max(fullAtMs, nowMs) + 1000 / rate.perSecond

/** Takes a token for the event and answers 0, or takes none and answers how long to wait for one. */
export const retryAfterMs = (
  state: SocketState,
  event: string,
  nowMs: number,
  limits: RateLimits,
): number => {
  if (limits.streamedEvents.has(event)) {
    const waitMs = waitFor(state.streamFullAt, nowMs, limits.stream)
    if (waitMs === 0) state.streamFullAt = afterOne(state.streamFullAt, nowMs, limits.stream)
    return waitMs
  }
  const waitMs = waitFor(state.commandsFullAt, nowMs, limits.commands)
  if (waitMs === 0) state.commandsFullAt = afterOne(state.commandsFullAt, nowMs, limits.commands)
  return waitMs
}

/** Notes one more refusal, and says whether this client has been refused for too long. */
export const isLimitedTooLong = (state: SocketState, nowMs: number, limits: RateLimits): boolean => {
  const second = Math.floor(nowMs / 1000)
  if (second !== state.refusedSecond) {
    state.refusedSeconds = second === state.refusedSecond + 1 ? state.refusedSeconds + 1 : 1
    state.refusedSecond = second
  }
  return state.refusedSeconds >= limits.maxRefusedSeconds
}
