import { describe, expect, it } from 'vitest'
import type { EncodedEmit } from '../../../src/application/sessions/encoded-emit.js'
import { defaultSessionLimits } from '../../../src/application/sessions/limits.js'
import { createReplayBuffer, createReplayMemory } from '../../../src/application/sessions/replay-buffer.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import { builtInModel } from '../../../src/plugins.js'

const emits = (count: number, text = ''): ReadonlyArray<EncodedEmit> =>
  Array.from({ length: count }, () => ({
    encoder: picker.encoderFor(builtInModel),
    to: { type: 'everyone' },
    event: 'randomHighlight',
    payload: { text },
  }))

const scene = (limits: Partial<typeof defaultSessionLimits> = {}) => {
  const reports: Array<string> = []
  const memory = createReplayMemory({ ...defaultSessionLimits, ...limits }, () => reports.push('limit'))
  return { memory, reports, buffer: createReplayBuffer(memory) }
}

describe('a replay buffer', () => {
  it('reaches back to its first record, including records without emits', () => {
    const { buffer } = scene()
    for (let seq = 7; seq <= 12; seq++) buffer.add(seq, emits(seq === 9 ? 2 : 0), seq === 10)
    expect(buffer.upTo(12)).toMatchObject({ from: 7, records: [{ seq: 9 }], countedAt: 10 })
    expect(buffer.upTo(13)).toBeUndefined()
  })

  it('removes the oldest records at its limit of emits, and its `from` says what is complete', () => {
    const { buffer } = scene()
    for (let seq = 1; seq <= 2_000; seq++) buffer.add(seq, emits(seq % 2 === 0 ? 3 : 0), false)
    const { from = 0, records = [] } = buffer.upTo(2_000) ?? {}
    expect(records.length * 3).toBeLessThanOrEqual(1_024)
    expect(records.length * 3).toBeGreaterThan(500)
    expect(records.map(({ seq }) => seq)).toEqual(
      Array.from({ length: records.length }, (_, place) => 2_000 - 2 * (records.length - 1 - place)),
    )
    expect(from).toBe((records[0]?.seq ?? 0) - 1)
  })

  it('never exceeds its limit of bytes, also for one record that is larger than the limit', () => {
    const { buffer, memory } = scene({ maxReplayBytesPerRoom: 10_000 })
    for (let seq = 1; seq <= 50; seq++) {
      buffer.add(seq, emits(1, 'x'.repeat(500)), false)
      expect(buffer.bytes()).toBeLessThanOrEqual(10_000)
    }
    expect(buffer.upTo(50)?.records.length).toBeGreaterThan(3)
    buffer.add(51, emits(1, 'x'.repeat(20_000)), false)
    expect(buffer.upTo(51)).toMatchObject({ from: 52, records: [] })
    expect([buffer.bytes(), memory.bytes()]).toEqual([0, 0])
  })

  it('starts again after a gap', () => {
    const { buffer } = scene()
    buffer.add(1, emits(1), true)
    buffer.add(3, emits(1), false)
    expect(buffer.upTo(3)).toMatchObject({ from: 3, records: [{ seq: 3 }] })
  })
})

it('the replay memory clears the oldest buffers when all rooms together exceed its limit', () => {
  const { memory, reports } = scene({ maxReplayBytes: 100_000 })
  const buffers = Array.from({ length: 20 }, () => createReplayBuffer(memory))
  for (let seq = 1; seq <= 10; seq++) {
    for (const buffer of buffers) {
      buffer.add(seq, emits(1, 'x'.repeat(1_000)), false)
      expect(memory.bytes()).toBeLessThanOrEqual(100_000)
    }
  }
  expect(memory.bytes()).toBe(buffers.reduce((sum, buffer) => sum + buffer.bytes(), 0))
  expect(buffers.at(-1)?.upTo(10)).toMatchObject({ records: expect.any(Array) })
  expect(reports.length).toBeGreaterThan(0)
  for (const buffer of buffers) buffer.clear()
  expect(memory.bytes()).toBe(0)
})
