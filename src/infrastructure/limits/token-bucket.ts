/** A token bucket: `burst` events at once, then `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * A token bucket is one number, the instant at which it is full again: a token moves that instant by the time it takes to
 * refill, and the bucket is empty when a whole refill is ahead. The unit is 1 / `perSecond` ms, in which instants and
 * tokens are whole numbers, so that nothing is rounded.
 */
export type BucketLevel = number

export const fullBucket: BucketLevel = -Infinity

const tokenUnits = 1_000

/** Keeps the numbers of a high rate exact: 2026-01-01T00:00:00Z. */
const originMs = 1_767_225_600_000

const unitsAt = (nowMs: number, { perSecond }: Rate): number => (nowMs - originMs) * perSecond

/** The time until the next token, in whole ms; 0: there is one. */
export const waitMsFor = (level: BucketLevel, nowMs: number, rate: Rate): number => {
  const now = unitsAt(nowMs, rate)
  if (level <= now) return 0
  const missing = level - now - (rate.burst - 1) * tokenUnits
  return missing > 0 ? Math.ceil(missing / rate.perSecond) : 0
}

export const withoutToken = (level: BucketLevel, nowMs: number, rate: Rate): BucketLevel =>
  Math.max(level, unitsAt(nowMs, rate)) + tokenUnits

export const isFull = (level: BucketLevel, nowMs: number, rate: Rate): boolean =>
  level <= unitsAt(nowMs, rate)

/** A token bucket for each key. */
export interface TokenBuckets {
  /** The time until the key's next token; 0: it has one. Takes nothing. */
  readonly waitMs: (key: string, nowMs: number) => number
  /** Takes a token, which `waitMs` has found. */
  readonly take: (key: string, nowMs: number) => void
  /** The number of buckets in memory. A full bucket needs none, but is removed only when there are many. */
  readonly size: () => number
}

/** About 2 MB. A client with more addresses than this can reset their buckets. */
export const maxBuckets = 20_000

/** At the bound, full buckets are removed, which has no effect; if they are not enough, the oldest tenth is removed. */
const keptShare = 0.9

export const createTokenBuckets = (rate: Rate, maxKeys: number = maxBuckets): TokenBuckets => {
  const levels = new Map<string, BucketLevel>()

  const removeSome = (nowMs: number): void => {
    for (const [key, level] of levels) if (isFull(level, nowMs, rate)) levels.delete(key)
    for (const key of levels.keys()) {
      if (levels.size <= maxKeys * keptShare) return
      levels.delete(key)
    }
  }

  return {
    waitMs: (key, nowMs) => {
      const level = levels.get(key)
      return level === undefined ? 0 : waitMsFor(level, nowMs, rate)
    },
    take: (key, nowMs) => {
      const level = levels.get(key)
      if (level === undefined && levels.size >= maxKeys) removeSome(nowMs)
      levels.set(key, withoutToken(level ?? fullBucket, nowMs, rate))
    },
    size: () => levels.size,
  }
}

/** Takes a token and returns 0, or takes none and returns the time until the next one. */
export const takeToken = (buckets: TokenBuckets, key: string, nowMs: number): number => {
  const waitMs = buckets.waitMs(key, nowMs)
  if (waitMs === 0) buckets.take(key, nowMs)
  return waitMs
}
