import { describe, expect, test } from 'vitest'
import type { RoomCommand } from '../../../../src/domain/room/index.js'
import type { RoomDriver } from '../../../kit/index.js'
import { entering, everybody } from '../../../kit/index.js'
import { drawsOf } from './draws.js'
import { cancel, openRoom, start } from './open-room.js'

const [ann, ann2, bob, cy] = everybody

describe('who may start and cancel', () => {
  const lost = (who: typeof ann): RoomCommand => ({
    type: 'disconnect',
    memberId: who.memberId,
    connection: who.connection,
    lost: true,
    graceMs: 15_000,
  })
  const leaves = (driver: RoomDriver, who: typeof ann) =>
    driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, who.memberId)

  const constellations = {
    'the broadcaster is connected': (): RoomDriver => openRoom(),
    'the broadcaster is away': (): RoomDriver => {
      const driver = openRoom()
      driver.send(lost(ann))
      return driver
    },
    'the broadcaster’s grace is over': (): RoomDriver => {
      const driver = openRoom()
      driver.send(lost(ann))
      driver.clock.advance(15_000)
      return driver
    },
    'the broadcaster has left': (): RoomDriver => {
      const driver = openRoom()
      leaves(driver, ann)
      return driver
    },
    'another has taken over': (): RoomDriver => {
      const driver = openRoom()
      driver.send(lost(ann))
      driver.send(entering(bob, 'picker', 'broadcaster'))
      return driver
    },
  }

  const expected: Record<
    keyof typeof constellations,
    Record<'ann' | 'bob' | 'cy' | 'stranger', boolean | null>
  > = {
    // `null`: no member, so not even asked.
    'the broadcaster is connected': { ann: true, bob: false, cy: false, stranger: null },
    'the broadcaster is away': { ann: true, bob: false, cy: false, stranger: null },
    'the broadcaster’s grace is over': { ann: null, bob: true, cy: true, stranger: null },
    'the broadcaster has left': { ann: null, bob: true, cy: true, stranger: null },
    'another has taken over': { ann: false, bob: true, cy: false, stranger: null },
  }
  const senders = { ann, bob, cy, stranger: ann2 }

  const names = ['ann', 'bob', 'cy', 'stranger'] as const
  const cases = (Object.keys(constellations) as Array<keyof typeof constellations>).flatMap((constellation) =>
    names.map((name) => ({ constellation, name, may: expected[constellation][name] })),
  )

  test.each(cases)('when $constellation, $name: $may', ({ constellation, name, may }) => {
    const by = senders[name].memberId
    const refusal = { _tag: 'Left', left: { type: may === null ? 'not-in-room' : 'not-broadcaster' } }
    const starting = constellations[constellation]()
    const started = starting.send(start, by)
    expect(started).toMatchObject(may === true ? { _tag: 'Right' } : refusal)

    const cancelling = constellations[constellation]()
    const leader = names.find((other) => expected[constellation][other] === true)
    cancelling.send(start, leader === undefined ? null : senders[leader].memberId)
    const cancelled = cancelling.send(cancel, by)
    expect(cancelled).toMatchObject(may === true ? { _tag: 'Right' } : refusal)
    expect(drawsOf(cancelling.log())[0]?.ended !== null).toBe(may === true)
  })

  test('the room’s own clock starts and cancels nothing', () => {
    const driver = openRoom()
    expect(driver.send(start, null)).toEqual({ _tag: 'Left', left: { type: 'not-broadcaster' } })
    driver.send(start, ann.memberId)
    expect(driver.send(cancel, null)).toEqual({ _tag: 'Left', left: { type: 'not-broadcaster' } })
  })
})
