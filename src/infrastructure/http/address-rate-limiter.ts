import type { Rate } from '../transport/rate-limiter.js'

/** Gives 0 and counts the request, or the ms to wait and does not count it. */
export type AddressRateLimiter = (address: string, nowMs: number) => number

/** Above this number, addresses with a full bucket are removed, which has no effect on them. */
const addressesAtMost = 10_000

/** A token bucket per address, stored as the instant at which it is full again. */
export const createAddressRateLimiter = (
  { burst, perSecond }: Rate,
  fullAt: Map<string, number> = new Map<string, number>(),
): AddressRateLimiter => {
  const tokenMs = 1_000 / perSecond
  let sweepAbove = addressesAtMost

  const forgetTheFull = (nowMs: number): void => {
    for (const [address, at] of fullAt) if (at <= nowMs) fullAt.delete(address)
    // If few were full, the next sweep waits for twice as many, which bounds the cost of sweeps.
    sweepAbove = Math.max(addressesAtMost, fullAt.size * 2)
  }

  return (address, nowMs) => {
    const next = Math.max(fullAt.get(address) ?? 0, nowMs) + tokenMs
    const waitMs = next - nowMs - burst * tokenMs
    if (waitMs > 0) return Math.ceil(waitMs)
    fullAt.set(address, next)
    if (fullAt.size > sweepAbove) forgetTheFull(nowMs)
    return 0
  }
}
