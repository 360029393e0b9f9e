/** Values that the contract names and this version has no code for yet; and what to set instead. */
export const notBuilt = [
  { setting: 'AUTH_MODE', value: 'jwt', instead: 'open' },
  { setting: 'EVENT_STORE', value: 'redis', instead: 'lmdb or memory' },
] as const

export const isNotBuilt = (setting: string, value: string): boolean =>
  notBuilt.some((each) => each.setting === setting && each.value === value)
