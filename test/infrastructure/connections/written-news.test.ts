import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writtenNews } from '../../../src/infrastructure/connections/written-news.js'
import { packetOf } from '../../../src/infrastructure/transport/raw-json.js'

const log = Array.from({ length: 400 }, (_, index) => ({
  seq: index + 1,
  payload: { seq: index + 1, text: `“${index}”` },
}))

const part = fc.record({ from: fc.nat(400), to: fc.nat(400), left: fc.constantFrom(0, 1, 2, 3, 5, 64, 100) })

property.prop([fc.array(part, { minLength: 1, maxLength: 6 })])(
  'whoever is told some of it reads what it would have read if it had been written for it alone',
  (parts) => {
    for (const { from, to, left } of parts) {
      const told = log.slice(from, to).filter(({ seq }) => left === 0 || seq % left !== 0)
      const payloads = told.map(({ payload }) => payload)
      expect(String(packetOf('42', ['events', writtenNews(told)]))).toBe(
        `42${JSON.stringify(['events', payloads])}`,
      )
    }
  },
)

test('what two are told alike is the same bytes', () => {
  const [one, other] = [log.slice(10, 300), log.slice(37, 290)].map(
    (told) => new Set(writtenNews(told).parts),
  )
  const shared = [...(one ?? [])].filter((bytes) => bytes.length > 1 && other?.has(bytes))
  expect(shared.length).toBe(3)
})
