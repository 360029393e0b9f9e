/** A relay remembers nothing but its name: what was said is in the log. */
export interface RelayState {
  readonly module: string
}

export const initial = (module: string): RelayState => ({ module })

export const evolve = (state: RelayState): RelayState => state
