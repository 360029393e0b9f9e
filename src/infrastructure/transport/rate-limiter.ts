/** A token bucket: `burst` events at once, then `perSecond`. */
export type Rate = { readonly burst: number; readonly perSecond: number }

export type RateLimits = {
  readonly commands: Rate
  /** For the events in `streamedEvents`: signals and module events come in bursts. */
  readonly stream: Rate
  readonly streamedEvents: ReadonlySet<string>
  /** After this many successive seconds with a refused event the connection is closed. */
  readonly maxRefusedSeconds: number
}

/** `wire.md`, "Limits". */
export const RATE_LIMITS: RateLimits = {
  commands: { burst: 200, perSecond: 50 },
  stream: { burst: 1000, perSecond: 200 },
  streamedEvents: new Set([
    'offer',
    'answer',
    'ice-candidate',
    'webrtc:offer',
    'webrtc:answer',
    'webrtc:ice',
    'PEER_RELAY_SIGNAL',
    'CUSTOM_MODULE_EVENT',
    'signal',
  ]),
  maxRefusedSeconds: 10,
}

/** Plain numbers, so that a limit needs no timer and an idle socket no memory. */
export type RateState = {
  /** The instants at which the two buckets are full again, in ms by the injected clock. */
  commandsFullAt: number
  streamFullAt: number
  /** The last second with a refused event, and the number of successive such seconds up to it. */
  refusedSecond: number
  refusedSeconds: number
}

export const initialRateState: RateState = {
  commandsFullAt: 0,
  streamFullAt: 0,
  refusedSecond: -1,
  refusedSeconds: 0,
}

/**
 * A token bucket as one number: the instant at which it is full again. A token moves that instant by the time that it
 * takes to refill; the bucket is empty when the instant is a whole bucket's refill time away.
 */
const waitMsFor = (fullAtMs: number, nowMs: number, rate: Rate): number => {
  const tokenMs = 1000 / rate.perSecond
  const waitMs = Math.max(fullAtMs, nowMs) + tokenMs - nowMs - rate.burst * tokenMs
  return Math.max(0, Math.ceil(waitMs))
}

const withoutToken = (fullAtMs: number, nowMs: number, rate: Rate): number =>
  Math.max(fullAtMs, nowMs) + 1000 / rate.perSecond

/** Takes a token and returns 0, or takes none and returns the time until the next token. */
export const retryAfterMs = (state: RateState, event: string, nowMs: number, limits: RateLimits): number => {
  if (limits.streamedEvents.has(event)) {
    const waitMs = waitMsFor(state.streamFullAt, nowMs, limits.stream)
    if (waitMs === 0) state.streamFullAt = withoutToken(state.streamFullAt, nowMs, limits.stream)
    return waitMs
  }
  const waitMs = waitMsFor(state.commandsFullAt, nowMs, limits.commands)
  if (waitMs === 0) state.commandsFullAt = withoutToken(state.commandsFullAt, nowMs, limits.commands)
  return waitMs
}

/** Counts a refused event; true if the socket has been refused for `maxRefusedSeconds` without a gap. */
export const isOverLimitTooLong = (state: RateState, nowMs: number, limits: RateLimits): boolean => {
  const second = Math.floor(nowMs / 1000)
  if (second !== state.refusedSecond) {
    state.refusedSeconds = second === state.refusedSecond + 1 ? state.refusedSeconds + 1 : 1
    state.refusedSecond = second
  }
  return state.refusedSeconds >= limits.maxRefusedSeconds
}
