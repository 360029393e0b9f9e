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
        type: fc.constant('event' as const),
        room: fc.constantFrom(...rooms),
        member: fc.constantFrom(...people),
        dialect: fc.constantFrom('party' as const, 'picker' as const),
        joins: fc.boolean(),
        unpublished: fc.constantFrom(undefined, undefined, undefined, 'unpublished' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('time' as const),
        ms: fc.constantFrom(0, 1, 500, 1_000, 20_000, dayMs / 4),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'kill' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'stop' as const }) },
  )

  const arbitraryReplies = fc.array(
    fc.constantFrom('accepted', 'accepted', 'rejected', 'unreachable', 'none', 'slow'),
    {
      maxLength: 60,
    },
  )

  const arbitraryLimits = fc.constantFrom(
    {},
    { requests: 1, rooms: 1, eventsPerRoom: 1, events: 1, inTurn: 1, page: 1 },
    { requests: 2, rooms: 2, eventsPerRoom: 3, events: 4, inTurn: 2, page: 2 },
  )

  property.prop([fc.array(step, { maxLength: 50 }), arbitraryReplies, arbitraryLimits], { numRuns: 300 })(
    'deliver each event at least once and in the order of its room',
    async (steps, replies, limits) => {
      const harness = await startedHarness({ limits })
      const script = [...replies]
      const accepted: Array<{ room: string; id: string }> = []
      harness.reply = async (post) => {
        const reply = script.shift() ?? 'accepted'
        if (reply === 'none') return never
        if (reply === 'unreachable') return { type: 'unreachable' }
        if (reply === 'rejected') return status(500)
        accepted.push(post)
        // The receiver has the event, whether or not its reply arrives in time.
        if (reply === 'slow') {
          await new Promise<void>((resolve) => harness.clock.schedule(harness.clock.now() + 700, resolve))
        }
        return ok
      }
      for (const each of steps) {
        switch (each.type) {
          case 'event': {
            const { room, member, dialect, unpublished } = each
            const event = each.joins
              ? hasJoined(member, dialect, 'user')
              : hasLeft(member, dialect, 'user', 'left')
            await harness.append(room, [event], unpublished)
            // Only the next start finds an unpublished event.
            if (unpublished !== undefined) await harness.restart()
            break
          }
          case 'time':
            await harness.clock.advanceSettled(each.ms)
            break
          case 'kill':
            await harness.restart()
            break
          case 'stop':
            await harness.webhooks().stop()
            await harness.restart()
            break
        }
      }
      script.length = 0
      await harness.clock.advanceSettled(dayMs / 8)
      for (const room of rooms) {
        const ids = accepted.filter((post) => post.room === room).map(({ id }) => id)
        assert.deepEqual(firstOnly(ids), harness.expected(room))
      }
      assert.deepEqual(harness.reported.defects, [])
      assert.deepEqual(harness.reported.givenUp, [])
      assert.deepEqual(harness.webhooks().load(), { rooms: 0, events: 0 })
      assert.deepEqual(harness.clock.pending(), [])
    },
  )
})
