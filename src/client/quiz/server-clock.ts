/**
 * The server's time, estimated from its events. An event is stamped before it arrives, so its stamp is a lower bound of the
 * server's time; the event with the lowest delay gives the best bound. A wrong or changed clock of this device has no effect.
 */
export interface ServerClock {
  /** an event arrived with this stamp, epoch ms */
  readonly observe: (at: number) => void
  /** a new connection, perhaps to another server: starts over */
  readonly reset: () => void
  /** epoch ms by the server's clock, late by the lowest delay so far */
  readonly now: () => number
}

/**
 * @param elapsedMs ms of a clock that only moves forward
 * @param deviceNow epoch ms, used before the first event
 */
export const serverClock = (elapsedMs: () => number, deviceNow: () => number): ServerClock => {
  let aheadMs: number | null = null
  return {
    observe: (at) => {
      aheadMs = Math.max(aheadMs ?? -Infinity, at - elapsedMs())
    },
    reset: () => {
      aheadMs = null
    },
    now: () => (aheadMs === null ? deviceNow() : elapsedMs() + aheadMs),
  }
}
