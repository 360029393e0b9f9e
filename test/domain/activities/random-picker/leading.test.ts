import { describe, expect, test } from 'vitest'
import type { RoomCommand } from '../../../../src/domain/room/index.js'
import type { RoomDriver } from '../../../kit/index.js'
import { entering, everybody } from '../../../kit/index.js'
import { drawsOf } from './draws.js'
import { cancel, openRoom, start } from './open-room.js'

const [ann, ann2, bob, cy] = everybody

describe('starting and cancelling', () => {
  const loseConnection = (who: typeof ann): RoomCommand => ({
    type: 'disconnect',
    memberId: who.memberId,
    connection: who.connection,
    lost: true,
    graceMs: 15_000,
  })
  const leave = (driver: RoomDriver, who: typeof ann) =>
    driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, who.memberId)

  const situations = {
    'the broadcaster is connected': (): RoomDriver => openRoom(),
    'the broadcaster is away': (): RoomDriver => {
      const driver = openRoom()
      driver.send(loseConnection(ann))
      return driver
    },
    'the broadcaster’s grace is over': (): RoomDriver => {
      const driver = openRoom()
      driver.send(loseConnection(ann))
      driver.clock.advance(15_000)
      return driver
    },
    'the broadcaster has left': (): RoomDriver => {
      const driver = openRoom()
      leave(driver, ann)
      return driver
    },
    'another member is the broadcaster': (): RoomDriver => {
      const driver = openRoom()
      driver.send(loseConnection(ann))
      driver.send(entering(bob, 'picker', 'broadcaster'))
      return driver
    },
  }

  const expected: Record<
    keyof typeof situations,
    Record<'ann' | 'bob' | 'cy' | 'stranger', boolean | null>
  > = {
    // `null`: not a member.
    'the broadcaster is connected': { ann: true, bob: false, cy: false, stranger: null },
    'the broadcaster is away': { ann: true, bob: false, cy: false, stranger: null },
    'the broadcaster’s grace is over': { ann: null, bob: true, cy: true, stranger: null },
    'the broadcaster has left': { ann: null, bob: true, cy: true, stranger: null },
    'another member is the broadcaster': { ann: false, bob: true, cy: false, stranger: null },
  }
  const senders = { ann, bob, cy, stranger: ann2 }

  const names = ['ann', 'bob', 'cy', 'stranger'] as const
  const cases = (Object.keys(situations) as Array<keyof typeof situations>).flatMap((situation) =>
    names.map((name) => ({ situation, name, isAllowed: expected[situation][name] })),
  )

  test.each(cases)('when $situation is allowed to $name: $isAllowed', ({ situation, name, isAllowed }) => {
    const by = senders[name].memberId
    const rejection = { _tag: 'Left', left: { type: isAllowed === null ? 'not-in-room' : 'not-broadcaster' } }
    const starting = situations[situation]()
    const started = starting.send(start, by)
    expect(started).toMatchObject(isAllowed === true ? { _tag: 'Right' } : rejection)

    const cancelling = situations[situation]()
    const leader = names.find((other) => expected[situation][other] === true)
    cancelling.send(start, leader === undefined ? null : senders[leader].memberId)
    const cancelled = cancelling.send(cancel, by)
    expect(cancelled).toMatchObject(isAllowed === true ? { _tag: 'Right' } : rejection)
    expect(drawsOf(cancelling.log())[0]?.ended !== null).toBe(isAllowed === true)
  })

  test('are rejected without an actor', () => {
    const driver = openRoom()
    expect(driver.send(start, null)).toEqual({ _tag: 'Left', left: { type: 'not-broadcaster' } })
    driver.send(start, ann.memberId)
    expect(driver.send(cancel, null)).toEqual({ _tag: 'Left', left: { type: 'not-broadcaster' } })
  })
})
