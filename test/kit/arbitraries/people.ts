import fc from 'fast-check'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import { memberId } from '../../../src/domain/kernel/ids.js'
import type { ProtocolName, Role } from '../../../src/domain/room/events.js'
import type { Person } from '../people.js'
import { at, person } from '../people.js'

/** Few enough that they meet: one user with two sessions, some without a user, one whose id is nobody's friend. */
export const everybody: readonly [Person, Person, Person, Person, Person, Person] = [
  person('ann', 'user-a'),
  person('ann2', 'user-a'),
  person('bob', 'user-b'),
  person('cy'),
  person('dee'),
  { ...person('proto'), memberId: memberId('__proto__') },
]

export const connectionsEach = 3

/** Names that an object has before anybody gave it one, and a few that mean something here. */
export const nastyNames: ReadonlyArray<string> = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'room',
  'relay',
  '0',
  '',
]

/** Somebody, at one of its connections. */
export const people: fc.Arbitrary<Person> = fc
  .tuple(fc.constantFrom(...everybody), fc.integer({ min: 1, max: connectionsEach }))
  .map(([who, number]) => at(who, number))

export const memberIds: fc.Arbitrary<MemberId> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...everybody.map((who) => who.memberId)) },
  { weight: 1, arbitrary: fc.constantFrom(...nastyNames).map(memberId) },
)

export const viewers: fc.Arbitrary<Viewer> = fc.oneof(
  fc.constantFrom(...everybody).map((who): Viewer => ({ type: 'member', id: who.memberId })),
  fc.constant<Viewer>({ type: 'operator' }),
)

export interface Way {
  readonly dialect: ProtocolName
  readonly role: Role
}

/** How one comes in; the picker, where places are fought over, most often. */
export const ways: fc.Arbitrary<Way> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Way>({ dialect: 'picker', role: 'broadcaster' }) },
  { weight: 4, arbitrary: fc.constant<Way>({ dialect: 'picker', role: 'viewer' }) },
  { weight: 3, arbitrary: fc.constant<Way>({ dialect: 'mesh', role: 'peer' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Way>(
      { dialect: 'native', role: 'member' },
      { dialect: 'native', role: 'peer' },
      { dialect: 'party', role: 'user' },
      { dialect: 'connect-four', role: 'player' },
      { dialect: 'connect-four', role: 'watcher' },
      { dialect: 'chat', role: 'member' },
    ),
  },
)
