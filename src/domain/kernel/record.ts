/**
 * A record keyed by what clients choose must never find `constructor` or `__proto__` in it, so look-ups ask for
 * own keys only. Records, not Maps, because state is JSON-shaped: it is compared, shown and kept as it is.
 */
export const lookup = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const without = <Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): Readonly<Record<string, Value>> => {
  const { [key]: _gone, ...rest } = record
  return rest
}
