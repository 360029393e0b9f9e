import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { hasJoined, hasLeft, person } from '../../kit/index.js'
import { startedHarness, bob, dayMs, main, other, firstOnly, never, ok, status } from './webhook-harness.js'

describe('webhooks, for any replies, crashes and restarts', () => {
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
        joins: fc.boolean(),
        unpublished: fc.constantFrom(undefined, undefined, undefined, 'unpublished' as const),
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
    'deliver each event at least once and in the order of its room',
    async (steps, replies, limited) => {
      const harness = await startedHarness({ limits: limited })
      const script = [...replies]
      const taken: Array<{ room: string; id: string }> = []
      harness.reply = async (post) => {
        const reply = script.shift() ?? 'taken'
        if (reply === 'hangs') return never
        if (reply === 'unreachable') return { type: 'unreachable' }
        if (reply === 'refused') return status(500)
        taken.push(post)
        // The receiver has the event, whether or not its reply arrives in time.
        if (reply === 'slow') {
          await new Promise<void>((resolve) => harness.clock.schedule(harness.clock.now() + 700, resolve))
        }
        return ok
      }
      for (const each of steps) {
        switch (each.type) {
          case 'happens': {
            const { room, who, dialect, unpublished } = each
            const event = each.joins ? hasJoined(who, dialect, 'user') : hasLeft(who, dialect, 'user', 'left')
            await harness.append(room, [event], unpublished)
            // Only the next start finds an unpublished event.
            if (unpublished !== undefined) await harness.restart()
            break
          }
          case 'passes':
            await harness.clock.advanceSettled(each.ms)
            break
          case 'killed':
            await harness.restart()
            break
          case 'stopped':
            await harness.webhooks().stop()
            await harness.restart()
            break
        }
      }
      script.length = 0
      await harness.clock.advanceSettled(dayMs / 8)
      for (const room of rooms) {
        const ids = taken.filter((post) => post.room === room).map(({ id }) => id)
        assert.deepEqual(firstOnly(ids), harness.expected(room))
      }
      assert.deepEqual(harness.reported.defects, [])
      assert.deepEqual(harness.reported.givenUp, [])
      assert.deepEqual(harness.webhooks().load(), { rooms: 0, events: 0 })
      assert.deepEqual(harness.clock.pending(), [])
    },
  )
})
