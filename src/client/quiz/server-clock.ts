/**
 * What time it is on the server, told by what the server says. An event was stamped before it came here, so its stamp is
 * a time that the server's clock has passed by now; the latest such time, of what came soonest, is the nearest to the truth.
 * So the hand of a clock that is set wrong, or that is set anew while one plays, moves nothing.
 */
export interface ServerClock {
  /** something came that was stamped with this, epoch ms */
  readonly heard: (at: number) => void
  /** another connection, perhaps to another server: what was known counts for nothing */
  readonly begin: () => void
  /** epoch ms by the server's clock; behind it by the time that the quickest message was under way */
  readonly now: () => number
}

/**
 * @param own ms that go on evenly, from whenever
 * @param guess epoch ms, for as long as the server has said nothing
 */
export const serverClock = (own: () => number, guess: () => number): ServerClock => {
  let aheadMs: number | null = null
  return {
    heard: (at) => {
      aheadMs = Math.max(aheadMs ?? -Infinity, at - own())
    },
    begin: () => {
      aheadMs = null
    },
    now: () => (aheadMs === null ? guess() : own() + aheadMs),
  }
}
