import { describe, expect, test } from 'vitest'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { Decision, RoomCommand } from '../../../src/domain/room/index.js'
import type { RoomDriver } from '../../kit/index.js'
import { at, created, entering, person, roomDriver } from '../../kit/index.js'
import { permutationsOf } from './permutations.js'

const ann = person('ann')
const graceMs = 15_000

/** What can occur with a session that has three connections. */
type Occurrence =
  | { readonly type: 'lost' | 'closed' | 'leave' | 'resume' | 'enter'; readonly connection: 1 | 2 | 3 }
  | { readonly type: 'grace ends' }
  | { readonly type: 'grace almost ends' }

const nameOf = (occurrence: Occurrence): string =>
  'connection' in occurrence ? `${occurrence.type} ${occurrence.connection}` : occurrence.type

/** A model of the rules: only the newest connection acts for the member. */
interface Expected {
  readonly isMember: boolean
  readonly connection: number
  /** The rest of the grace period; `null`: connected. */
  readonly graceLeftMs: number | null
}

const departed: Expected = { isMember: false, connection: 0, graceLeftMs: null }

const expectedAfter = (before: Expected, occurrence: Occurrence): Expected => {
  switch (occurrence.type) {
    case 'resume':
      return before.isMember
        ? { isMember: true, connection: occurrence.connection, graceLeftMs: null }
        : before
    case 'enter':
      return { isMember: true, connection: occurrence.connection, graceLeftMs: null }
    case 'lost':
      return before.isMember && before.connection === occurrence.connection && before.graceLeftMs === null
        ? { ...before, graceLeftMs: graceMs }
        : before
    case 'closed':
    case 'leave':
      return before.isMember && before.connection === occurrence.connection ? departed : before
    case 'grace ends':
      return afterTime(before, graceMs)
    case 'grace almost ends':
      return afterTime(before, graceMs - 1)
  }
}

const afterTime = (before: Expected, ms: number): Expected => {
  if (before.graceLeftMs === null) return before
  return before.graceLeftMs <= ms ? departed : { ...before, graceLeftMs: before.graceLeftMs - ms }
}

const perform = (driver: RoomDriver, occurrence: Occurrence): Decision | null => {
  switch (occurrence.type) {
    case 'grace ends':
      driver.clock.advance(graceMs)
      return null
    case 'grace almost ends':
      driver.clock.advance(graceMs - 1)
      return null
    case 'leave': {
      const { connection } = at(ann, occurrence.connection)
      return driver.send({ type: 'leave', dialect: 'all', connection, reason: 'left' }, ann.memberId)
    }
    case 'lost':
    case 'closed':
    case 'resume':
    case 'enter':
      return driver.send(commandOf(occurrence.type, occurrence.connection))
  }
}

const commandOf = (type: 'lost' | 'closed' | 'resume' | 'enter', number: number): RoomCommand => {
  const { memberId, session, connection } = at(ann, number)
  switch (type) {
    case 'lost':
    case 'closed':
      return { type: 'disconnect', memberId, connection, lost: type === 'lost', graceMs }
    case 'resume':
      return { type: 'resume', memberId, session, connection }
    case 'enter':
      return entering(at(ann, number), 'picker', 'viewer')
  }
}

const observe = (driver: RoomDriver): Expected => {
  const state = driver.state()
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, ann.memberId)
  if (member === undefined) return departed
  const { presence, secret } = member
  return {
    isMember: true,
    connection: [1, 2, 3].find((number) => at(ann, number).connection === secret?.connection) ?? -1,
    graceLeftMs: presence.type === 'away' ? presence.until - driver.clock.now() : null,
  }
}

const checkModel = (occurrences: ReadonlyArray<Occurrence>): void => {
  const driver = roomDriver()
  driver.send(commandOf('enter', 1))
  let expected: Expected = { isMember: true, connection: 1, graceLeftMs: null }
  for (const [index, occurrence] of occurrences.entries()) {
    const before = driver.log().length
    perform(driver, occurrence)
    const changed = driver.log().length > before
    const next = expectedAfter(expected, occurrence)
    // An occurrence that does not change the state, such as a late end of an old connection, writes no event.
    const mayWrite = next !== expected || !('connection' in occurrence)
    if (isEqual(observe(driver), next) && (mayWrite || !changed)) {
      expected = next
      continue
    }
    const scenario = occurrences
      .slice(0, index + 1)
      .map(nameOf)
      .join(', ')
    expect({ scenario, ...observe(driver), changed }).toEqual({ scenario, ...next, changed: mayWrite })
  }
}

const isEqual = (one: Expected, other: Expected): boolean =>
  one.isMember === other.isMember &&
  one.connection === other.connection &&
  one.graceLeftMs === other.graceLeftMs

const sets: Readonly<Record<string, ReadonlyArray<Occurrence>>> = {
  'the old connection closes, leaves and is lost, while a new one resumes and the grace period ends': [
    { type: 'lost', connection: 1 },
    { type: 'closed', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'resume', connection: 2 },
    { type: 'grace ends' },
    { type: 'grace almost ends' },
  ],
  'the old connection closes, leaves and is lost, while a new one enters and the grace period ends': [
    { type: 'lost', connection: 1 },
    { type: 'closed', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'enter', connection: 2 },
    { type: 'grace ends' },
    { type: 'grace almost ends' },
  ],
  'three connections resume, and the old ones are lost, close and leave': [
    { type: 'lost', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'resume', connection: 2 },
    { type: 'closed', connection: 2 },
    { type: 'lost', connection: 2 },
    { type: 'resume', connection: 3 },
    { type: 'grace ends' },
  ],
  'connections resume, enter and leave': [
    { type: 'resume', connection: 2 },
    { type: 'enter', connection: 3 },
    { type: 'leave', connection: 2 },
    { type: 'lost', connection: 3 },
    { type: 'closed', connection: 1 },
    { type: 'grace ends' },
  ],
}

describe('a late event of an old connection does not affect the new connection', () => {
  test.each(Object.keys(sets))('matches the model in every order: %s', (title) => {
    let count = 0
    for (const permutation of permutationsOf(sets[title] ?? [])) {
      checkModel(permutation)
      count++
    }
    expect(count).toBeGreaterThanOrEqual(720)
  })

  test('does not return a member to the session from which another session took it over', () => {
    const driver = roomDriver()
    const first = person('first', 'user-a')
    const second = person('second', 'user-a')
    driver.send(entering(first, 'picker', 'viewer'))
    const { memberId, session, connection } = first
    const lost: RoomCommand = { type: 'disconnect', memberId, connection, lost: true, graceMs }
    driver.send(lost)
    driver.send(entering(second, 'picker', 'viewer'))
    const taken = driver.state()

    driver.send(lost)
    driver.send({ ...lost, lost: false })
    driver.send({ type: 'leave', dialect: 'all', connection, reason: 'left' }, memberId)
    expect(driver.send({ type: 'resume', memberId, session, connection: at(first, 2).connection })).toEqual({
      _tag: 'Left',
      left: { type: 'not-in-room' },
    })
    driver.clock.advance(graceMs)

    expect(driver.state()).toBe(taken)
    expect(driver.log()[0]).toMatchObject(created)
  })
})
