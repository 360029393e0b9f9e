/** How many connections each address has. */
export type ConnectionCount = {
  readonly of: (address: string) => number
  readonly add: (address: string) => void
  readonly remove: (address: string) => void
}

export const connectionCount = (): ConnectionCount => {
  const counts = new Map<string, number>()
  const of = (address: string): number => counts.get(address) ?? 0
  return {
    of,
    add: (address) => void counts.set(address, of(address) + 1),
    remove: (address) => {
      const left = of(address) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    },
  }
}
