/**
 * Clients choose keys such as `constructor` and `__proto__`, so look-ups find own keys only. State has records and not Maps,
 * because it is compared, shown and stored as JSON.
 */
export const lookup = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const without = <Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): Readonly<Record<string, Value>> => {
  const { [key]: _removed, ...rest } = record
  return rest
}
