import fc from 'fast-check'
import type { Relay } from '../../../src/domain/activities/relay/index.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import type { LeaveReason } from '../../../src/domain/room/events.js'
import { entering } from '../people.js'
import { gamesOfPeople } from './connect-four-commands.js'
import { everybody, memberIds, nastyNames, people, ways } from './people.js'
import { pickerCommands } from './picker-commands.js'
import { quizCommands } from './quiz-commands.js'

/** Long enough to be found if one leaks, and no part of any other text. */
export const tokens = { right: 'token-canary-right', wrong: 'token-canary-wrong' } as const

/** Short against a draw, as long as the default, and none at all. */
export const graces: fc.Arbitrary<number> = fc.constantFrom(0, 250, 2_000, 15_000)

export const moduleNames: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('random-picker') },
  { weight: 3, arbitrary: fc.constant('poll') },
  { weight: 3, arbitrary: fc.constant('telequiz') },
  { weight: 3, arbitrary: fc.constant('connect-four') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...nastyNames, 'chat', 'ä', 'x'.repeat(65)),
  },
)

/** Any JSON as a decoder gives it: parsed from a text, so that no object is of another kind than JSON's own. */
const parsed = (maxDepth: number): fc.Arbitrary<unknown> =>
  fc.json({ maxDepth }).map((text): unknown => JSON.parse(text))

export const relayCommands: fc.Arbitrary<Relay> = fc.record({
  type: fc.constant('relay' as const),
  event: fc.constantFrom('vote', 'clear', '__proto__', 'constructor'),
  payload: parsed(3),
})

/** A command and who sends it; `null`: the room's own clock, or the server. */
export interface Sent {
  readonly command: RoomCommand
  readonly by: MemberId | null
}

const token = fc.constantFrom(null, null, null, null, tokens.right, tokens.wrong)

const enters: fc.Arbitrary<Sent> = fc
  .record({
    who: people,
    way: ways,
    token,
    creates: fc.constantFrom(true, true, true, true, false),
    maxPeers: fc.constantFrom(1, 2, 10),
    history: fc.constantFrom('own' as const, 'all' as const),
    activates: fc.constantFrom(null, null, 'random-picker', 'poll', 'connect-four', 'room'),
  })
  .map(({ who, way, maxPeers, history, ...rest }) => ({
    command: entering(who, way.dialect, way.role, { ...rest, rules: { maxPeers, history } }),
    by: who.memberId,
  }))

const creates: fc.Arbitrary<Sent> = token.map((secret) => ({
  command: { type: 'create', token: secret, rules: { maxPeers: 2, history: 'own' } },
  by: null,
}))

const leaves: fc.Arbitrary<Sent> = fc
  .record({
    who: people,
    way: ways,
    all: fc.boolean(),
    named: fc.boolean(),
    reason: fc.constantFrom<LeaveReason>('left', 'removed', 'closed'),
  })
  .map(({ who, way, all, named, reason }) => ({
    command: {
      type: 'leave',
      dialect: all ? 'all' : way.dialect,
      connection: named ? who.connection : null,
      reason,
    },
    by: who.memberId,
  }))

const connecting: fc.Arbitrary<Sent> = fc
  .record({ who: people, lost: fc.boolean(), closes: fc.boolean(), graceMs: graces, target: memberIds })
  .map(({ who, lost, closes, graceMs, target }) => {
    const { memberId, session, connection } = who
    // Now and then a session names a member that is not its own.
    const named = target === '__proto__' ? target : memberId
    return closes
      ? { command: { type: 'disconnect', memberId: named, connection, lost, graceMs }, by: null }
      : { command: { type: 'resume', memberId: named, session, connection }, by: null }
  })

const byTheServer: fc.Arbitrary<Sent> = fc.oneof(
  graces.map((graceMs): Sent => ({ command: { type: 'recover', graceMs }, by: null })),
  memberIds.map((memberId): Sent => ({ command: { type: 'expire', memberId }, by: null })),
)

const ordinary: fc.Arbitrary<RoomCommand> = fc.oneof(
  { weight: 1, arbitrary: memberIds.map((target): RoomCommand => ({ type: 'expel', target })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ activity: moduleNames, options: fc.option(parsed(1)) })
      .map((named): RoomCommand => ({ type: 'activate', ...named })),
  },
  { weight: 1, arbitrary: moduleNames.map((activity): RoomCommand => ({ type: 'deactivate', activity })) },
  {
    weight: 8,
    arbitrary: pickerCommands.map((command): RoomCommand => ({
      type: 'act',
      module: 'random-picker',
      command,
    })),
  },
  {
    weight: 5,
    arbitrary: quizCommands.map((command): RoomCommand => ({ type: 'act', module: 'telequiz', command })),
  },
  {
    weight: 5,
    arbitrary: gamesOfPeople.map((command): RoomCommand => ({
      type: 'act',
      module: 'connect-four',
      command,
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        module: moduleNames,
        command: fc.oneof(relayCommands, pickerCommands, quizCommands, gamesOfPeople),
      })
      .map((act): RoomCommand => ({ type: 'act', ...act })),
  },
)

const [ann, , bob, cy] = everybody

const ordinarySent: fc.Arbitrary<Sent> = fc.record({
  command: ordinary,
  by: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(ann.memberId, ann.memberId, bob.memberId, cy.memberId) },
    { weight: 4, arbitrary: memberIds },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
})

/**
 * Everything that can be asked of a room: by its members, by strangers, by old connections, by the server. But no game against
 * the computer: a room that is driven by its rules alone has nobody who thinks.
 */
export const roomCommands: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 12, arbitrary: enters },
  { weight: 1, arbitrary: creates },
  { weight: 3, arbitrary: leaves },
  { weight: 7, arbitrary: connecting },
  { weight: 1, arbitrary: byTheServer },
  { weight: 16, arbitrary: ordinarySent },
)
