import { describe, expect, it } from 'vitest'
import type { Encoder } from '../../../src/application/ports/encoder.js'
import { createConflatedCounts } from '../../../src/application/sessions/conflated-counts.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { virtualClock } from '../../kit/virtual-clock.js'

const encoder: Encoder = picker.encoderFor(builtInModel)
const states = [0, 1, 2, 3, 4, 5].map((n) => initial(roomId(`state-${n}`)))

describe('the count of a protocol', () => {
  const scene = () => {
    const clock = virtualClock(0)
    const published: Array<readonly [at: number, state: number]> = []
    const counts = createConflatedCounts(clock, (_encoder, state) =>
      published.push([clock.now(), states.indexOf(state)]),
    )
    const update = (n: number): void => counts.update(encoder, states[n] as RoomState)
    return { clock, published, counts, update }
  }

  it('is published at once after a quiet interval, then at most every 50 ms with the latest state', () => {
    const { clock, published, update } = scene()
    clock.advance(7)
    update(1)
    update(2)
    clock.advance(49)
    update(3)
    clock.advance(1)
    update(4)
    clock.advance(1_000)
    update(5)
    expect(published).toEqual([
      [7, 1],
      [57, 3],
      [107, 4],
      [1_057, 5],
    ])
    expect(clock.pending()).toEqual([])
  })

  it('is not published after close, and its latest state is available, published or not', () => {
    const { clock, published, counts, update } = scene()
    expect(counts.latest('picker')).toBeUndefined()
    update(1)
    update(2)
    expect(counts.latest('picker')).toBe(states[2])
    counts.close()
    clock.advance(1_000)
    expect(published).toEqual([[0, 1]])
  })
})
