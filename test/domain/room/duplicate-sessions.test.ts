import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import { connectionId, memberId, sessionKey } from '../../../src/domain/kernel/ids.js'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { entering, person, roomDriver } from '../../kit/index.js'
import { everyOrder } from './every-order.js'

const graceMs = 15_000
const userId = 'user-a'
const host = person('host', 'user-host')

/** One user of a party by two sessions, each at two sockets one after the other. */
type Session = 'old' | 'new'
type Number = 1 | 2

type Happening =
  | {
      readonly type: 'enter' | 'resume' | 'lost' | 'closed' | 'leave'
      readonly by: Session
      readonly at: Number
    }
  | { readonly type: 'grace passes' }

const inWords = (happening: Happening): string =>
  'by' in happening ? `${happening.by} ${happening.at} ${happening.type}` : happening.type

/** A socket that comes in asks for its own id, and has it if the user is not there yet. */
const socketOf = (by: Session, at: Number): Person => ({
  memberId: memberId(`socket-${by}-${at}`),
  session: sessionKey(`session-${by}`),
  connection: connectionId(`connection-${by}-${at}`),
  name: 'A',
  userId,
})

/** The rules as one would say them: the last that came in or back speaks, under the id of the first. */
interface Expected {
  readonly member: string | null
  readonly speaker: string | null
  readonly session: Session | null
  readonly isAway: boolean
}

const gone: Expected = { member: null, speaker: null, session: null, isAway: false }

const expectedAfter = (before: Expected, happening: Happening): Expected => {
  if (happening.type === 'grace passes') return before.isAway ? gone : before
  const { type, by, at } = happening
  const { memberId: id, connection } = socketOf(by, at)
  switch (type) {
    case 'enter':
      return { member: before.member ?? id, speaker: connection, session: by, isAway: false }
    case 'resume':
      return before.session === by ? { ...before, speaker: connection, isAway: false } : before
    case 'lost':
      return before.speaker === connection ? { ...before, isAway: true } : before
    case 'closed':
    case 'leave':
      return before.speaker === connection ? gone : before
  }
}

const found = (driver: RoomDriver): Expected => {
  const state = driver.state()
  const users =
    state.phase === 'absent' ? [] : valuesIn(state.members).filter((each) => each.userId === userId)
  expect(users.length).toBeLessThanOrEqual(1)
  const [user] = users
  if (user === undefined) return gone
  return {
    member: user.id,
    speaker: user.secret?.connection ?? null,
    session: user.secret?.session === 'session-old' ? 'old' : 'new',
    isAway: user.presence.type === 'away',
  }
}

/** As the hub says it: under the id by which the socket's session knows its membership. */
const happen = (driver: RoomDriver, happening: Happening, { member }: Expected): void => {
  if (happening.type === 'grace passes') return driver.clock.advance(graceMs)
  const { type, by, at } = happening
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

const meets = (happenings: ReadonlyArray<Happening>): void => {
  const driver = roomDriver()
  driver.send(entering(host, 'party', 'user'))
  driver.send(entering(socketOf('old', 1), 'party', 'user'))
  let expected = expectedAfter(gone, { type: 'enter', by: 'old', at: 1 })
  for (const [place, happening] of happenings.entries()) {
    const before = driver.log().length
    const next = expectedAfter(expected, happening)
    happen(driver, happening, expected)
    const now = found(driver)
    const told = happenings
      .slice(0, place + 1)
      .map(inWords)
      .join(', ')
    expect({ told, ...now }).toEqual({ told, ...next })
    // The others are told of a user who comes and goes, and of nothing in between; a late end leaves no trace.
    const written = driver
      .log()
      .slice(before)
      .map(({ type }) => type)
    expect({ told, written }).toEqual({ told, written: writtenFor(expected, next) })
    expected = next
  }
}

const writtenFor = (before: Expected, after: Expected): ReadonlyArray<string> => {
  if (before.member === null) return after.member === null ? [] : ['room.member-joined']
  if (after.member === null) return ['room.member-left']
  if (after.isAway) return before.isAway ? [] : ['room.member-away']
  const isSame = before.speaker === after.speaker && !before.isAway
  return isSame ? [] : ['room.member-back']
}

const sets: Readonly<Record<string, ReadonlyArray<Happening>>> = {
  'a newer session comes in while the older is lost, closes, leaves and resumes': [
    { type: 'lost', by: 'old', at: 1 },
    { type: 'closed', by: 'old', at: 1 },
    { type: 'leave', by: 'old', at: 1 },
    { type: 'resume', by: 'old', at: 2 },
    { type: 'enter', by: 'new', at: 1 },
    { type: 'grace passes' },
  ],
  'a newer session comes in, is lost and resumes, while the older is lost and resumes': [
    { type: 'lost', by: 'old', at: 1 },
    { type: 'resume', by: 'old', at: 2 },
    { type: 'enter', by: 'new', at: 1 },
    { type: 'lost', by: 'new', at: 1 },
    { type: 'resume', by: 'new', at: 2 },
    { type: 'closed', by: 'old', at: 2 },
    { type: 'grace passes' },
  ],
  'two sessions come in by turns, and each that was replaced closes late': [
    { type: 'enter', by: 'new', at: 1 },
    { type: 'closed', by: 'old', at: 1 },
    { type: 'enter', by: 'old', at: 2 },
    { type: 'closed', by: 'new', at: 1 },
    { type: 'enter', by: 'new', at: 2 },
    { type: 'lost', by: 'old', at: 2 },
    { type: 'grace passes' },
  ],
}

describe('of two sessions of a party’s user the last to come in is the user, whatever the other does', () => {
  test.each(Object.keys(sets))('in every order: %s', (title) => {
    let count = 0
    for (const order of everyOrder(sets[title] ?? [])) {
      meets(order)
      count++
    }
    expect(count).toBeGreaterThanOrEqual(720)
  })

  test('an older socket that has not heard yet that it was replaced does not come in again', () => {
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
