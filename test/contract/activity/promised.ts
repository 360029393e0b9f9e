/** One promise of a contract. `check` throws where it is broken. */
export interface Promised {
  readonly promise: string
  readonly check: () => void
}
