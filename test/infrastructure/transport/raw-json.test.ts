import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RawJson, packetOf } from '../../../src/infrastructure/transport/raw-json.js'

const rawOf = (value: unknown): RawJson => {
  const bytes = Buffer.from(JSON.stringify(value))
  return new RawJson([bytes.subarray(0, 3), bytes.subarray(3)])
}

property.prop([fc.array(fc.jsonValue(), { maxLength: 5 }), fc.jsonValue()])(
  'what is raw is read as if it had been written like the rest, wherever it stands',
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

test('a text that would mean something to a replacement is left as it is', () => {
  const text = JSON.stringify({ text: "$& $1 $' $$" })
  expect(String(packetOf('43', [new RawJson([Buffer.from(text)])]))).toBe(`43[${text}]`)
})

test('one message that could not be written leaves nothing behind for the next', () => {
  const circle: Record<string, unknown> = { raw: rawOf(1) }
  circle['itself'] = circle
  expect(() => packetOf('', circle)).toThrow('circular')
  expect(String(packetOf('', { raw: rawOf(2) }))).toBe('{"raw":2}')
  expect(packetOf('42', ['plain'])).toBe('42["plain"]')
})
