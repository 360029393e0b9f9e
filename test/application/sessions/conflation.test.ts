import { describe, expect, it } from 'vitest'
import { createConflation } from '../../../src/application/sessions/conflation.js'
import { virtualClock } from '../../kit/virtual-clock.js'

describe('a conflated value', () => {
  const scene = () => {
    const clock = virtualClock(0)
    const published: Array<readonly [at: number, value: number]> = []
    const conflation = createConflation<number>(clock, 50, (value) => published.push([clock.now(), value]))
    return { clock, published, conflation }
  }

  it('is published at once after a quiet interval, then at most every 50 ms with the latest value', () => {
    const { clock, published, conflation } = scene()
    clock.advance(7)
    conflation.update(1)
    conflation.update(2)
    clock.advance(49)
    conflation.update(3)
    clock.advance(1)
    conflation.update(4)
    clock.advance(1_000)
    conflation.update(5)
    expect(published).toEqual([
      [7, 1],
      [57, 3],
      [107, 4],
      [1_057, 5],
    ])
    expect(clock.pending()).toEqual([])
  })

  it('is not published after close, and its latest value is available, published or not', () => {
    const { clock, published, conflation } = scene()
    expect(conflation.latest()).toBeUndefined()
    conflation.update(1)
    conflation.update(2)
    expect(conflation.latest()).toBe(2)
    conflation.close()
    clock.advance(1_000)
    expect(published).toEqual([[0, 1]])
  })
})
