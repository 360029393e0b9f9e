import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RawJson, packetOf, sharedJsonArray } from '../../../src/infrastructure/transport/raw-json.js'

const rawOf = (value: unknown): RawJson => {
  const bytes = Buffer.from(JSON.stringify(value))
  return new RawJson([bytes.subarray(0, 3), bytes.subarray(3)])
}

property.prop([fc.array(fc.jsonValue(), { maxLength: 5 }), fc.jsonValue()])(
  'raw JSON at any place of a packet reads like the same values encoded with the packet',
  (raws, other) => {
    const value = { first: raws[0] ?? null, all: raws, nested: [{ other, raws }] }
    const raw = {
      first: raws.length === 0 ? null : rawOf(raws[0]),
      all: raws.map(rawOf),
      nested: [{ other, raws: rawOf(raws) }],
    }
    expect(JSON.parse(String(packetOf('', raw)))).toEqual(JSON.parse(JSON.stringify(value)))
  },
)

test('raw JSON with replacement patterns such as $& stays unchanged', () => {
  const text = JSON.stringify({ text: "$& $1 $' $$" })
  expect(String(packetOf('43', [new RawJson([Buffer.from(text)])]))).toBe(`43[${text}]`)
})

test('a packet is encoded without the raw JSON of a packet before it that failed', () => {
  const circle: Record<string, unknown> = { raw: rawOf(1) }
  circle['itself'] = circle
  expect(() => packetOf('', circle)).toThrow('circular')
  expect(String(packetOf('', { raw: rawOf(2) }))).toBe('{"raw":2}')
  expect(packetOf('42', ['plain'])).toBe('42["plain"]')
})

const log = Array.from({ length: 400 }, (_, index) => ({
  seq: index + 1,
  payload: { seq: index + 1, text: `“${index}”` },
}))

const part = fc.record({ from: fc.nat(400), to: fc.nat(400), left: fc.constantFrom(0, 1, 2, 3, 5, 64, 100) })

property.prop([fc.array(part, { minLength: 1, maxLength: 6 })])(
  'a shared JSON array reads like the array encoded for one client alone',
  (parts) => {
    for (const { from, to, left } of parts) {
      const items = log.slice(from, to).filter(({ seq }) => left === 0 || seq % left !== 0)
      const payloads = items.map(({ payload }) => payload)
      expect(String(packetOf('42', ['events', sharedJsonArray(items)]))).toBe(
        `42${JSON.stringify(['events', payloads])}`,
      )
    }
  },
)

test('two shared JSON arrays have the bytes of their common blocks in common', () => {
  const [one, other] = [log.slice(10, 300), log.slice(37, 290)].map(
    (items) => new Set(sharedJsonArray(items).parts),
  )
  const shared = [...(one ?? [])].filter((bytes) => bytes.length > 1 && other?.has(bytes))
  expect(shared.length).toBe(3)
})
