import { canonicalJson, objectText } from '../../../domain/kernel/json.js'

export type Members = Readonly<Record<string, unknown>>

/** A dotted path in `data`, taken apart. */
export interface Path {
  readonly name: string
  readonly keys: ReadonlyArray<string>
}

export const pathOf = (name: string): Path => {
  const keys = name.split('.')
  known.set(name, keys)
  return { name, keys }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is about people, by its paths; nothing where there is none. */
export const personalOf = (data: unknown, paths: ReadonlyArray<Path>): Members | undefined => {
  let found: Members | undefined
  for (const { name, keys } of paths) {
    const value = valueAt(data, keys)
    if (value !== undefined) found = { ...found, [name]: value }
  }
  return found
}

/** The canonical JSON of `data` without what lies at these paths. */
export const textWithout = (data: unknown, paths: ReadonlyArray<Path>, depth = 0): string => {
  if (paths.length === 0 || !isObject(data)) return canonicalJson(data)
  return objectText(data, (member, key) => {
    const through = paths.filter(({ keys }) => keys[depth] === key)
    const isCut = through.some(({ keys }) => keys.length === depth + 1)
    return isCut ? undefined : textWithout(member, through, depth + 1)
  })
}

/**
 * Puts what was cut out back into its place, in the very object: it has just been parsed and nobody else has it, and a
 * copy of each would be half of what opening a record costs.
 */
export const merged = (kept: unknown, apart: Members): unknown => {
  for (const name in apart) putBack(kept, pathNamed(name), apart[name])
  return kept
}

const putBack = (data: unknown, keys: ReadonlyArray<string>, leaf: unknown): void => {
  let place = data
  for (let depth = 0; depth < keys.length - 1; depth++) place = valueAt(place, keys.slice(depth, depth + 1))
  const key = keys.at(-1)
  if (key === undefined || !isObject(place)) return
  if (key === '__proto__')
    Object.defineProperty(place, key, { value: leaf, enumerable: true, configurable: true, writable: true })
  else place[key] = leaf
}

/** Every record asks, and there are few paths; of names that nobody has declared none is remembered. */
const pathNamed = (name: string): ReadonlyArray<string> => known.get(name) ?? name.split('.')

const known = new Map<string, ReadonlyArray<string>>()

/** Fills the paths that are not there, for what has been forgotten; `neutral` where it names one, else `null`. */
export const filled = (data: unknown, paths: ReadonlyArray<Path>, neutral: Members): unknown => {
  let whole = data
  for (const { name, keys } of paths) {
    if (valueAt(whole, keys) !== undefined) continue
    whole = withLeaf(whole, keys, Object.hasOwn(neutral, name) ? neutral[name] : null)
  }
  return whole
}

const valueAt = (data: unknown, keys: ReadonlyArray<string>): unknown => {
  let value = data
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** A copy; computed keys, because assigning to a key named `__proto__` would lose it. */
const withLeaf = (data: unknown, keys: ReadonlyArray<string>, leaf: unknown, depth = 0): unknown => {
  const key = keys[depth]
  if (key === undefined) return leaf
  if (!isObject(data)) return data
  return { ...data, [key]: withLeaf(data[key], keys, leaf, depth + 1) }
}
