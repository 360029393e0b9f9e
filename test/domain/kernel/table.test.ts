import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Chunk, Table } from '../../../src/domain/kernel/table.js'
import {
  asRecord,
  entryIn,
  findIn,
  mapTable,
  memoizePerChunk,
  valuesIn,
  withEntry,
  withoutEntry,
} from '../../../src/domain/kernel/table.js'

type Change = { readonly key: string; readonly value: number | null }

const keys = fc.oneof(
  fc.nat(150).map((n) => `k${n}`),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
)
const changes: fc.Arbitrary<ReadonlyArray<Change>> = fc.array(
  fc.record({ key: keys, value: fc.option(fc.nat(9), { freq: 3 }) }),
  { maxLength: 600, size: 'max' },
)

const applyChange = (table: Table<number>, { key, value }: Change): Table<number> =>
  value === null ? withoutEntry(table, key) : withEntry(table, key, value)

describe('a table', () => {
  property.prop([changes])('has the entries and the order of a Map after any changes', (all) => {
    const model = new Map<string, number>()
    let table: Table<number> = []
    for (const change of all) {
      table = applyChange(table, change)
      if (change.value === null) model.delete(change.key)
      else model.set(change.key, change.value)
    }
    expect(table.flatMap(Object.entries<number>)).toEqual([...model])
    expect(valuesIn(table)).toEqual([...model.values()])
    for (const { key } of all) expect(entryIn(table, key)).toBe(model.get(key))
    expect(findIn(table, (value) => value === 7)).toBe([...model.values()].find((value) => value === 7))
    expect(Object.entries(asRecord(mapTable(table, (value) => value + 1))).length).toBe(model.size)
  })

  property.prop([changes])('is not mutated by a change', (all) => {
    let table: Table<number> = []
    for (const change of all) {
      const before = JSON.stringify(table)
      const next = applyChange(table, change)
      expect(JSON.stringify(table)).toBe(before)
      table = next
    }
  })

  test('shares all chunks except the changed one, and merges small chunks', () => {
    let table: Table<number> = []
    for (let key = 0; key < 2_000; key++) table = withEntry(table, `k${key}`, key)
    const next = withEntry(table, 'k1000', -1)
    expect(next.filter((chunk) => !table.includes(chunk))).toHaveLength(1)
    let few = table
    for (let key = 0; key < 2_000; key++) if (key % 100 !== 0) few = withoutEntry(few, `k${key}`)
    expect(valuesIn(few)).toHaveLength(20)
    expect(few.length).toBeLessThanOrEqual(4)
  })
})

test('a memoized result is computed again for changed chunks only', () => {
  let calls = 0
  const sums = memoizePerChunk((chunk: Chunk<number>) => {
    calls++
    return Object.values(chunk).reduce((sum, value) => sum + value, 0)
  })
  let table: Table<number> = []
  for (let key = 0; key < 100; key++) table = withEntry(table, `k${key}`, 1)
  expect(sums(table).reduce((sum, each) => sum + each, 0)).toBe(100)
  const callsBefore = calls
  table = withEntry(table, 'k5', 11)
  expect(sums(table).reduce((sum, each) => sum + each, 0)).toBe(110)
  expect(calls).toBe(callsBefore + 1)
})
