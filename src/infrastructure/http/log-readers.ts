/** Bounds of `GET /rooms/:room/events`. */
export interface LogReadLimits {
  /** Readers at the same time; one more is told to come back later. */
  readonly maxReaders: number
  readonly maxReadersPerAddress: number
  /** A page is read from the store once the reader has taken the one before, so this bounds its memory. */
  readonly maxPageBytes: number
  readonly maxPageRecords: number
  /** A reader that has not taken a page after this time is disconnected. */
  readonly writeTimeoutMs: number
}

export const defaultLogReadLimits: LogReadLimits = {
  maxReaders: 64,
  maxReadersPerAddress: 16,
  maxPageBytes: 256 * 1024,
  maxPageRecords: 200,
  writeTimeoutMs: 30_000,
}

/** Counts the open readers of room logs. */
export interface LogReaders {
  /** Admits a reader, and gives what releases its place; or names the limit that it would exceed. */
  readonly admit: (address: string) => (() => void) | 'too-many' | 'too-many-of-address'
  readonly count: () => number
}

export const createLogReaders = ({
  maxReaders,
  maxReadersPerAddress,
}: Pick<LogReadLimits, 'maxReaders' | 'maxReadersPerAddress'>): LogReaders => {
  const byAddress = new Map<string, number>()
  let count = 0

  const change = (address: string, by: 1 | -1): void => {
    count += by
    const ofAddress = (byAddress.get(address) ?? 0) + by
    if (ofAddress === 0) byAddress.delete(address)
    else byAddress.set(address, ofAddress)
  }

  return {
    admit: (address) => {
      if (count >= maxReaders) return 'too-many'
      if ((byAddress.get(address) ?? 0) >= maxReadersPerAddress) return 'too-many-of-address'
      change(address, 1)
      return () => change(address, -1)
    },
    count: () => count,
  }
}
