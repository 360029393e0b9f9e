import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../src/domain/kernel/json.js'

const reverseKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reverseKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reverseKeys(member)]),
  )
}

describe('canonical JSON', () => {
  property.prop([fc.jsonValue()])('parses to the same value', (value) => {
    expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
  })

  property.prop([fc.jsonValue()])('does not depend on the order of keys', (value) => {
    expect(canonicalJson(reverseKeys(value))).toBe(canonicalJson(value))
  })

  property.prop([
    fc.oneof(
      fc.maxSafeInteger(),
      fc.double(),
      fc.integer().map((number) => number * 1_000_000),
    ),
  ])('writes numbers as ECMAScript does', (number) => {
    expect(canonicalJson(number)).toBe(JSON.stringify(number))
  })

  property.prop([fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 20 })])(
    'sorts few and many keys in the same order',
    (keys) => {
      const object = Object.fromEntries(keys.map((key) => [key, 1]))
      const ordered = keys.toSorted().map((key) => `${JSON.stringify(key)}:1`)
      expect(canonicalJson(object)).toBe(`{${ordered.join()}}`)
    },
  )

  test('orders keys by UTF-16 code units and writes no white space (RFC 8785, 3.2.3)', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map(([, word]) => word)
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
    expect(canonicalJson({ b: [1, { d: 1e21, c: -0 }], a: 'é\n' })).toBe(
      '{"a":"é\\n","b":[1,{"c":0,"d":1e+21}]}',
    )
  })

  test('leaves out `undefined`, as JSON.stringify does', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, null] })).toBe('{"b":[null,null]}')
    expect(canonicalJson(undefined)).toBe('null')
  })

  test('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":2}'))).toBe('{"__proto__":{"x":1},"a":2}')
  })
})
