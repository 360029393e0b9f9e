import { describe, expect, test } from 'vitest'
import { invalidPayload } from '../../../src/domain/kernel/rejection.js'
import { stateWithPlainMembers } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import {
  contextOf,
  at,
  cameBack,
  created,
  entering,
  firstInstant,
  foldOf,
  given,
  hasJoined,
  hasLeft,
  person,
  recorded,
  roomDriver,
  wentAway,
  act,
} from '../../kit/index.js'

const { nextTimer } = builtInModel

const [ann, bob, cy] = [person('ann'), person('bob'), person('cy')]
const graceMs = 15_000

describe('leaving', () => {
  const threeEntries: ReadonlyArray<RoomEvent> = [
    created,
    hasJoined(ann, 'chat', 'member'),
    hasJoined(ann, 'picker', 'broadcaster'),
    hasJoined(ann, 'mesh', 'peer'),
  ]
  const leave = (dialect: 'picker' | 'all') =>
    ({ type: 'leave', dialect, connection: ann.connection, reason: 'left' }) as const

  test('one protocol keeps the other entries', () => {
    given(...threeEntries)
      .when(contextOf(leave('picker'), ann.memberId))
      .then(hasLeft(ann, 'picker', 'broadcaster', 'left'))
    const state = foldOf(recorded([...threeEntries, hasLeft(ann, 'picker', 'broadcaster', 'left')]))
    expect(stateWithPlainMembers(state)).toMatchObject({
      members: {
        [ann.memberId]: { entries: { chat: { role: 'member', since: 2 }, mesh: { role: 'peer', since: 4 } } },
      },
    })
  })

  test('all protocols writes one event for each, in a fixed order', () => {
    given(...threeEntries)
      .when(contextOf(leave('all'), ann.memberId))
      .then(
        hasLeft(ann, 'picker', 'broadcaster', 'left'),
        hasLeft(ann, 'mesh', 'peer', 'left'),
        hasLeft(ann, 'chat', 'member', 'left'),
      )
  })

  test('the last protocol removes the member', () => {
    const state = foldOf(
      recorded<RoomEvent>([
        created,
        hasJoined(ann, 'picker', 'viewer'),
        hasLeft(ann, 'picker', 'viewer', 'left'),
      ]),
    )
    expect(stateWithPlainMembers(state)).toMatchObject({ members: {}, away: [] })
  })

  test('over an earlier connection of the member has no effect', () => {
    const returned = [created, hasJoined(ann, 'picker', 'viewer'), cameBack(ann, at(ann, 2))]
    given(...returned)
      .when(contextOf(leave('all'), ann.memberId))
      .thenNothing()
    given(...returned)
      .when(contextOf({ ...leave('all'), connection: at(ann, 2).connection }, ann.memberId))
      .then(hasLeft(ann, 'picker', 'viewer', 'left'))
    given(...returned)
      .when(contextOf({ ...leave('all'), connection: null, reason: 'removed' }, ann.memberId))
      .then(hasLeft(ann, 'picker', 'viewer', 'removed'))
  })
})

describe('a grace period', () => {
  test('keeps name and role until its instant, and then the timer ends it', () => {
    const driver = roomDriver()
    driver.send(entering(ann, 'picker', 'broadcaster'))
    const { memberId, connection } = ann
    driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs })
    driver.clock.advance(graceMs - 1)
    expect(stateWithPlainMembers(driver.state())).toMatchObject({
      members: { [memberId]: { name: 'ann', entries: { picker: { role: 'broadcaster' } } } },
    })
    driver.clock.advance(1)
    expect(driver.log().slice(2)).toMatchObject([
      wentAway(ann, firstInstant + graceMs),
      { ...hasLeft(ann, 'picker', 'broadcaster', 'expired'), at: firstInstant + graceMs, by: null },
    ])
  })

  test('is not extended by a second lost connection', () => {
    const { memberId, connection } = ann
    given(created, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + 10))
      .when(contextOf({ type: 'disconnect', memberId, connection, lost: true, graceMs }))
      .thenNothing()
  })

  test('ends before the grace periods of equal length that began later', () => {
    const driver = roomDriver()
    for (const member of [ann, bob, cy]) driver.send(entering(member, 'picker', 'viewer'))
    for (const { memberId, connection } of [cy, ann, bob]) {
      driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs })
    }
    driver.clock.advance(graceMs)
    const left = driver
      .log()
      .flatMap((event) => (event.type === 'room.member-left' ? [event.data.memberId] : []))
    expect(left).toEqual([cy.memberId, ann.memberId, bob.memberId])
  })

  test('ends before longer ones that began earlier', () => {
    const driver = roomDriver()
    for (const member of [ann, bob, cy]) driver.send(entering(member, 'picker', 'viewer'))
    for (const [index, { memberId, connection }] of [ann, bob, cy].entries()) {
      driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: graceMs - index })
    }
    expect(nextTimer(driver.state())).toEqual({
      at: firstInstant + graceMs - 2,
      command: { type: 'expire', memberId: cy.memberId },
    })
    driver.clock.advance(graceMs)
    const left = driver.log().filter(({ type }) => type === 'room.member-left')
    expect(left.map(({ at: instant }) => instant - firstInstant)).toEqual([graceMs - 2, graceMs - 1, graceMs])
  })

  test('ends before a tick of the same instant', () => {
    const driver = roomDriver()
    driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }))
    const { memberId, connection } = ann
    driver.send(act('random-picker', { type: 'start', members: [{ name: 'a' }] }), memberId)
    driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: 100 })
    expect(nextTimer(driver.state())).toEqual({
      at: firstInstant + 100,
      command: { type: 'expire', memberId },
    })
    driver.clock.advance(100)
    expect(
      driver
        .log()
        .slice(-2)
        .map(({ type }) => type),
    ).toEqual(['room.member-left', 'random-picker.highlight'])
  })
})

