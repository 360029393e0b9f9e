import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { hasJoined, hasLeft, person } from '../../kit/index.js'
import { begun, bob, dayMs, main, other } from './coming-and-going.js'
import { firstOnly, never, ok, status } from './scene.js'

describe('whatever the receiver answers and whenever the process ends', () => {
  const rooms = [main, other, roomId('third')]
  const people = [person('Ann'), bob, person('Cy')]

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('happens' as const),
        room: fc.constantFrom(...rooms),
        who: fc.constantFrom(...people),
        dialect: fc.constantFrom('party' as const, 'picker' as const),
        comes: fc.boolean(),
        untold: fc.constantFrom(undefined, undefined, undefined, 'untold' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('passes' as const),
        ms: fc.constantFrom(0, 1, 500, 1_000, 20_000, dayMs / 4),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'killed' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'stopped' as const }) },
  )

  const answers = fc.array(fc.constantFrom('taken', 'taken', 'refused', 'unreachable', 'hangs', 'slow'), {
    maxLength: 60,
  })

  const limits = fc.constantFrom(
    {},
    { requests: 1, rooms: 1, eventsPerRoom: 1, events: 1, inTurn: 1, page: 1 },
    { requests: 2, rooms: 2, eventsPerRoom: 3, events: 4, inTurn: 2, page: 2 },
  )

  property.prop([fc.array(step, { maxLength: 50 }), answers, limits], { numRuns: 300 })(
    'each event is delivered at least once, and in the order of its room',
    async (steps, replies, limited) => {
      const scene = await begun({ limits: limited })
      const script = [...replies]
      const taken: Array<{ room: string; id: string }> = []
      scene.answer = async (post) => {
        const reply = script.shift() ?? 'taken'
        if (reply === 'hangs') return never
        if (reply === 'unreachable') return { type: 'unreachable' }
        if (reply === 'refused') return status(500)
        taken.push(post)
        // It has it; that the answer takes its time, or comes to nobody, is another matter.
        if (reply === 'slow') {
          await new Promise<void>((resolve) => scene.clock.schedule(scene.clock.now() + 700, resolve))
        }
        return ok
      }
      for (const each of steps) {
        switch (each.type) {
          case 'happens': {
            const { room, who, dialect, untold } = each
            const event = each.comes ? hasJoined(who, dialect, 'user') : hasLeft(who, dialect, 'user', 'left')
            await scene.happens(room, [event], untold)
            // What is not told is told by the next start alone, so there is one.
            if (untold !== undefined) await scene.begin()
            break
          }
          case 'passes':
            await scene.clock.advanceSettled(each.ms)
            break
          case 'killed':
            await scene.begin()
            break
          case 'stopped':
            await scene.webhooks().stop()
            await scene.begin()
            break
        }
      }
      script.length = 0
      await scene.clock.advanceSettled(dayMs / 8)
      for (const room of rooms) {
        const ids = taken.filter((post) => post.room === room).map(({ id }) => id)
        assert.deepEqual(firstOnly(ids), scene.expected(room))
      }
      assert.deepEqual(scene.watched.defects, [])
      assert.deepEqual(scene.watched.givenUp, [])
      assert.deepEqual(scene.webhooks().load(), { rooms: 0, events: 0 })
      assert.deepEqual(scene.clock.pending(), [])
    },
  )
})
