/** Milliseconds since 1970-01-01T00:00:00Z by the engine's clock, never by the machine's. */
export type Instant = number

/** A moment at which a room wants to be told the time, and what it is to be told then. */
export interface Timer<Command> {
  readonly at: Instant
  readonly command: Command
}

/** The earlier of two; of two at the same instant the first, so that the order of asking decides. */
export const earlierTimer = <Command>(
  first: Timer<Command> | undefined,
  second: Timer<Command> | undefined,
): Timer<Command> | undefined => {
  if (first === undefined) return second
  if (second === undefined) return first
  return second.at < first.at ? second : first
}