describe('after a restart', () => {
  test('every member is away and its grace period begins again', () => {
    given(
      created,
      hasJoined(ann, 'picker', 'viewer'),
      hasJoined(bob, 'picker', 'viewer'),
      wentAway(bob, firstInstant + 1),
    )
      .when(contextOf({ type: 'recover', graceMs }))
      .then(wentAway(ann, firstInstant + graceMs), wentAway(bob, firstInstant + graceMs))
  })

  test('a grace period that ended while the server was down begins again', () => {
    const driver = roomDriver()
    driver.send(entering(ann, 'picker', 'viewer'))
    const { memberId, connection } = ann
    driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs })
    driver.clock.standStill(10 * graceMs)
    driver.send({ type: 'recover', graceMs })
    driver.clock.advance(graceMs - 1)
    expect(stateWithPlainMembers(driver.state())).toMatchObject({
      members: { [memberId]: { presence: { type: 'away' } } },
    })
    driver.clock.advance(1)
    expect(stateWithPlainMembers(driver.state())).toMatchObject({ members: {} })
  })

  test('a second recovery at the same instant writes no event', () => {
    given(created, hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + graceMs))
      .when(contextOf({ type: 'recover', graceMs }))
      .thenNothing()
  })
})

describe('removing a member', () => {
  const withBroadcaster = [
    created,
    hasJoined(ann, 'picker', 'broadcaster'),
    hasJoined(bob, 'picker', 'viewer'),
    hasJoined(bob, 'mesh', 'peer'),
    hasJoined(cy, 'mesh', 'peer'),
  ] as const

  test('is allowed to the broadcaster, and ends the entry in the picker only', () => {
    given(...withBroadcaster)
      .when(contextOf({ type: 'expel', target: bob.memberId }, ann.memberId))
      .then(hasLeft(bob, 'picker', 'viewer', 'removed'))
    given(...withBroadcaster)
      .when(contextOf({ type: 'expel', target: ann.memberId }, bob.memberId))
      .thenRejected({ type: 'not-broadcaster' })
  })

  test('is rejected for a target that is not in the picker', () => {
    for (const target of [cy.memberId, person('__proto__').memberId]) {
      given(...withBroadcaster)
        .when(contextOf({ type: 'expel', target }, ann.memberId))
        .thenRejected({ type: 'target-not-found' })
    }
  })

  test('is rejected when the broadcaster is the target', () => {
    given(...withBroadcaster)
      .when(contextOf({ type: 'expel', target: ann.memberId }, ann.memberId))
      .thenRejected(invalidPayload('memberId', 'is your own; leave the room instead'))
  })
})

describe('resuming', () => {
  test('reconnects the member of the session and no other', () => {
    const past = [created, hasJoined(ann, 'picker', 'viewer'), hasJoined(bob, 'picker', 'viewer')]
    const { connection, session } = at(ann, 2)
    given(...past)
      .when(contextOf({ type: 'resume', memberId: ann.memberId, session, connection }))
      .then(cameBack(ann, at(ann, 2)))
    given(...past)
      .when(contextOf({ type: 'resume', memberId: bob.memberId, session, connection }))
      .thenRejected({ type: 'not-in-room' })
  })

  test('finds the member of the session without a member id', () => {
    const past = [created, hasJoined(ann, 'picker', 'viewer'), hasJoined(bob, 'picker', 'viewer')]
    const { connection, session } = at(bob, 2)
    given(...past)
      .when(contextOf({ type: 'resume', session, connection }))
      .then(cameBack(bob, at(bob, 2)))
    given(...past, cameBack(bob, at(bob, 2)))
      .when(contextOf({ type: 'resume', session, connection }))
      .thenNothing()
    given(created, hasJoined(ann, 'picker', 'viewer'))
      .when(contextOf({ type: 'resume', session, connection }))
      .thenRejected({ type: 'not-in-room' })
  })
})
