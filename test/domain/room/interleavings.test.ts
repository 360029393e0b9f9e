import { describe, expect, test } from 'vitest'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { Decision, RoomCommand } from '../../../src/domain/room/index.js'
import type { RoomDriver } from '../../kit/index.js'
import { at, created, entering, person, roomDriver } from '../../kit/index.js'
import { everyOrder } from './every-order.js'

const ann = person('ann')
const graceMs = 15_000

/** What can happen to a session with three connections, in any order. */
type Happening =
  | { readonly type: 'lost' | 'closed' | 'leave' | 'resume' | 'enter'; readonly connection: 1 | 2 | 3 }
  | { readonly type: 'grace passes' }
  | { readonly type: 'all but the grace passes' }

const name = (happening: Happening): string =>
  'connection' in happening ? `${happening.type} ${happening.connection}` : happening.type

/** The rules as one would say them, in one place: the newest connection speaks, the others are history. */
interface Expected {
  readonly isThere: boolean
  readonly speaker: number
  /** Milliseconds of grace that are left; `null`: connected. */
  readonly graceLeftMs: number | null
}

const gone: Expected = { isThere: false, speaker: 0, graceLeftMs: null }

const expectedAfter = (before: Expected, happening: Happening): Expected => {
  switch (happening.type) {
    case 'resume':
      return before.isThere ? { isThere: true, speaker: happening.connection, graceLeftMs: null } : before
    case 'enter':
      return { isThere: true, speaker: happening.connection, graceLeftMs: null }
    case 'lost':
      return before.isThere && before.speaker === happening.connection && before.graceLeftMs === null
        ? { ...before, graceLeftMs: graceMs }
        : before
    case 'closed':
    case 'leave':
      return before.isThere && before.speaker === happening.connection ? gone : before
    case 'grace passes':
      return passed(before, graceMs)
    case 'all but the grace passes':
      return passed(before, graceMs - 1)
  }
}

const passed = (before: Expected, ms: number): Expected => {
  if (before.graceLeftMs === null) return before
  return before.graceLeftMs <= ms ? gone : { ...before, graceLeftMs: before.graceLeftMs - ms }
}

const happen = (driver: RoomDriver, happening: Happening): Decision | null => {
  switch (happening.type) {
    case 'grace passes':
      driver.clock.advance(graceMs)
      return null
    case 'all but the grace passes':
      driver.clock.advance(graceMs - 1)
      return null
    case 'leave': {
      const { connection } = at(ann, happening.connection)
      return driver.send({ type: 'leave', dialect: 'all', connection, reason: 'left' }, ann.memberId)
    }
    case 'lost':
    case 'closed':
    case 'resume':
    case 'enter':
      return driver.send(commandOf(happening.type, happening.connection))
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

const found = (driver: RoomDriver): Expected => {
  const state = driver.state()
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, ann.memberId)
  if (member === undefined) return gone
  const { presence, secret } = member
  return {
    isThere: true,
    speaker: [1, 2, 3].find((number) => at(ann, number).connection === secret?.connection) ?? -1,
    graceLeftMs: presence.type === 'away' ? presence.until - driver.clock.now() : null,
  }
}

const meets = (happenings: ReadonlyArray<Happening>): void => {
  const driver = roomDriver()
  driver.send(commandOf('enter', 1))
  let expected: Expected = { isThere: true, speaker: 1, graceLeftMs: null }
  for (const [place, happening] of happenings.entries()) {
    const before = driver.log().length
    happen(driver, happening)
    const changed = driver.log().length > before
    const next = expectedAfter(expected, happening)
    // What changes nothing writes nothing either: an old connection leaves no trace of its end.
    const mayWrite = next !== expected || !('connection' in happening)
    if (isSame(found(driver), next) && (mayWrite || !changed)) {
      expected = next
      continue
    }
    const told = happenings
      .slice(0, place + 1)
      .map(name)
      .join(', ')
    expect({ told, ...found(driver), changed }).toEqual({ told, ...next, changed: mayWrite })
  }
}

const isSame = (one: Expected, other: Expected): boolean =>
  one.isThere === other.isThere && one.speaker === other.speaker && one.graceLeftMs === other.graceLeftMs

const sets: Readonly<Record<string, ReadonlyArray<Happening>>> = {
  'the old connection closes, says leave and is lost, while a new one resumes and the grace passes': [
    { type: 'lost', connection: 1 },
    { type: 'closed', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'resume', connection: 2 },
    { type: 'grace passes' },
    { type: 'all but the grace passes' },
  ],
  'the old connection closes, says leave and is lost, while a new one comes in and the grace passes': [
    { type: 'lost', connection: 1 },
    { type: 'closed', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'enter', connection: 2 },
    { type: 'grace passes' },
    { type: 'all but the grace passes' },
  ],
  'three connections take turns, and the two old ones are lost, close and leave when they like': [
    { type: 'lost', connection: 1 },
    { type: 'leave', connection: 1 },
    { type: 'resume', connection: 2 },
    { type: 'closed', connection: 2 },
    { type: 'lost', connection: 2 },
    { type: 'resume', connection: 3 },
    { type: 'grace passes' },
  ],
  'connections resume, come in and leave in any order': [
    { type: 'resume', connection: 2 },
    { type: 'enter', connection: 3 },
    { type: 'leave', connection: 2 },
    { type: 'lost', connection: 3 },
    { type: 'closed', connection: 1 },
    { type: 'grace passes' },
  ],
}

describe('a late event of an old connection never touches the new one', () => {
  test.each(Object.keys(sets))('in every order: %s', (title) => {
    let count = 0
    for (const order of everyOrder(sets[title] ?? [])) {
      meets(order)
      count++
    }
    expect(count).toBeGreaterThanOrEqual(720)
  })

  test('the place that another session of the user took is not given back to the first', () => {
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
