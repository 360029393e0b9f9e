import { describe, expect, it } from 'vitest'
import type { EncodedEmit } from '../../../../src/application/sessions/encoded-emit.js'
import { defaultSessionLimits } from '../../../../src/application/sessions/limits.js'
import {
  createEmitCache,
  createEmitMemory,
} from '../../../../src/application/sessions/catch-up/emit-cache.js'
import { picker } from '../../../../src/infrastructure/protocols/picker/index.js'
import { builtInModel } from '../../../../src/plugins.js'

const emits = (count: number, text = ''): ReadonlyArray<EncodedEmit> =>
  Array.from({ length: count }, () => ({
    encoder: picker.encoderFor(builtInModel),
    to: { type: 'everyone' },
    event: 'randomHighlight',
    payload: { text },
  }))

const scene = (limits: Partial<typeof defaultSessionLimits> = {}) => {
  const reports: Array<string> = []
  const memory = createEmitMemory({ ...defaultSessionLimits, ...limits }, () => reports.push('limit'))
  return { memory, reports, cache: createEmitCache(memory) }
}

describe('a emit cache', () => {
  it('reaches back to its first record, including records without emits', () => {
    const { cache } = scene()
    for (let seq = 7; seq <= 12; seq++) cache.add(seq, emits(seq === 9 ? 2 : 0), seq === 10)
    expect(cache.upTo(12)).toMatchObject({ from: 7, records: [{ seq: 9 }], countedAt: 10 })
    expect(cache.upTo(13)).toBeUndefined()
  })

  it('removes the oldest records at its limit of emits, and its `from` says what is complete', () => {
    const { cache } = scene()
    for (let seq = 1; seq <= 2_000; seq++) cache.add(seq, emits(seq % 2 === 0 ? 3 : 0), false)
    const { from = 0, records = [] } = cache.upTo(2_000) ?? {}
    expect(records.length * 3).toBeLessThanOrEqual(1_024)
    expect(records.length * 3).toBeGreaterThan(500)
    expect(records.map(({ seq }) => seq)).toEqual(
      Array.from({ length: records.length }, (_, place) => 2_000 - 2 * (records.length - 1 - place)),
    )
    expect(from).toBe((records[0]?.seq ?? 0) - 1)
  })

  it('never exceeds its limit of bytes, also for one record that is larger than the limit', () => {
    const { cache, memory } = scene({ maxCachedBytesPerRoom: 10_000 })
    for (let seq = 1; seq <= 50; seq++) {
      cache.add(seq, emits(1, 'x'.repeat(500)), false)
      expect(cache.bytes()).toBeLessThanOrEqual(10_000)
    }
    expect(cache.upTo(50)?.records.length).toBeGreaterThan(3)
    cache.add(51, emits(1, 'x'.repeat(20_000)), false)
    expect(cache.upTo(51)).toMatchObject({ from: 52, records: [] })
    expect([cache.bytes(), memory.bytes()]).toEqual([0, 0])
  })

  it('starts again after a gap', () => {
    const { cache } = scene()
    cache.add(1, emits(1), true)
    cache.add(3, emits(1), false)
    expect(cache.upTo(3)).toMatchObject({ from: 3, records: [{ seq: 3 }] })
  })
})

it('the replay memory clears the oldest caches when all rooms together exceed its limit', () => {
  const { memory, reports } = scene({ maxCachedBytes: 100_000 })
  const caches = Array.from({ length: 20 }, () => createEmitCache(memory))
  for (let seq = 1; seq <= 10; seq++) {
    for (const cache of caches) {
      cache.add(seq, emits(1, 'x'.repeat(1_000)), false)
      expect(memory.bytes()).toBeLessThanOrEqual(100_000)
    }
  }
  expect(memory.bytes()).toBe(caches.reduce((sum, cache) => sum + cache.bytes(), 0))
  expect(caches.at(-1)?.upTo(10)).toMatchObject({ records: expect.any(Array) })
  expect(reports.length).toBeGreaterThan(0)
  for (const cache of caches) cache.clear()
  expect(memory.bytes()).toBe(0)
})
