import type { Rate } from '../transport/rate-limiter.js'

/** How often one address may ask. Answers 0 and counts it, or how many ms to wait and counts nothing. */
export type AddressRate = (address: string, nowMs: number) => number

/** Above so many addresses, those that have not asked for long are forgotten; they begin with a full bucket anyway. */
const addressesAtMost = 10_000

/** A token bucket for each address, kept as one number: the instant at which it is full again. */
export const addressRate = (
  { burst, perSecond }: Rate,
  fullAt: Map<string, number> = new Map<string, number>(),
): AddressRate => {
  const tokenMs = 1_000 / perSecond
  let sweepAbove = addressesAtMost

  const forgetTheFull = (nowMs: number): void => {
    for (const [address, at] of fullAt) if (at <= nowMs) fullAt.delete(address)
    // If few were full, the next look waits for twice as many: looking must not become the cost.
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
