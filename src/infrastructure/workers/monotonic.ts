/** Monotonic milliseconds, the same in every thread; `performance.now()` has another origin in each. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1_000_000
