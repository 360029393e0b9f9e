import { describe, expect, it } from 'vitest'
import { coalesced } from '../../../src/infrastructure/connections/conflation.js'
import { virtualClock } from '../../kit/virtual-clock.js'

describe('what changes often', () => {
  const telling = () => {
    const clock = virtualClock(0)
    const told: Array<readonly [at: number, value: number]> = []
    return { clock, told, count: coalesced<number>(clock, 50, (value) => told.push([clock.now(), value])) }
  }

  it('is told at once when it was quiet, then not before 50 ms have passed, and then the latest', () => {
    const { clock, told, count } = telling()
    clock.advance(7)
    count.changed(1)
    count.changed(2)
    clock.advance(49)
    count.changed(3)
    clock.advance(1)
    count.changed(4)
    clock.advance(1_000)
    count.changed(5)
    expect(told).toEqual([
      [7, 1],
      [57, 3],
      [107, 4],
      [1_057, 5],
    ])
    expect(clock.pending()).toEqual([])
  })

  it('is told no more once it is closed, and its latest value is known, told or not', () => {
    const { clock, told, count } = telling()
    expect(count.latest()).toBeUndefined()
    count.changed(1)
    count.changed(2)
    expect(count.latest()).toBe(2)
    count.close()
    clock.advance(1_000)
    expect(told).toEqual([[0, 1]])
  })
})
