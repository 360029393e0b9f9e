import { lookup, without } from './record.js'

/**
 * A large record in chunks, in the order of insertion: a change copies one chunk and the list of chunks. One object of 2 000
 * keys takes 2 ms to copy, and each join would copy it. A table is JSON like all state.
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

/** All values in the order of insertion. */
export const valuesIn = <Value>(table: Table<Value>): ReadonlyArray<Value> =>
  table.flatMap(Object.values<Value>)

/** The first value for which the predicate holds. */
export const findIn = <Value>(
  table: Table<Value>,
  predicate: (value: Value) => boolean,
): Value | undefined => {
  for (const chunk of table) {
    for (const key in chunk) {
      const value = chunk[key]
      if (value !== undefined && predicate(value)) return value
    }
  }
  return undefined
}

/** An existing key keeps its position. */
export const withEntry = <Value>(table: Table<Value>, key: string, value: Value): Table<Value> => {
  const index = chunkIndexOf(key, table)
  if (index !== -1) return table.with(index, { ...table[index], [key]: value })
  const last = table.at(-1)
  if (last === undefined || sizeOf(last) >= chunkSize) return [...table, { [key]: value }]
  return table.with(-1, { ...last, [key]: value })
}

/** The rest of a chunk is merged with a neighbour if both are small, so that a table has no long run of small chunks. */
export const withoutEntry = <Value>(table: Table<Value>, key: string): Table<Value> => {
  const index = chunkIndexOf(key, table)
  const chunk = table[index]
  if (chunk === undefined) return table
  const rest = without(chunk, key)
  if (sizeOf(rest) === 0) return table.toSpliced(index, 1)
  const changed = table.with(index, rest)
  return mergeChunks(index - 1, changed) ?? mergeChunks(index, changed) ?? changed
}

/** Merges two neighbours if the result is at most half full. */
const mergeChunks = <Value>(first: number, table: Table<Value>): Table<Value> | undefined => {
  const left = first < 0 ? undefined : table[first]
  const right = table[first + 1]
  if (left === undefined || right === undefined) return undefined
  if (sizeOf(left) + sizeOf(right) > chunkSize / 2) return undefined
  return table.toSpliced(first, 2, { ...left, ...right })
}

const chunkIndexOf = <Value>(key: string, table: Table<Value>): number =>
  table.findIndex((chunk) => Object.hasOwn(chunk, key))

const sizeOf = (chunk: Chunk<unknown>): number => Object.keys(chunk).length

/** The same table with other values under the same keys. */
export const mapTable = <From, To>(table: Table<From>, change: (value: From) => To): Table<To> =>
  table.map((chunk) => Object.fromEntries(Object.entries(chunk).map(([key, value]) => [key, change(value)])))

/** The table as one record, for readers of its JSON. */
export const asRecord = <Value>(table: Table<Value>): Readonly<Record<string, Value>> =>
  Object.fromEntries(table.flatMap(Object.entries<Value>))

/** Computes a result for each chunk and remembers it: after a change, only the changed chunk is computed again. */
export const memoizePerChunk = <Value, Result>(
  compute: (chunk: Chunk<Value>) => Result,
): ((table: Table<Value>) => ReadonlyArray<Result>) => {
  const results = new WeakMap<Chunk<Value>, { readonly result: Result }>()
  return (table) =>
    table.map((chunk) => {
      const found = results.get(chunk)
      if (found !== undefined) return found.result
      const result = compute(chunk)
      results.set(chunk, { result })
      return result
    })
}
