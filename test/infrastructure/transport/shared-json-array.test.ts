import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharedJsonArray } from '../../../src/infrastructure/transport/shared-json-array.js'
import { packetOf } from '../../../src/infrastructure/transport/raw-json.js'

const log = Array.from({ length: 400 }, (_, index) => ({
  seq: index + 1,
  payload: { seq: index + 1, text: `“${index}”` },
}))

const part = fc.record({ from: fc.nat(400), to: fc.nat(400), left: fc.constantFrom(0, 1, 2, 3, 5, 64, 100) })

property.prop([fc.array(part, { minLength: 1, maxLength: 6 })])(
  'a shared JSON array reads like the array encoded for one client alone',
  (parts) => {
    for (const { from, to, left } of parts) {
      const told = log.slice(from, to).filter(({ seq }) => left === 0 || seq % left !== 0)
      const payloads = told.map(({ payload }) => payload)
      expect(String(packetOf('42', ['events', sharedJsonArray(told)]))).toBe(
        `42${JSON.stringify(['events', payloads])}`,
      )
    }
  },
)

test('two shared JSON arrays have the bytes of their common blocks in common', () => {
  const [one, other] = [log.slice(10, 300), log.slice(37, 290)].map(
    (told) => new Set(sharedJsonArray(told).parts),
  )
  const shared = [...(one ?? [])].filter((bytes) => bytes.length > 1 && other?.has(bytes))
  expect(shared.length).toBe(3)
})
