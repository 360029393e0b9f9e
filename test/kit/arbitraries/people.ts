import fc from 'fast-check'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import { memberId } from '../../../src/domain/kernel/ids.js'
import type { ProtocolName, Role } from '../../../src/domain/room/events.js'
import type { Person } from '../people.js'
import { at, person } from '../people.js'

/** Six people, so that they interact: one user with two sessions, people without a user id, and one with a risky member id. */
export const everybody: readonly [Person, Person, Person, Person, Person, Person] = [
  person('ann', 'user-a'),
  person('ann2', 'user-a'),
  person('bob', 'user-b'),
  person('cy'),
  person('dee'),
  { ...person('proto'), memberId: memberId('__proto__') },
]

const connectionsEach = 3

/** Keys that every object inherits, and names that have a meaning in a room. */
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

/** A person with one of its connections. */
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

export interface ProtocolRole {
  readonly dialect: ProtocolName
  readonly role: Role
}

/** A protocol and a role to enter with, mostly the picker, whose exclusive role causes conflicts. */
export const protocolRoles: fc.Arbitrary<ProtocolRole> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ProtocolRole>({ dialect: 'picker', role: 'broadcaster' }) },
  { weight: 4, arbitrary: fc.constant<ProtocolRole>({ dialect: 'picker', role: 'viewer' }) },
  { weight: 3, arbitrary: fc.constant<ProtocolRole>({ dialect: 'mesh', role: 'peer' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<ProtocolRole>(
      { dialect: 'native', role: 'member' },
      { dialect: 'native', role: 'peer' },
      { dialect: 'party', role: 'user' },
      { dialect: 'connect-four', role: 'player' },
      { dialect: 'connect-four', role: 'watcher' },
      { dialect: 'chat', role: 'member' },
    ),
  },
)
