import fc from 'fast-check'
import type { Relay } from '../../../src/domain/activities/relay/index.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import type { LeaveReason } from '../../../src/domain/room/events.js'
import { entering } from '../people.js'
import { gamesOfPeople } from './connect-four-commands.js'
import { everybody, memberIds, nastyNames, people, protocolRoles } from './people.js'
import { pickerCommands } from './picker-commands.js'
import { quizCommands } from './quiz-commands.js'

/** Unique texts, so that a leaked token can be found. */
export const tokens = { right: 'token-canary-right', wrong: 'token-canary-wrong' } as const

/** Grace periods in ms: none, shorter than a draw, and the default. */
const graces: fc.Arbitrary<number> = fc.constantFrom(0, 250, 2_000, 15_000)

const moduleNames: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('random-picker') },
  { weight: 3, arbitrary: fc.constant('poll') },
  { weight: 3, arbitrary: fc.constant('telequiz') },
  { weight: 3, arbitrary: fc.constant('connect-four') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...nastyNames, 'chat', 'ä', 'x'.repeat(65)),
  },
)

/** Any JSON value. It is parsed from text, so that its objects have the prototypes that a decoder's have. */
const jsonValues = (maxDepth: number): fc.Arbitrary<unknown> =>
  fc.json({ maxDepth }).map((text): unknown => JSON.parse(text))

export const relayCommands: fc.Arbitrary<Relay> = fc.record({
  type: fc.constant('relay' as const),
  event: fc.constantFrom('vote', 'clear', '__proto__', 'constructor'),
  payload: jsonValues(3),
})

/** A command and its actor; `null`: the room's timer or the server. */
export interface SentCommand {
  readonly command: RoomCommand
  readonly by: MemberId | null
}

const token = fc.constantFrom(null, null, null, null, tokens.right, tokens.wrong)

const enters: fc.Arbitrary<SentCommand> = fc
  .record({
    who: people,
    entry: protocolRoles,
    token,
    creates: fc.constantFrom(true, true, true, true, false),
    maxPeers: fc.constantFrom(1, 2, 10),
    history: fc.constantFrom('own' as const, 'all' as const),
    activates: fc.constantFrom(null, null, 'random-picker', 'poll', 'connect-four', 'room'),
  })
  .map(({ who, entry, maxPeers, history, ...rest }) => ({
    command: entering(who, entry.dialect, entry.role, { ...rest, rules: { maxPeers, history } }),
    by: who.memberId,
  }))

const creates: fc.Arbitrary<SentCommand> = token.map((secret) => ({
  command: { type: 'create', token: secret, rules: { maxPeers: 2, history: 'own' } },
  by: null,
}))

const leaves: fc.Arbitrary<SentCommand> = fc
  .record({
    who: people,
    entry: protocolRoles,
    all: fc.boolean(),
    isNamed: fc.boolean(),
    reason: fc.constantFrom<LeaveReason>('left', 'removed', 'closed'),
  })
  .map(({ who, entry, all, isNamed, reason }) => ({
    command: {
      type: 'leave',
      dialect: all ? 'all' : entry.dialect,
      connection: isNamed ? who.connection : null,
      reason,
    },
    by: who.memberId,
  }))

const connections: fc.Arbitrary<SentCommand> = fc
  .record({ who: people, lost: fc.boolean(), closes: fc.boolean(), graceMs: graces, target: memberIds })
  .map(({ who, lost, closes, graceMs, target }) => {
    const { memberId, session, connection } = who
    // Sometimes a session names a member that is not its own.
    const named = target === '__proto__' ? target : memberId
    return closes
      ? { command: { type: 'disconnect', memberId: named, connection, lost, graceMs }, by: null }
      : { command: { type: 'resume', memberId: named, session, connection }, by: null }
  })

const serverCommands: fc.Arbitrary<SentCommand> = fc.oneof(
  graces.map((graceMs): SentCommand => ({ command: { type: 'recover', graceMs }, by: null })),
  memberIds.map((memberId): SentCommand => ({ command: { type: 'expire', memberId }, by: null })),
)

const memberCommands: fc.Arbitrary<RoomCommand> = fc.oneof(
  { weight: 1, arbitrary: memberIds.map((target): RoomCommand => ({ type: 'expel', target })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ activity: moduleNames, options: fc.option(jsonValues(1)) })
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

const sentByMembers: fc.Arbitrary<SentCommand> = fc.record({
  command: memberCommands,
  by: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(ann.memberId, ann.memberId, bob.memberId, cy.memberId) },
    { weight: 4, arbitrary: memberIds },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
})

/**
 * All commands of a room: by members, by strangers, by old connections and by the server. Games against the computer are
 * excluded, because a room without an engine runs no effects.
 */
export const roomCommands: fc.Arbitrary<SentCommand> = fc.oneof(
  { weight: 12, arbitrary: enters },
  { weight: 1, arbitrary: creates },
  { weight: 3, arbitrary: leaves },
  { weight: 7, arbitrary: connections },
  { weight: 1, arbitrary: serverCommands },
  { weight: 16, arbitrary: sentByMembers },
)
