/** What stands in this place of an event’s data, if there is one. */
export const valueAt = (value: unknown, [key, ...rest]: ReadonlyArray<string>): unknown => {
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  return valueAt(Object.entries(value).find(([name]) => name === key)?.[1], rest)
}

/** The data with something else in this place; without the place it is as it was. */
export const put = (value: unknown, [key, ...rest]: ReadonlyArray<string>, instead: unknown): unknown => {
  if (key === undefined) return instead
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [key]: put(valueAt(value, [key]), rest, instead) }
}

/** The values at a path, in which `*` is each item of an array. */
export const valuesAt = (data: unknown, [key, ...rest]: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  if (key === undefined) return [data]
  if (key === '*') return Array.isArray(data) ? data.flatMap((item) => valuesAt(item, rest)) : [data]
  return valuesAt(valueAt(data, [key]), rest)
}
