/** Milliseconds since 1970-01-01T00:00:00Z by the engine's clock, never by the machine's. */
export type Instant = number

/** The next instant at which a room wants a command, and that command. */
export interface Timer<Command> {
  readonly at: Instant
  readonly command: Command
}

/** The earlier of two timers. At the same instant it is the first, so that the order of the arguments decides. */
export const earlierTimer = <Command>(
  first: Timer<Command> | undefined,
  second: Timer<Command> | undefined,
): Timer<Command> | undefined => {
  if (first === undefined) return second
  if (second === undefined) return first
  return second.at < first.at ? second : first
}
