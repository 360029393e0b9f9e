/** 1 to 50. */
export const ticks: ReadonlyArray<number> = Array.from({ length: 50 }, (_, place) => place + 1)
