import { canonicalJson, objectText } from '../../../domain/kernel/json.js'

export type JsonObject = Readonly<Record<string, unknown>>

/** A dotted path in an event's `data`, parsed. */
export interface Path {
  readonly name: string
  readonly keys: ReadonlyArray<string>
}

export const parsePath = (name: string): Path => {
  const keys = name.split('.')
  parsedKeys.set(name, keys)
  return { name, keys }
}

/** Every record looks its paths up, and there are few; only paths of schemas are cached. */
const keysOf = (name: string): ReadonlyArray<string> => parsedKeys.get(name) ?? name.split('.')

const parsedKeys = new Map<string, ReadonlyArray<string>>()

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The personal fields by path; `undefined` when there are none. */
export const extractPersonal = (data: unknown, paths: ReadonlyArray<Path>): JsonObject | undefined => {
  let personal: JsonObject | undefined
  for (const { name, keys } of paths) {
    const value = valueAt(data, keys)
    if (value !== undefined) personal = { ...personal, [name]: value }
  }
  return personal
}

/** The canonical JSON of `data` without the fields at these paths. */
export const canonicalJsonWithout = (data: unknown, paths: ReadonlyArray<Path>, depth = 0): string => {
  if (paths.length === 0 || !isObject(data)) return canonicalJson(data)
  return objectText(data, (member, key) => {
    const through = paths.filter(({ keys }) => keys[depth] === key)
    const isLeftOut = through.some(({ keys }) => keys.length === depth + 1)
    return isLeftOut ? undefined : canonicalJsonWithout(member, through, depth + 1)
  })
}

/**
 * Puts the personal fields back, in place: the object was just parsed and has no other owner, and a copy would double
 * the cost of decoding a record.
 */
export const restorePersonal = (data: unknown, personal: JsonObject): unknown => {
  for (const name in personal) assignAt(data, keysOf(name), personal[name])
  return data
}

const assignAt = (data: unknown, keys: ReadonlyArray<string>, leaf: unknown): void => {
  let owner = data
  for (let depth = 0; depth < keys.length - 1; depth++) owner = valueAt(owner, keys.slice(depth, depth + 1))
  const key = keys.at(-1)
  if (key === undefined || !isObject(owner)) return
  // An assignment to a key named `__proto__` would be lost.
  if (key === '__proto__') {
    Object.defineProperty(owner, key, { value: leaf, enumerable: true, configurable: true, writable: true })
  } else owner[key] = leaf
}

/** Fills the paths of erased fields with their declared values, or with `null`. */
export const fillErased = (data: unknown, paths: ReadonlyArray<Path>, erasedValues: JsonObject): unknown => {
  let filled = data
  for (const { name, keys } of paths) {
    if (valueAt(filled, keys) !== undefined) continue
    filled = withLeaf(filled, keys, Object.hasOwn(erasedValues, name) ? erasedValues[name] : null)
  }
  return filled
}

const valueAt = (data: unknown, keys: ReadonlyArray<string>): unknown => {
  let value = data
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** A copy; a computed key, because an assignment to a key named `__proto__` would be lost. */
const withLeaf = (data: unknown, keys: ReadonlyArray<string>, leaf: unknown, depth = 0): unknown => {
  const key = keys[depth]
  if (key === undefined) return leaf
  if (!isObject(data)) return data
  return { ...data, [key]: withLeaf(data[key], keys, leaf, depth + 1) }
}
