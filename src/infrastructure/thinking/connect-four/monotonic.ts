/** Milliseconds from some start: the same clock in every thread, which `performance.now()` is not, and it never goes back. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1_000_000
