/** Counts something that is open, such as connections, by client address. */
export type AddressCounter = {
  readonly of: (address: string) => number
  readonly add: (address: string) => void
  readonly remove: (address: string) => void
  /** The number of addresses. */
  readonly size: () => number
}

export const createAddressCounter = (): AddressCounter => {
  const counts = new Map<string, number>()
  const of = (address: string): number => counts.get(address) ?? 0
  return {
    of,
    add: (address) => void counts.set(address, of(address) + 1),
    remove: (address) => {
      const rest = of(address) - 1
      if (rest > 0) counts.set(address, rest)
      else counts.delete(address)
    },
    size: () => counts.size,
  }
}
