import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import { connectionId, memberId, sessionKey } from '../../../src/domain/kernel/ids.js'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { entering, person, roomDriver } from '../../kit/index.js'
import { permutationsOf } from './permutations.js'

const graceMs = 15_000
const userId = 'user-a'
const host = person('host', 'user-host')

/** One party user has two sessions, and each of them has two sockets, one after the other. */
type SessionName = 'old' | 'new'
type SocketNumber = 1 | 2

type Occurrence =
  | {
      readonly type: 'enter' | 'resume' | 'lost' | 'closed' | 'leave'
      readonly by: SessionName
      readonly at: SocketNumber
    }
  | { readonly type: 'grace ends' }

const nameOf = (occurrence: Occurrence): string =>
  'by' in occurrence ? `${occurrence.by} ${occurrence.at} ${occurrence.type}` : occurrence.type

/** A socket enters with its own id, which becomes the member id if the user is not a member yet. */
const socketOf = (by: SessionName, at: SocketNumber): Person => ({
  memberId: memberId(`socket-${by}-${at}`),
  session: sessionKey(`session-${by}`),
  connection: connectionId(`connection-${by}-${at}`),
  name: 'A',
  userId,
})

/** A model of the rules: the last socket that entered or resumed acts for the member, under the id of the first. */
interface Expected {
  readonly member: string | null
  readonly connection: string | null
  readonly session: SessionName | null
  readonly isAway: boolean
}

const departed: Expected = { member: null, connection: null, session: null, isAway: false }

const expectedAfter = (before: Expected, occurrence: Occurrence): Expected => {
  if (occurrence.type === 'grace ends') return before.isAway ? departed : before
  const { type, by, at } = occurrence
  const { memberId: id, connection } = socketOf(by, at)
  switch (type) {
    case 'enter':
      return { member: before.member ?? id, connection, session: by, isAway: false }
    case 'resume':
      return before.session === by ? { ...before, connection, isAway: false } : before
    case 'lost':
      return before.connection === connection ? { ...before, isAway: true } : before
    case 'closed':
    case 'leave':
      return before.connection === connection ? departed : before
  }
}

const observe = (driver: RoomDriver): Expected => {
  const state = driver.state()
  const users =
    state.phase === 'absent' ? [] : valuesIn(state.members).filter((each) => each.userId === userId)
  expect(users.length).toBeLessThanOrEqual(1)
  const [user] = users
  if (user === undefined) return departed
  return {
    member: user.id,
    connection: user.secret?.connection ?? null,
    session: user.secret?.session === 'session-old' ? 'old' : 'new',
    isAway: user.presence.type === 'away',
  }
}

/** Sends the command as the session manager does: with the member id that the session knows. */
const perform = (driver: RoomDriver, occurrence: Occurrence, { member }: Expected): void => {
  if (occurrence.type === 'grace ends') return driver.clock.advance(graceMs)
  const { type, by, at } = occurrence
  const socket = socketOf(by, at)
  const { session, connection } = socket
  const id = member === null ? socket.memberId : memberId(member)
  switch (type) {
    case 'enter':
      return void driver.send(entering(socket, 'party', 'user'), socket.memberId)
    case 'resume':
      return void driver.send({ type, memberId: id, session, connection })
    case 'leave':
      return void driver.send({ type, dialect: 'party', connection, reason: 'left' }, id)
    case 'lost':
    case 'closed': {
      const lost = type === 'lost'
      return void driver.send({ type: 'disconnect', memberId: id, connection, lost, graceMs })
    }
  }
}

const checkModel = (occurrences: ReadonlyArray<Occurrence>): void => {
  const driver = roomDriver()
  driver.send(entering(host, 'party', 'user'))
  driver.send(entering(socketOf('old', 1), 'party', 'user'))
  let expected = expectedAfter(departed, { type: 'enter', by: 'old', at: 1 })
  for (const [index, occurrence] of occurrences.entries()) {
    const before = driver.log().length
    const next = expectedAfter(expected, occurrence)
    perform(driver, occurrence, expected)
    const now = observe(driver)
    const scenario = occurrences
      .slice(0, index + 1)
      .map(nameOf)
      .join(', ')
    expect({ scenario, ...now }).toEqual({ scenario, ...next })
    // Other members see only that the user joins, changes its presence and leaves; a late end writes no event.
    const types = driver
      .log()
      .slice(before)
      .map(({ type }) => type)
    expect({ scenario, types }).toEqual({ scenario, types: expectedTypes(expected, next) })
    expected = next
  }
}

const expectedTypes = (before: Expected, after: Expected): ReadonlyArray<string> => {
  if (before.member === null) return after.member === null ? [] : ['room.member-joined']
  if (after.member === null) return ['room.member-left']
  if (after.isAway) return before.isAway ? [] : ['room.member-away']
  const isSame = before.connection === after.connection && !before.isAway
  return isSame ? [] : ['room.member-back']
}

const sets: Readonly<Record<string, ReadonlyArray<Occurrence>>> = {
  'a newer session enters while the older one is lost, closes, leaves and resumes': [
    { type: 'lost', by: 'old', at: 1 },
    { type: 'closed', by: 'old', at: 1 },
    { type: 'leave', by: 'old', at: 1 },
    { type: 'resume', by: 'old', at: 2 },
    { type: 'enter', by: 'new', at: 1 },
    { type: 'grace ends' },
  ],
  'a newer session enters, is lost and resumes, while the older one is lost and resumes': [
    { type: 'lost', by: 'old', at: 1 },
    { type: 'resume', by: 'old', at: 2 },
    { type: 'enter', by: 'new', at: 1 },
    { type: 'lost', by: 'new', at: 1 },
    { type: 'resume', by: 'new', at: 2 },
    { type: 'closed', by: 'old', at: 2 },
    { type: 'grace ends' },
  ],
  'two sessions enter alternately, and each replaced connection closes late': [
    { type: 'enter', by: 'new', at: 1 },
    { type: 'closed', by: 'old', at: 1 },
    { type: 'enter', by: 'old', at: 2 },
    { type: 'closed', by: 'new', at: 1 },
    { type: 'enter', by: 'new', at: 2 },
    { type: 'lost', by: 'old', at: 2 },
    { type: 'grace ends' },
  ],
}

describe('two sessions of a party user', () => {
  test.each(Object.keys(sets))('matches the model in every order: %s', (title) => {
    let count = 0
    for (const permutation of permutationsOf(sets[title] ?? [])) {
      checkModel(permutation)
      count++
    }
    expect(count).toBeGreaterThanOrEqual(720)
  })

  test('rejects an entry of a replaced socket', () => {
    const driver = roomDriver()
    driver.send(entering(socketOf('old', 1), 'party', 'user'))
    driver.send(entering(socketOf('new', 1), 'party', 'user'))
    const before = driver.log()
    expect(driver.send(entering(socketOf('old', 1), 'party', 'user'))).toEqual(
      E.left({ type: 'access-denied', cause: 'session' }),
    )
    expect(driver.log()).toEqual(before)
  })
})
