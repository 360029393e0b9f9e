import { describe, expect, test } from 'vitest'
import { connectFour } from '../../../src/domain/activities/connect-four/index.js'
import { ActivityFailure } from '../../../src/domain/room/index.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { RoomDriver } from '../../kit/index.js'
import { asking, entering, person, roomDriver } from '../../kit/index.js'
import { builtInModel } from '../../../src/plugins.js'

const { decide, effects } = builtInModel

const [ann, bob, cy] = [person('ann'), person('bob', 'user-b'), person('cy')]
const graceMs = 15_000

const joins = { module: 'connect-four', command: { type: 'join' } } as const
const creates = {
  module: 'connect-four',
  command: { type: 'create', opponent: { kind: 'human' }, first: 'me' },
} as const

const annCreates = entering(ann, 'connect-four', 'player', { activates: 'connect-four', acts: creates })

/** Ann plays against Bob, and Cy watches. */
const playing = (): RoomDriver => {
  const driver = roomDriver()
  driver.send(annCreates, ann.memberId)
  driver.send(entering(bob, 'connect-four', 'player', { acts: joins }), bob.memberId)
  driver.send(entering(cy, 'connect-four', 'player', { acts: joins }), cy.memberId)
  return driver
}

const typesSince = (driver: RoomDriver, length: number): ReadonlyArray<string> =>
  driver
    .log()
    .slice(length)
    .map(({ type }) => type)

const gone = ({ memberId, connection }: typeof ann, lost: boolean): RoomCommand => ({
  type: 'disconnect',
  memberId,
  connection,
  lost,
  graceMs,
})

describe('who goes in the midst of a game', () => {
  test.each([
    ['says goodbye', gone(ann, false), null],
    [
      'leaves the game',
      { type: 'leave', dialect: 'connect-four', connection: null, reason: 'left' },
      ann.memberId,
    ],
    ['leaves the room', { type: 'leave', dialect: 'all', connection: null, reason: 'left' }, ann.memberId],
  ] as const)('has resigned, and both are written together, where she %s', (_how, command, by) => {
    const driver = playing()
    const length = driver.log().length
    driver.send(command, by)
    expect(typesSince(driver, length)).toEqual(['room.member-left', 'connect-four.over'])
    expect(driver.log().at(-1)).toMatchObject({ by, data: { winner: 2, reason: 'resigned' } })
  })

  test('without a word forfeits at the end of the grace, and not before', () => {
    const driver = playing()
    driver.send(gone(bob, true))
    const length = driver.log().length
    driver.clock.advance(graceMs - 1)
    expect(typesSince(driver, length)).toEqual([])
    driver.clock.advance(1)
    expect(typesSince(driver, length)).toEqual(['room.member-left', 'connect-four.over'])
    expect(driver.log().at(-1)).toMatchObject({ by: null, data: { winner: 1, reason: 'forfeit' } })
  })

  test('and stays in the room by another way has left the game; the other way round it goes on', () => {
    for (const [dialect, types] of [
      ['connect-four', ['room.member-left', 'connect-four.over']],
      ['native', ['room.member-left']],
    ] as const) {
      const driver = playing()
      driver.send(entering(ann, 'native', 'member'), ann.memberId)
      const length = driver.log().length
      driver.send({ type: 'leave', dialect, connection: null, reason: 'left' }, ann.memberId)
      expect(typesSince(driver, length)).toEqual(types)
    }
  })

  test('and only watches changes nothing', () => {
    const driver = playing()
    const length = driver.log().length
    driver.send(gone(cy, false))
    expect(typesSince(driver, length)).toEqual(['room.member-left'])
  })

  test('is not asked for by a game that was turned off', () => {
    const driver = playing()
    driver.send({ type: 'deactivate', activity: 'connect-four' }, ann.memberId)
    const length = driver.log().length
    driver.send(gone(ann, false))
    expect(typesSince(driver, length)).toEqual(['room.member-left'])
  })
})

describe('who comes in to do something', () => {
  test('does it as the member that it becomes, in one decision', () => {
    const driver = playing()
    expect(driver.steps().map(({ records }) => records.map(({ type }) => type))).toEqual([
      ['room.created', 'room.member-joined', 'room.activity-activated', 'connect-four.created'],
      ['room.member-joined', 'connect-four.started'],
      ['room.member-joined'],
    ])
  })

  test('does not come in where it may not do it', () => {
    const driver = playing()
    const length = driver.log().length
    const decision = driver.send(
      entering(person('dee'), 'connect-four', 'player', { acts: creates }),
      person('dee').memberId,
    )
    expect(decision).toMatchObject({
      left: { type: 'activity-rejected', activity: 'connect-four', rejection: { type: 'game-running' } },
    })
    expect(driver.log()).toHaveLength(length)
    expect(roomDriver().send(entering(ann, 'connect-four', 'player', { acts: joins }))).toMatchObject({
      left: { type: 'activity-inactive' },
    })
  })

  test('takes the place of the same user who is away, with its seat', () => {
    const driver = playing()
    driver.send(gone(bob, true))
    const again = person('bob elsewhere', 'user-b')
    driver.send(entering(again, 'connect-four', 'player', { acts: joins }), again.memberId)
    const state = driver.state()
    expect(state.phase === 'absent' ? undefined : entryIn(state.members, bob.memberId)?.presence).toEqual({
      type: 'connected',
    })
    driver.clock.advance(graceMs)
    expect(driver.log().at(-1)?.type).toBe('room.member-back')
  })
})

describe('an activity that throws', () => {
  test('is named by what the room throws, and stopped by the room once', () => {
    const driver = playing()
    const unfit = { type: 'create', opponent: null, first: 'me' } as unknown as { type: 'join' }
    driver.send({ type: 'act', module: 'connect-four', command: { type: 'resign' } }, ann.memberId)
    const context = asking<RoomCommand>({ type: 'act', module: 'connect-four', command: unfit }, ann.memberId)
    expect(() => decide(context, driver.state())).toThrow(ActivityFailure)
    expect(() => decide(context, driver.state())).toThrow('connect-four has failed')
    const fail: RoomCommand = { type: 'fail', activity: 'connect-four' }
    expect(driver.send(fail)).toEqual({
      _tag: 'Right',
      right: [{ type: 'room.activity-deactivated', data: { activity: 'connect-four', reason: 'failed' } }],
    })
    expect(driver.send(fail)).toEqual({ _tag: 'Right', right: [] })
  })
})

describe('what a room wants from outside', () => {
  test('is what its modules want, as long as they are on', () => {
    const driver = roomDriver()
    const againstAi = { type: 'create', opponent: { kind: 'ai', level: 3 }, first: 'them' } as const
    driver.send(
      entering(ann, 'connect-four', 'player', {
        activates: 'connect-four',
        acts: { module: 'connect-four', command: againstAi },
      }),
      ann.memberId,
    )
    expect(effects(driver.state())).toMatchObject([
      { key: 'connect-four 1/1', module: 'connect-four', effect: { level: 3 } },
    ])
    driver.send({ type: 'deactivate', activity: 'connect-four' }, ann.memberId)
    expect(effects(driver.state())).toEqual([])
    expect(connectFour.effects?.(connectFour.initial('connect-four'))).toEqual([])
  })
})
