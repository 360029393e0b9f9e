import { describe, expect, it } from 'vitest'
import type { Outgoing } from '../../../src/infrastructure/connections/emit.js'
import { recentEmits } from '../../../src/infrastructure/connections/replay-buffer.js'
import { pickerEncoder } from '../../../src/infrastructure/protocols/picker/encode.js'

const emits = (count: number): ReadonlyArray<Outgoing> =>
  Array.from({ length: count }, () => ({
    encoder: pickerEncoder,
    to: { type: 'everyone' },
    event: 'randomHighlight',
    payload: {},
  }))

describe('what a room told lately', () => {
  it('reaches back to its first record, those that told nobody anything included', () => {
    const recent = recentEmits()
    for (let seq = 7; seq <= 12; seq++) recent.add(seq, emits(seq === 9 ? 2 : 0), seq === 10)
    expect(recent.upTo(12)).toMatchObject({ from: 7, told: [{ seq: 9 }], countedAt: 10 })
    expect(recent.upTo(13)).toBeUndefined()
  })

  it('is bounded, forgets the oldest whole, and says from where on it is complete', () => {
    const recent = recentEmits()
    for (let seq = 1; seq <= 2_000; seq++) recent.add(seq, emits(seq % 2 === 0 ? 3 : 0), false)
    const { from = 0, told = [] } = recent.upTo(2_000) ?? {}
    expect(told.length * 3).toBeLessThanOrEqual(1_024)
    expect(told.length * 3).toBeGreaterThan(500)
    expect(told.map(({ seq }) => seq)).toEqual(
      Array.from({ length: told.length }, (_, place) => 2_000 - 2 * (told.length - 1 - place)),
    )
    expect(from).toBe((told[0]?.seq ?? 0) - 1)
  })

  it('keeps one record with more emits than that', () => {
    const recent = recentEmits()
    recent.add(1, emits(5), false)
    recent.add(2, emits(5_000), false)
    expect(recent.upTo(2)).toMatchObject({ from: 2, told: [{ seq: 2 }] })
  })

  it('starts anew behind a hole', () => {
    const recent = recentEmits()
    recent.add(1, emits(1), true)
    recent.add(3, emits(1), false)
    expect(recent.upTo(3)).toMatchObject({ from: 3, told: [{ seq: 3 }] })
  })
})
