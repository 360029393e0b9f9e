import { lookup, without } from './record.js'

/**
 * A record of many, in chunks: whoever changes one entry copies its chunk and the list of chunks, and shares the rest. One
 * object of two thousand keys takes two milliseconds to copy, and each one who comes into a room copies it. Keeps the order in
 * which the keys came, and is JSON-shaped like all state.
 */
export type Table<Value> = ReadonlyArray<Chunk<Value>>
export type Chunk<Value> = Readonly<Record<string, Value>>

export const emptyTable: Table<never> = []

const chunkSize = 32

export const entryIn = <Value>(table: Table<Value>, key: string): Value | undefined => {
  for (const chunk of table) {
    const value = lookup(chunk, key)
    if (value !== undefined) return value
  }
  return undefined
}

/** Those of one table, in the order in which they came. */
export const valuesIn = <Value>(table: Table<Value>): ReadonlyArray<Value> =>
  table.flatMap(Object.values<Value>)

/** The first that it holds for. */
export const findIn = <Value>(table: Table<Value>, holds: (value: Value) => boolean): Value | undefined => {
  for (const chunk of table) {
    for (const key in chunk) {
      const value = chunk[key]
      if (value !== undefined && holds(value)) return value
    }
  }
  return undefined
}

/** An entry that is there already keeps its place. */
export const withEntry = <Value>(table: Table<Value>, key: string, value: Value): Table<Value> => {
  const place = placeOf(key, table)
  if (place !== -1) return table.with(place, { ...table[place], [key]: value })
  const last = table.at(-1)
  if (last === undefined || sizeOf(last) >= chunkSize) return [...table, { [key]: value }]
  return table.with(-1, { ...last, [key]: value })
}

/** What is left of a chunk goes to its neighbour if there is room, so that a table is never mostly gaps. */
export const withoutEntry = <Value>(table: Table<Value>, key: string): Table<Value> => {
  const place = placeOf(key, table)
  const chunk = table[place]
  if (chunk === undefined) return table
  const rest = without(chunk, key)
  if (sizeOf(rest) === 0) return table.toSpliced(place, 1)
  const changed = table.with(place, rest)
  return merged(place - 1, changed) ?? merged(place, changed) ?? changed
}

/** Two neighbours as one, if there is room for as many again. */
const merged = <Value>(first: number, table: Table<Value>): Table<Value> | undefined => {
  const left = first < 0 ? undefined : table[first]
  const right = table[first + 1]
  if (left === undefined || right === undefined) return undefined
  if (sizeOf(left) + sizeOf(right) > chunkSize / 2) return undefined
  return table.toSpliced(first, 2, { ...left, ...right })
}

const placeOf = <Value>(key: string, table: Table<Value>): number =>
  table.findIndex((chunk) => Object.hasOwn(chunk, key))

const sizeOf = (chunk: Chunk<unknown>): number => Object.keys(chunk).length

/** The same table with other values under the same keys. */
export const mapTable = <From, To>(table: Table<From>, change: (value: From) => To): Table<To> =>
  table.map((chunk) => Object.fromEntries(Object.entries(chunk).map(([key, value]) => [key, change(value)])))

/** As one plain record: for those who read it as JSON. */
export const asRecord = <Value>(table: Table<Value>): Readonly<Record<string, Value>> =>
  Object.fromEntries(table.flatMap(Object.entries<Value>))

/**
 * Works something out for each chunk and remembers it: after a change, only the chunk that changed is looked at again.
 */
export const memoizePerChunk = <Value, Result>(
  workOut: (chunk: Chunk<Value>) => Result,
): ((table: Table<Value>) => ReadonlyArray<Result>) => {
  const known = new WeakMap<Chunk<Value>, { readonly result: Result }>()
  return (table) =>
    table.map((chunk) => {
      const found = known.get(chunk)
      if (found !== undefined) return found.result
      const result = workOut(chunk)
      known.set(chunk, { result })
      return result
    })
}
