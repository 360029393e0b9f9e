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

/** Objects in which those paths lie often, at every depth, and now and then lead through something else. */
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

/** What is left, said as plainly as it can be: member by member, by its path. */
const left = (value: unknown, at: string): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept = Object.entries(value)
    .filter(([key]) => !paths.some(({ name }) => name === at + key))
    .map(([key, member]) => [key, left(member, `${at}${key}.`)])
  return Object.fromEntries(kept)
}

property.prop([data])('canonicalJsonWithout leaves out the personal fields and nothing else', (value) => {
  expect(canonicalJsonWithout(value, paths)).toBe(canonicalJson(left(value, '')))
})

property.prop([data])('restorePersonal restores the data from its personal fields and the rest', (value) => {
  const rest: unknown = JSON.parse(canonicalJsonWithout(value, paths))
  const apart = extractPersonal(value, paths)
  const whole = apart === undefined ? rest : restorePersonal(rest, JSON.parse(canonicalJson(apart)))
  expect(canonicalJson(whole)).toBe(canonicalJson(value))
})
