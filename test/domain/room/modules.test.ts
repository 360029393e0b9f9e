import { describe, test } from 'vitest'
import { invalidPayload } from '../../../src/domain/kernel/rejection.js'
import { asking, created, given, hasJoined, person } from '../../kit/index.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'

const ann = person('ann')
const past: ReadonlyArray<RoomEvent> = [created, hasJoined(ann, 'native', 'member')]

const activated = (activity: string): RoomEvent => ({
  type: 'room.activity-activated',
  data: { activity, options: null },
})

describe('a module', () => {
  test('refuses what is a command of another activity', () => {
    given(...past, activated('random-picker'))
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
})
