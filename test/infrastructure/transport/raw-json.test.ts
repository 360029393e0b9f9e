import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RawJson, jsonText } from '../../../src/infrastructure/transport/raw-json.js'

property.prop([fc.array(fc.jsonValue(), { maxLength: 5 }), fc.jsonValue()])(
  'what is raw is read as if it had been written like the rest, wherever it stands',
  (raws, other) => {
    const value = { first: raws[0] ?? null, all: raws, nested: [{ other, raws }] }
    const raw = {
      first: raws.length === 0 ? null : new RawJson(JSON.stringify(raws[0])),
      all: raws.map((each) => new RawJson(JSON.stringify(each))),
      nested: [{ other, raws: new RawJson(JSON.stringify(raws)) }],
    }
    expect(JSON.parse(jsonText(raw))).toEqual(JSON.parse(JSON.stringify(value)))
  },
)

test('a text that would mean something to a replacement is left as it is', () => {
  const text = JSON.stringify({ text: "$& $1 $' $$" })
  expect(jsonText([new RawJson(text)])).toBe(`[${text}]`)
})

test('one message that could not be written leaves nothing behind for the next', () => {
  const circle: Record<string, unknown> = { raw: new RawJson('1') }
  circle['itself'] = circle
  expect(() => jsonText(circle)).toThrow('circular')
  expect(jsonText({ raw: new RawJson('2') })).toBe('{"raw":2}')
})
