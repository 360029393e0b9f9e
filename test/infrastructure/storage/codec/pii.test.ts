import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { canonicalJson } from '../../../../src/domain/kernel/json.js'
import {
  restorePersonal,
  parsePath,
  extractPersonal,
  canonicalJsonWithout,
} from '../../../../src/infrastructure/storage/codec/pii.js'

const paths = ['a', 'b.c', 'b.d', 'e.f.g', '__proto__'].map(parsePath)

/** Objects in which these paths often exist, at every depth, or lead through values that are no objects. */
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: fc.jsonValue(), weight: 1 },
    { arbitrary: tie('members'), weight: 6 },
  ),
  members: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__', 'ä'), tie('data'), {
    maxKeys: 6,
  }),
}))

/** The value without the personal fields: the reference implementation. */
const withoutPaths = (value: unknown, at: string): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value)
    .filter(([key]) => !paths.some(({ name }) => name === at + key))
    .map(([key, member]) => [key, withoutPaths(member, `${at}${key}.`)])
  return Object.fromEntries(entries)
}

property.prop([data])('canonicalJsonWithout leaves out the personal fields and nothing else', (value) => {
  expect(canonicalJsonWithout(value, paths)).toBe(canonicalJson(withoutPaths(value, '')))
})

property.prop([data])('restorePersonal restores the data from its personal fields and the rest', (value) => {
  const rest: unknown = JSON.parse(canonicalJsonWithout(value, paths))
  const personal = extractPersonal(value, paths)
  const whole = personal === undefined ? rest : restorePersonal(rest, JSON.parse(canonicalJson(personal)))
  expect(canonicalJson(whole)).toBe(canonicalJson(value))
})
