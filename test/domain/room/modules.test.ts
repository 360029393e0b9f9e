import { describe, expect, test } from 'vitest'
import { invalidPayload } from '../../../src/domain/kernel/rejection.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import {
  contextOf,
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

describe('a module name without an activity', () => {
  test.each(['poll', '__proto__', 'constructor', 'toString', 'Random-Picker', '0', '-_', 'x'.repeat(64)])(
    'is run by the relay: %s',
    (module) => {
      given(...past)
        .when(contextOf({ type: 'activate', activity: module, options: null }, ann.memberId))
        .then(activated(module))
      given(...past, activated(module))
        .when(contextOf({ type: 'act', module, command: vote }, ann.memberId))
        .then({ type: 'relay.event', data: { module, event: 'vote', payload: { choice: 1 } } })
      given(...past, activated(module))
        .when(contextOf({ type: 'deactivate', activity: module }, ann.memberId))
        .then({ type: 'room.activity-deactivated', data: { activity: module } })
    },
  )

  test('is inactive until a member activates it', () => {
    for (const module of ['poll', '__proto__', 'constructor', 'random-picker']) {
      given(...past)
        .when(contextOf({ type: 'act', module, command: vote }, ann.memberId))
        .thenRejected({ type: 'activity-inactive', activity: module })
      given(...past)
        .when(contextOf({ type: 'deactivate', activity: module }, ann.memberId))
        .thenRejected({ type: 'activity-inactive', activity: module })
    }
  })
})

describe('a reserved or invalid module name', () => {
  test.each(['room', 'relay', 'chat', '', 'a b', 'ä', 'a.b', 'x'.repeat(65)])('is rejected: %j', (module) => {
    given(...past)
      .when(contextOf({ type: 'activate', activity: module, options: null }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
    given(...past)
      .when(contextOf({ type: 'act', module, command: vote }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
    given(...past)
      .when(contextOf({ type: 'deactivate', activity: module }, ann.memberId))
      .thenRejected({ type: 'unknown-activity', activity: module })
  })
})

describe('a module', () => {
  test('rejects a command of another activity', () => {
    given(...past, activated('random-picker', 'random-picker'))
      .when(contextOf({ type: 'act', module: 'random-picker', command: vote }, ann.memberId))
      .thenRejected(invalidPayload('type', 'is no command of random-picker'))
    given(...past, activated('poll'))
      .when(contextOf({ type: 'act', module: 'poll', command: { type: 'cancel' } }, ann.memberId))
      .thenRejected(invalidPayload('type', 'is no command of relay'))
  })

  test('rejects commands while it is inactive', () => {
    given(...past, activated('poll'), { type: 'room.activity-deactivated', data: { activity: 'poll' } })
      .when(contextOf({ type: 'act', module: 'poll', command: vote }, ann.memberId))
      .thenRejected({ type: 'activity-inactive', activity: 'poll' })
  })

  test('of the relay keeps payloads unchanged', () => {
    const payload: unknown = JSON.parse('{"__proto__":{"x":1},"deep":[[[null]]],"text":"é"}')
    given(...past, activated('poll'))
      .when(contextOf({ type: 'act', module: 'poll', command: { ...vote, payload } }, ann.memberId))
      .then({ type: 'relay.event', data: { module: 'poll', event: 'vote', payload } })
    expect({}).not.toHaveProperty('x')
  })

  test('keeps its state while it is inactive', () => {
    const open = decide(
      contextOf({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId),
      foldOf(recorded(past)),
    )
    const opened = open._tag === 'Right' ? open.right : []
    expect(opened).toHaveLength(2)
    given(...past, ...opened, { type: 'room.activity-deactivated', data: { activity: 'random-picker' } })
      .when(contextOf({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId))
      .then(activated('random-picker', 'random-picker'))
  })

  test('remains a relay in old logs when its name becomes the name of an activity', () => {
    // As if this log were older than the activity `random-picker`.
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

  test('ignores an event of an activity that does not run it', () => {
    const relayRoom = foldOf(recorded([...past, activated('random-picker', 'relay')]))
    const foreign: BuiltInEvent = {
      type: 'random-picker.committed',
      data: { drawNo: 1, commitment: '00' },
      secret: { serverSeed: '00' },
    }
    expect(foldOf(recorded([foreign], 3), relayRoom)).toBe(relayRoom)

    const pickerRoom = foldOf(recorded([...past, activated('random-picker', 'random-picker')]))
    const relayEvent: BuiltInEvent = {
      type: 'relay.event',
      data: { module: 'random-picker', event: 'vote', payload: 1 },
    }
    expect(foldOf(recorded([relayEvent], 3), pickerRoom)).toBe(pickerRoom)
  })
})
