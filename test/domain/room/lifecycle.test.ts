import { describe, expect, test } from 'vitest'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import {
  contextOf,
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
const withBob: ReadonlyArray<RoomEvent> = [created, hasJoined(bob, 'picker', 'broadcaster'), activated]

/** The states of Ann, in a room that Bob leads. */
const states = {
  'no room': [],
  'not a member': withBob,
  viewer: [...withBob, hasJoined(ann, 'picker', 'viewer')],
  away: [...withBob, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + graceMs)],
  departed: [...withBob, hasJoined(ann, 'picker', 'viewer'), hasLeft(ann, 'picker', 'viewer', 'left')],
  'room closed': [
    ...withBob,
    hasJoined(ann, 'picker', 'viewer'),
    { type: 'room.closed', data: { reason: 'imported' } },
  ],
} as const satisfies Readonly<Record<string, ReadonlyArray<RoomEvent>>>

type StateName = keyof typeof states

const { memberId, connection, session } = ann
const byAnn = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, memberId]
const byServer = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, null]
const byBob = (command: RoomCommand): readonly [RoomCommand, MemberId | null] => [command, bob.memberId]

/** The commands about Ann. */
const commands = {
  create: byServer({ type: 'create', token: null, rules: openRules }),
  'enter as viewer': byAnn(entering(ann, 'picker', 'viewer')),
  'enter an existing room': byAnn(entering(ann, 'picker', 'viewer', { creates: false })),
  'enter as broadcaster': byAnn(entering(ann, 'picker', 'broadcaster')),
  'enter in another protocol': byAnn(entering(ann, 'mesh', 'peer')),
  leave: byAnn({ type: 'leave', dialect: 'picker', connection, reason: 'left' }),
  'leave another protocol': byAnn({ type: 'leave', dialect: 'chat', connection, reason: 'left' }),
  'be removed': byBob({ type: 'expel', target: memberId }),
  'remove another member': byAnn({ type: 'expel', target: bob.memberId }),
  'lose the connection': byServer({ type: 'disconnect', memberId, connection, lost: true, graceMs }),
  'close the connection': byServer({ type: 'disconnect', memberId, connection, lost: false, graceMs }),
  resume: byServer({ type: 'resume', memberId, session, connection: at(ann, 2).connection }),
  'expire in time': byServer({ type: 'expire', memberId }),
  activate: byAnn({ type: 'activate', activity: 'whiteboard', options: null }),
  'activate an active module': byAnn({ type: 'activate', activity: 'poll', options: null }),
  deactivate: byAnn({ type: 'deactivate', activity: 'poll' }),
  'run a module command': byAnn(act('poll', { type: 'relay', event: 'vote', payload: 1 })),
} as const

/** `expire in time` is decided at the end of the grace period, all other commands before it. */
const outcomes: Readonly<Record<keyof typeof commands, Readonly<Record<StateName, string>>>> = {
  create: {
    'no room': 'created',
    'not a member': 'room-exists!',
    viewer: 'room-exists!',
    away: 'room-exists!',
    departed: 'room-exists!',
    'room closed': 'room-exists!',
  },
  'enter as viewer': {
    'no room': 'created, member-joined',
    'not a member': 'member-joined',
    viewer: '',
    away: 'member-back',
    departed: 'member-joined',
    'room closed': 'access-denied!',
  },
  'enter an existing room': {
    'no room': 'room-not-found!',
    'not a member': 'member-joined',
    viewer: '',
    away: 'member-back',
    departed: 'member-joined',
    'room closed': 'access-denied!',
  },
  'enter as broadcaster': {
    'no room': 'created, member-joined',
    'not a member': 'broadcaster-taken!',
    viewer: 'broadcaster-taken!',
    away: 'broadcaster-taken!',
    departed: 'broadcaster-taken!',
    'room closed': 'access-denied!',
  },
  'enter in another protocol': {
    'no room': 'created, member-joined',
    'not a member': 'member-joined',
    viewer: 'member-joined',
    away: 'member-back, member-joined',
    departed: 'member-joined',
    'room closed': 'access-denied!',
  },
  leave: {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'member-left',
    away: 'member-left',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'leave another protocol': {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'not-in-room!',
    away: 'not-in-room!',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'be removed': {
    'no room': 'room-not-found!',
    'not a member': 'target-not-found!',
    viewer: 'member-left',
    away: 'member-left',
    departed: 'target-not-found!',
    'room closed': 'access-denied!',
  },
  'remove another member': {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'not-broadcaster!',
    away: 'not-broadcaster!',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'lose the connection': {
    'no room': 'room-not-found!',
    'not a member': '',
    viewer: 'member-away',
    away: '',
    departed: '',
    'room closed': 'access-denied!',
  },
  'close the connection': {
    'no room': 'room-not-found!',
    'not a member': '',
    viewer: 'member-left',
    away: 'member-left',
    departed: '',
    'room closed': 'access-denied!',
  },
  resume: {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'member-back',
    away: 'member-back',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'expire in time': {
    'no room': 'room-not-found!',
    'not a member': '',
    viewer: '',
    away: 'member-left',
    departed: '',
    'room closed': 'access-denied!',
  },
  activate: {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'activity-activated',
    away: 'activity-activated',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'activate an active module': {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: '',
    away: '',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  deactivate: {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'activity-deactivated',
    away: 'activity-deactivated',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
  'run a module command': {
    'no room': 'room-not-found!',
    'not a member': 'not-in-room!',
    viewer: 'relay.event',
    away: 'relay.event',
    departed: 'not-in-room!',
    'room closed': 'access-denied!',
  },
}

const outcomeOf = (state: StateName, name: keyof typeof commands): string => {
  const [command, by] = commands[name]
  const instant = firstInstant + (name === 'expire in time' ? graceMs : graceMs - 1)
  const decision = decide(contextOf(command, by, { at: instant }), foldOf(recorded<RoomEvent>(states[state])))
  return decision._tag === 'Left'
    ? `${decision.left.type}!`
    : decision.right.map(({ type }) => type.replace(/^room\./, '')).join(', ')
}

describe.each(Object.keys(commands) as ReadonlyArray<keyof typeof commands>)('%s', (name) => {
  test.each(Object.entries(outcomes[name]))('in the state "%s" gives "%s"', (state, outcome) => {
    expect(outcomeOf(state as StateName, name)).toBe(outcome)
  })
})

test('a grace period ends at its instant, not a millisecond before', () => {
  const away = foldOf(recorded<RoomEvent>(states.away))
  const expire = (afterMs: number) =>
    decide(contextOf({ type: 'expire', memberId }, null, { at: firstInstant + afterMs }), away)
  expect(expire(graceMs - 1)).toEqual({ _tag: 'Right', right: [] })
  expect(expire(graceMs)).toEqual({ _tag: 'Right', right: [hasLeft(ann, 'picker', 'viewer', 'expired')] })
})
