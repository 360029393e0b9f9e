/** A token bucket: `burst` events at once, then `perSecond`. */
export type Rate = { readonly burst: number; readonly perSecond: number }

export type RateLimits = {
  readonly ordinary: Rate
  /** For events with the trait `isFrequent`. */
  readonly frequent: Rate
  /** After this many successive seconds with a refused event the connection is closed. */
  readonly maxRefusedSeconds: number
}

/** `wire.md`, "Limits". */
export const RATE_LIMITS: RateLimits = {
  ordinary: { burst: 200, perSecond: 50 },
  frequent: { burst: 1000, perSecond: 200 },
  maxRefusedSeconds: 10,
}

/** Plain numbers, so that a limit needs no timer and an idle socket no memory. */
export type RateState = {
  /** The instants at which the two buckets are full again, in ms by the injected clock. */
  ordinaryFullAt: number
  frequentFullAt: number
  /** The last second with a refused event, and the number of successive such seconds up to it. */
  refusedSecond: number
  refusedSeconds: number
}

export const initialRateState: RateState = {
  ordinaryFullAt: 0,
  frequentFullAt: 0,
  refusedSecond: -1,
  refusedSeconds: 0,
}

/**
 * The time until the next token; 0: there is one. A token bucket is one number, the instant at which it is full again: a
 * token moves that instant by the time it takes to refill, and the bucket is empty when a whole refill is ahead.
 */
export const waitMsFor = (fullAtMs: number, nowMs: number, rate: Rate): number => {
  const tokenMs = 1000 / rate.perSecond
  const waitMs = Math.max(fullAtMs, nowMs) + tokenMs - nowMs - rate.burst * tokenMs
  return Math.max(0, Math.ceil(waitMs))
}

/** The instant at which the bucket is full again after it has given a token. */
export const withoutToken = (fullAtMs: number, nowMs: number, rate: Rate): number =>
  Math.max(fullAtMs, nowMs) + 1000 / rate.perSecond

/** Takes a token and returns 0, or takes none and returns the time until the next token. */
export const retryAfterMs = (
  state: RateState,
  isFrequent: boolean,
  nowMs: number,
  limits: RateLimits,
): number => {
  const rate = isFrequent ? limits.frequent : limits.ordinary
  const fullAtMs = isFrequent ? state.frequentFullAt : state.ordinaryFullAt
  const waitMs = waitMsFor(fullAtMs, nowMs, rate)
  if (waitMs > 0) return waitMs
  if (isFrequent) state.frequentFullAt = withoutToken(fullAtMs, nowMs, rate)
  else state.ordinaryFullAt = withoutToken(fullAtMs, nowMs, rate)
  return 0
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

/** Returns 0 and counts the request, or the time to wait in ms and does not count it. */
export type AddressRateLimiter = (address: string, nowMs: number) => number

/** Above this number, addresses with a full bucket are removed, which has no effect on them. */
const MAX_ADDRESSES = 10_000

/** A token bucket for each address. */
export const createAddressRateLimiter = (
  rate: Rate,
  fullAtMs: Map<string, number> = new Map<string, number>(),
): AddressRateLimiter => {
  let maxSize = MAX_ADDRESSES

  const removeFullBuckets = (nowMs: number): void => {
    for (const [address, at] of fullAtMs) if (at <= nowMs) fullAtMs.delete(address)
    // If few were full, the next removal waits for twice as many addresses, which bounds its cost.
    maxSize = Math.max(MAX_ADDRESSES, fullAtMs.size * 2)
  }

  return (address, nowMs) => {
    const at = fullAtMs.get(address) ?? 0
    const waitMs = waitMsFor(at, nowMs, rate)
    if (waitMs > 0) return waitMs
    fullAtMs.set(address, withoutToken(at, nowMs, rate))
    if (fullAtMs.size > maxSize) removeFullBuckets(nowMs)
    return 0
  }
}
