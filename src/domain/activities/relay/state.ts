/** The name of the module: its events are in the log only. */
export interface RelayState {
  readonly module: string
}

export const initial = (module: string): RelayState => ({ module })

export const evolve = (state: RelayState): RelayState => state
