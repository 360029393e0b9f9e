import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { createTurnQueue } from '../../../src/infrastructure/transport/turn-queue.js'
import { settled } from '../../kit/index.js'

test.prop([fc.array(fc.nat(12), { maxLength: 12 })])(
  'a turn queue runs each task once, in order, and at most four in one turn',
  async (arrivals) => {
    const queue = createTurnQueue(4, 1_000)
    const ran: Array<number> = []
    let added = 0
    let before = 0
    const endTurn = async (): Promise<void> => {
      await settled()
      // Two turns can pass: that of the queue and that of this test.
      expect(ran.length - before).toBeLessThanOrEqual(8)
      before = ran.length
    }
    for (const count of arrivals) {
      const ranBefore = ran.length
      for (let index = 0; index < count; index++) {
        const task = added++
        queue(() => ran.push(task))
      }
      expect(ran.length - ranBefore).toBeLessThanOrEqual(4)
      await endTurn()
    }
    for (let turn = 0; ran.length < added && turn < added; turn++) await endTurn()
    expect(ran).toEqual(Array.from({ length: added }, (_, index) => index))
  },
)

test('a turn queue runs a task at once if the turn has room for it', () => {
  const queue = createTurnQueue(1, 1)
  const ran: Array<string> = []
  queue(() => ran.push('first'))
  expect(queue(() => ran.push('second'))).toBe(true)
  expect(ran).toEqual(['first'])
})

test('a turn queue drops a task if too many wait', async () => {
  const queue = createTurnQueue(1, 2)
  const ran: Array<number> = []
  expect([0, 1, 2, 3].map((task) => queue(() => ran.push(task)))).toEqual([true, true, true, false])
  for (let turn = 0; turn < 5; turn++) await settled()
  expect(ran).toEqual([0, 1, 2])
})
