import { describe, expect, test } from 'vitest'
import { invalidPayload } from '../../../src/domain/kernel/rejection.js'
import { asking, created, foldOf, given, hasJoined, person, recorded } from '../../kit/index.js'
import type { ActivityName } from '../../../src/domain/activities/registry.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { shownTo } from '../../../src/domain/room/index.js'

const ann = person('ann')
const past: ReadonlyArray<RoomEvent> = [created, hasJoined(ann, 'native', 'member')]

const activated = (activity: string, runBy: ActivityName = 'relay'): RoomEvent => ({
  type: 'room.activity-activated',
  data: { activity, runBy, options: null },
})

describe('a module', () => {
  test('refuses what is a command of another activity', () => {
    given(...past, activated('random-picker', 'random-picker'))
      .when(
        asking(
          { type: 'act', module: 'random-picker', command: { type: 'relay', event: 'start', payload: 1 } },
          ann.memberId,
        ),
      )
      .thenRejected(invalidPayload('type', 'is no command of random-picker'))
    given(...past, activated('poll'))
      .when(asking({ type: 'act', module: 'poll', command: { type: 'cancel' } }, ann.memberId))
      .thenRejected(invalidPayload('type', 'is no command of relay'))
  })

  test('stays what it was when its name becomes an activity of its own: old events mean what they meant', () => {
    // As if a later version had registered the name with which this log has a relay.
    const relayed: RoomEvent = {
      type: 'relay.event',
      data: { module: 'random-picker', event: 'started', payload: { members: 3 } },
    }
    const state = foldOf(recorded([created, activated('random-picker', 'relay'), relayed]))
    expect(state).toMatchObject({
      modules: {
        'random-picker': { activity: 'relay', active: true, state: { module: 'random-picker' } },
      },
    })
    for (const event of recorded([relayed], 2)) {
      expect(shownTo({ type: 'operator' }, event)).toEqual(event)
    }
  })
})
