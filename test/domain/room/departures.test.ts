import { describe, expect, test } from 'vitest'
import { connectFour } from '../../../src/domain/activities/connect-four/index.js'
import { ActivityFailure } from '../../../src/domain/room/index.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { RoomDriver } from '../../kit/index.js'
import { contextOf, entering, person, roomDriver } from '../../kit/index.js'
import { builtInModel } from '../../../src/plugins.js'

const { decide, effects } = builtInModel

const [ann, bob, cy] = [person('ann'), person('bob', 'user-b'), person('cy')]
const graceMs = 15_000

const joinGame = { module: 'connect-four', command: { type: 'join' } } as const
const createGame = {
  module: 'connect-four',
  command: { type: 'create', opponent: { kind: 'human' }, first: 'me' },
} as const

const annCreates = entering(ann, 'connect-four', 'player', { activates: 'connect-four', acts: createGame })

/** A game of Ann against Bob, which Cy watches. */
const playGame = (): RoomDriver => {
  const driver = roomDriver()
  driver.send(annCreates, ann.memberId)
  driver.send(entering(bob, 'connect-four', 'player', { acts: joinGame }), bob.memberId)
  driver.send(entering(cy, 'connect-four', 'player', { acts: joinGame }), cy.memberId)
  return driver
}

const typesSince = (driver: RoomDriver, length: number): ReadonlyArray<string> =>
  driver
    .log()
    .slice(length)
    .map(({ type }) => type)

const disconnect = ({ memberId, connection }: typeof ann, lost: boolean): RoomCommand => ({
  type: 'disconnect',
  memberId,
  connection,
  lost,
  graceMs,
})

describe('a departure during a game', () => {
  test.each([
    ['closes its connection', disconnect(ann, false), null],
    [
      'leaves the game',
      { type: 'leave', dialect: 'connect-four', connection: null, reason: 'left' },
      ann.memberId,
    ],
    ['leaves the room', { type: 'leave', dialect: 'all', connection: null, reason: 'left' }, ann.memberId],
  ] as const)('is written together with the resignation when a player %s', (_condition, command, by) => {
    const driver = playGame()
    const length = driver.log().length
    driver.send(command, by)
    expect(typesSince(driver, length)).toEqual(['room.member-left', 'connect-four.over'])
    expect(driver.log().at(-1)).toMatchObject({ by, data: { winner: 2, reason: 'resigned' } })
  })

  test('by a lost connection forfeits at the end of the grace period', () => {
    const driver = playGame()
    driver.send(disconnect(bob, true))
    const length = driver.log().length
    driver.clock.advance(graceMs - 1)
    expect(typesSince(driver, length)).toEqual([])
    driver.clock.advance(1)
    expect(typesSince(driver, length)).toEqual(['room.member-left', 'connect-four.over'])
    expect(driver.log().at(-1)).toMatchObject({ by: null, data: { winner: 1, reason: 'forfeit' } })
  })

  test('from the protocol of the game ends the game, and from another protocol does not', () => {
    for (const [dialect, types] of [
      ['connect-four', ['room.member-left', 'connect-four.over']],
      ['native', ['room.member-left']],
    ] as const) {
      const driver = playGame()
      driver.send(entering(ann, 'native', 'member'), ann.memberId)
      const length = driver.log().length
      driver.send({ type: 'leave', dialect, connection: null, reason: 'left' }, ann.memberId)
      expect(typesSince(driver, length)).toEqual(types)
    }
  })

  test('of a watcher does not affect the game', () => {
    const driver = playGame()
    const length = driver.log().length
    driver.send(disconnect(cy, false))
    expect(typesSince(driver, length)).toEqual(['room.member-left'])
  })

  test('does not affect a deactivated game', () => {
    const driver = playGame()
    driver.send({ type: 'deactivate', activity: 'connect-four' }, ann.memberId)
    const length = driver.log().length
    driver.send(disconnect(ann, false))
    expect(typesSince(driver, length)).toEqual(['room.member-left'])
  })
})

describe('an entry with a command', () => {
  test('runs the command as the new member, in one decision', () => {
    const driver = playGame()
    expect(driver.steps().map(({ records }) => records.map(({ type }) => type))).toEqual([
      ['room.created', 'room.member-joined', 'room.activity-activated', 'connect-four.created'],
      ['room.member-joined', 'connect-four.started'],
      ['room.member-joined'],
    ])
  })

  test('is rejected if the command is rejected', () => {
    const driver = playGame()
    const length = driver.log().length
    const decision = driver.send(
      entering(person('dee'), 'connect-four', 'player', { acts: createGame }),
      person('dee').memberId,
    )
    expect(decision).toMatchObject({
      left: { type: 'activity-rejected', activity: 'connect-four', rejection: { type: 'game-running' } },
    })
    expect(driver.log()).toHaveLength(length)
    expect(roomDriver().send(entering(ann, 'connect-four', 'player', { acts: joinGame }))).toMatchObject({
      left: { type: 'activity-inactive' },
    })
  })

  test('takes over the member and the seat of the same user who is away', () => {
    const driver = playGame()
    driver.send(disconnect(bob, true))
    const otherSession = person('bob elsewhere', 'user-b')
    driver.send(entering(otherSession, 'connect-four', 'player', { acts: joinGame }), otherSession.memberId)
    const state = driver.state()
    expect(state.phase === 'absent' ? undefined : entryIn(state.members, bob.memberId)?.presence).toEqual({
      type: 'connected',
    })
    driver.clock.advance(graceMs)
    expect(driver.log().at(-1)?.type).toBe('room.member-back')
  })
})

describe('an activity that throws', () => {
  test('makes the room throw a failure that names it, and is stopped once', () => {
    const driver = playGame()
    const invalid = { type: 'create', opponent: null, first: 'me' } as unknown as { type: 'join' }
    driver.send({ type: 'act', module: 'connect-four', command: { type: 'resign' } }, ann.memberId)
    const context = contextOf<RoomCommand>(
      { type: 'act', module: 'connect-four', command: invalid },
      ann.memberId,
    )
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

describe('the effects of a room', () => {
  test('are those of its active modules', () => {
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
