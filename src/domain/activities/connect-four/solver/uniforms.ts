/**
 * Numbers 0 ≤ u < 1 from one such number, always the same from the same: Mulberry32 by Tommy Ettinger, a counter and three
 * multiplications. It is for a game's moods; nothing secret depends on it.
 */
export const uniforms = (random: number, count: number): ReadonlyArray<number> => {
  let counter = Math.floor(random * 2 ** 32) | 0
  return Array.from({ length: count }, () => {
    counter = (counter + 0x6d2b79f5) | 0
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  })
}
