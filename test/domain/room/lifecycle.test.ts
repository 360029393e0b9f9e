import { describe, expect, test } from 'vitest'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import {
  asking,
  at,
  created,
  entering,
  everybody,
  firstInstant,
  foldOf,
  hasJoined,
  hasLeft,
  openRules,
  recorded,
  wentAway,
  act,
} from '../../kit/index.js'

const { decide } = builtInModel

const [ann, , bob] = everybody
const graceMs = 15_000

const activated: RoomEvent = {
  type: 'room.activity-activated',
  data: { activity: 'poll', runBy: 'relay', options: null },
}
const here: ReadonlyArray<RoomEvent> = [created, hasJoined(bob, 'picker', 'broadcaster'), activated]

/** Everything that may have happened to Ann, in a room that Bob leads. */
const pasts = {
  'no room': [],
  'not here': here,
  'a viewer': [...here, hasJoined(ann, 'picker', 'viewer')],
  away: [...here, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + graceMs)],
  gone: [...here, hasJoined(ann, 'picker', 'viewer'), hasLeft(ann, 'picker', 'viewer', 'left')],
  'room closed': [
    ...here,
    hasJoined(ann, 'picker', 'viewer'),
    { type: 'room.closed', data: { reason: 'imported' } },
  ],
} as const satisfies Readonly<Record<string, ReadonlyArray<RoomEvent>>>

type Past = keyof typeof pasts

const { memberId, connection, session } = ann
const byAnn = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, memberId]
const byServer = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, null]
const byBob = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, bob.memberId]

/** Everything that can be asked about Ann. */
const verbs = {
  create: byServer({ type: 'create', token: null, rules: openRules }),
  'enter as viewer': byAnn(entering(ann, 'picker', 'viewer')),
  'enter, where a room is': byAnn(entering(ann, 'picker', 'viewer', { creates: false })),
  'enter as broadcaster': byAnn(entering(ann, 'picker', 'broadcaster')),
  'enter by another way': byAnn(entering(ann, 'mesh', 'peer')),
  leave: byAnn({ type: 'leave', dialect: 'picker', connection, reason: 'left' }),
  'leave by a way not come': byAnn({ type: 'leave', dialect: 'chat', connection, reason: 'left' }),
  'be put out': byBob({ type: 'expel', target: memberId }),
  'put somebody out': byAnn({ type: 'expel', target: bob.memberId }),
  'be lost': byServer({ type: 'disconnect', memberId, connection, lost: true, graceMs }),
  close: byServer({ type: 'disconnect', memberId, connection, lost: false, graceMs }),
  resume: byServer({ type: 'resume', memberId, session, connection: at(ann, 2).connection }),
  'expire in time': byServer({ type: 'expire', memberId }),
  activate: byAnn({ type: 'activate', activity: 'whiteboard', options: null }),
  'activate again': byAnn({ type: 'activate', activity: 'poll', options: null }),
  deactivate: byAnn({ type: 'deactivate', activity: 'poll' }),
  act: byAnn(act('poll', { type: 'relay', event: 'vote', payload: 1 })),
} as const

/** `away` is decided at the end of the grace, everything else before it. */
const outcomes: Readonly<Record<keyof typeof verbs, Readonly<Record<Past, string>>>> = {
  create: {
    'no room': 'created',
    'not here': 'room-exists!',
    'a viewer': 'room-exists!',
    away: 'room-exists!',
    gone: 'room-exists!',
    'room closed': 'room-exists!',
  },
  'enter as viewer': {
    'no room': 'created, member-joined',
    'not here': 'member-joined',
    'a viewer': '',
    away: 'member-back',
    gone: 'member-joined',
    'room closed': 'access-denied!',
  },
  'enter, where a room is': {
    'no room': 'room-not-found!',
    'not here': 'member-joined',
    'a viewer': '',
    away: 'member-back',
    gone: 'member-joined',
    'room closed': 'access-denied!',
  },
  'enter as broadcaster': {
    'no room': 'created, member-joined',
    'not here': 'broadcaster-taken!',
    'a viewer': 'broadcaster-taken!',
    away: 'broadcaster-taken!',
    gone: 'broadcaster-taken!',
    'room closed': 'access-denied!',
  },
  'enter by another way': {
    'no room': 'created, member-joined',
    'not here': 'member-joined',
    'a viewer': 'member-joined',
    away: 'member-back, member-joined',
    gone: 'member-joined',
    'room closed': 'access-denied!',
  },
  leave: {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'member-left',
    away: 'member-left',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'leave by a way not come': {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'not-in-room!',
    away: 'not-in-room!',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'be put out': {
    'no room': 'room-not-found!',
    'not here': 'target-not-found!',
    'a viewer': 'member-left',
    away: 'member-left',
    gone: 'target-not-found!',
    'room closed': 'access-denied!',
  },
  'put somebody out': {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'not-broadcaster!',
    away: 'not-broadcaster!',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'be lost': {
    'no room': 'room-not-found!',
    'not here': '',
    'a viewer': 'member-away',
    away: '',
    gone: '',
    'room closed': 'access-denied!',
  },
  close: {
    'no room': 'room-not-found!',
    'not here': '',
    'a viewer': 'member-left',
    away: 'member-left',
    gone: '',
    'room closed': 'access-denied!',
  },
  resume: {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'member-back',
    away: 'member-back',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'expire in time': {
    'no room': 'room-not-found!',
    'not here': '',
    'a viewer': '',
    away: 'member-left',
    gone: '',
    'room closed': 'access-denied!',
  },
  activate: {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'activity-activated',
    away: 'activity-activated',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'activate again': {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': '',
    away: '',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  deactivate: {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'activity-deactivated',
    away: 'activity-deactivated',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  act: {
    'no room': 'room-not-found!',
    'not here': 'not-in-room!',
    'a viewer': 'relay.event',
    away: 'relay.event',
    gone: 'not-in-room!',
    'room closed': 'access-denied!',
  },
}

const outcomeOf = (past: Past, verb: keyof typeof verbs): string => {
  const [command, by] = verbs[verb]
  const instant = firstInstant + (verb === 'expire in time' ? graceMs : graceMs - 1)
  const decision = decide(asking(command, by, { at: instant }), foldOf(recorded<RoomEvent>(pasts[past])))
  return decision._tag === 'Left'
    ? `${decision.left.type}!`
    : decision.right.map(({ type }) => type.replace(/^room\./, '')).join(', ')
}

describe.each(Object.keys(verbs) as ReadonlyArray<keyof typeof verbs>)('%s', (verb) => {
  test.each(Object.entries(outcomes[verb]))('when she is: %s → %s', (past, outcome) => {
    expect(outcomeOf(past as Past, verb)).toBe(outcome)
  })
})

test('a grace is over at its instant and not a millisecond before', () => {
  const away = foldOf(recorded<RoomEvent>(pasts.away))
  const expire = (afterMs: number) =>
    decide(asking({ type: 'expire', memberId }, null, { at: firstInstant + afterMs }), away)
  expect(expire(graceMs - 1)).toEqual({ _tag: 'Right', right: [] })
  expect(expire(graceMs)).toEqual({ _tag: 'Right', right: [hasLeft(ann, 'picker', 'viewer', 'expired')] })
})
