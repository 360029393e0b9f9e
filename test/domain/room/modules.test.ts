import { describe, expect, test } from 'vitest'
import { invalidPayload } from '../../../src/domain/kernel/rejection.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import {
  asking,
  created,
  foldOf,
  given,
  hasJoined,
  person,
  recorded,
  roomRecord,
  type BuiltInEvent,
} from '../../kit/index.js'

const { decide, redactEvent } = builtInModel

const ann = person('ann')
const past: ReadonlyArray<RoomEvent> = [created, hasJoined(ann, 'native', 'member')]

const activated = (activity: string, runBy: string = 'relay'): RoomEvent => ({
  type: 'room.activity-activated',
  data: { activity, runBy, options: null },
})

const vote = { type: 'relay', event: 'vote', payload: { choice: 1 } } as const

describe('a name that nobody has taken', () => {
  test.each(['poll', '__proto__', 'constructor', 'toString', 'Random-Picker', '0', '-_', 'x'.repeat(64)])(
    'runs as a relay: %s',
    (module) => {
      given(...past)
        .when(asking({ type: 'activate', activity: module, options: null }, ann.memberId))
        .then(activated(module))
      given(...past, activated(module))
        .when(asking({ type: 'act', module, command: vote }, ann.memberId))
        .then({ type: 'relay.event', data: { module, event: 'vote', payload: { choice: 1 } } })
      given(...past, activated(module))
        .when(asking({ type: 'deactivate', activity: module }, ann.memberId))
        .then({ type: 'room.activity-deactivated', data: { activity: module } })
    },
  )

  test('is inactive until somebody activates it', () => {
    for (const module of ['poll', '__proto__', 'constructor', 'random-picker']) {
      given(...past)
        .when(asking({ type: 'act', module, command: vote }, ann.memberId))
        .thenRejected({ type: 'activity-inactive', activity: module })
      given(...past)
        .when(asking({ type: 'deactivate', activity: module }, ann.memberId))
        .thenRejected({ type: 'activity-inactive', activity: module })
    }
  })
})

describe('a name that is kept or is none', () => {
  test.each(['room', 'relay', 'chat', '', 'a b', 'ä', 'a.b', 'x'.repeat(65)])('never runs: %j', (module) => {
    given(...past)
      .when(asking({ type: 'activate', activity: module, options: null }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
    given(...past)
      .when(asking({ type: 'act', module, command: vote }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
    given(...past)
      .when(asking({ type: 'deactivate', activity: module }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
  })
})

describe('a module', () => {
  test('refuses what is a command of another activity', () => {
    given(...past, activated('random-picker', 'random-picker'))
      .when(asking({ type: 'act', module: 'random-picker', command: vote }, ann.memberId))
      .thenRejected(invalidPayload('type', 'is no command of random-picker'))
    given(...past, activated('poll'))
      .when(asking({ type: 'act', module: 'poll', command: { type: 'cancel' } }, ann.memberId))
      .thenRejected(invalidPayload('type', 'is no command of relay'))
  })

  test('takes nothing while it is off', () => {
    given(...past, activated('poll'), { type: 'room.activity-deactivated', data: { activity: 'poll' } })
      .when(asking({ type: 'act', module: 'poll', command: vote }, ann.memberId))
      .thenRejected({ type: 'activity-inactive', activity: 'poll' })
  })

  test('passes on what its clients say, as they said it', () => {
    const payload: unknown = JSON.parse('{"__proto__":{"x":1},"deep":[[[null]]],"text":"é"}')
    given(...past, activated('poll'))
      .when(asking({ type: 'act', module: 'poll', command: { ...vote, payload } }, ann.memberId))
      .then({ type: 'relay.event', data: { module: 'poll', event: 'vote', payload } })
    expect({}).not.toHaveProperty('x')
  })

  test('goes on where it stood when it is turned off and on', () => {
    const open = decide(
      asking({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId),
      foldOf(recorded(past)),
    )
    const opened = open._tag === 'Right' ? open.right : []
    expect(opened).toHaveLength(2)
    given(...past, ...opened, { type: 'room.activity-deactivated', data: { activity: 'random-picker' } })
      .when(asking({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId))
      .then(activated('random-picker', 'random-picker'))
  })

  test('stays what it was when its name becomes an activity of its own: old events mean what they meant', () => {
    // As if a later version had registered the name with which this log has a relay.
    const relayed: BuiltInEvent = {
      type: 'relay.event',
      data: { module: 'random-picker', event: 'started', payload: { members: 3 } },
    }
    const state = foldOf(recorded([created, activated('random-picker', 'relay'), relayed]))
    expect(state).toMatchObject({
      modules: {
        'random-picker': { activity: 'relay', active: true, state: { module: 'random-picker' } },
      },
    })
    for (const event of recorded([relayed], 2).map(roomRecord)) {
      expect(redactEvent({ type: 'operator' }, event)).toEqual(event)
    }
  })

  test('is not changed by an event of an activity that does not run it', () => {
    const relayed = foldOf(recorded([...past, activated('random-picker', 'relay')]))
    const foreign: BuiltInEvent = {
      type: 'random-picker.committed',
      data: { drawNo: 1, commitment: '00' },
      secret: { serverSeed: '00' },
    }
    expect(foldOf(recorded([foreign], 3), relayed)).toBe(relayed)

    const drawing = foldOf(recorded([...past, activated('random-picker', 'random-picker')]))
    const said: BuiltInEvent = {
      type: 'relay.event',
      data: { module: 'random-picker', event: 'vote', payload: 1 },
    }
    expect(foldOf(recorded([said], 3), drawing)).toBe(drawing)
  })
})
