import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import * as E from '#fp/Either'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { entryIn, findIn, valuesIn } from '../../../src/domain/kernel/table.js'
import type { Member, RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Session } from '../../kit/index.js'
import { entering, everybody, played, roomDriver, sessions, testRoom, tokens } from '../../kit/index.js'

const { evolve } = builtInModel

/** The role of each entry, by member id and protocol. */
type Roles = Map<string, string>

/** Applies the events of one record, and expects each to agree with the events before it. */
const applyRecord = (roles: Roles, record: RecordedEvent<RoomEvent>): void => {
  const { type } = record
  if (type !== 'room.member-joined' && type !== 'room.member-left' && type !== 'room.role-changed') return
  const entry = `${record.data.memberId} ${record.data.dialect}`
  if (type === 'room.member-joined') {
    expect(roles.has(entry)).toBe(false)
    roles.set(entry, record.data.role)
    return
  }
  expect(roles.get(entry)).toBe(type === 'room.member-left' ? record.data.role : record.data.from)
  if (type === 'room.member-left') roles.delete(entry)
  else roles.set(entry, record.data.to)
}

const membersOf = (state: RoomState): ReadonlyArray<Member> =>
  state.phase === 'absent' ? [] : valuesIn(state.members)

const rolesIn = (state: RoomState): Roles =>
  new Map(
    membersOf(state).flatMap(({ id, entries }) =>
      Object.entries(entries).map(([protocol, { role }]) => [`${id} ${protocol}`, role] as const),
    ),
  )

const sorted = (roles: Roles): ReadonlyArray<string> =>
  [...roles].map(([entry, role]) => `${entry} ${role}`).sort()

/** The member ids of all peers. */
const peersIn = (state: RoomState): ReadonlyArray<string> =>
  membersOf(state).flatMap(({ id, entries }) =>
    Object.values(entries).some(({ role }) => role === 'peer' || role === 'user') ? [id] : [],
  )

/** The state after each record of a session. */
const statesOf = (
  session: Session,
): ReadonlyArray<{ readonly record: RecordedEvent<RoomEvent>; readonly after: RoomState }> => {
  let state = initial(testRoom)
  return played(session)
    .log()
    .map((record) => {
      state = evolve(state, record)
      return { record, after: state }
    })
}

describe('a room in any session', () => {
  test.prop([sessions])('has the entries and roles of its log, after every record', (session) => {
    const roles: Roles = new Map()
    for (const { record, after } of statesOf(session)) {
      applyRecord(roles, record)
      expect(sorted(rolesIn(after))).toEqual(sorted(roles))
      for (const { entries } of membersOf(after)) expect(entries).not.toEqual({})
    }
  })

  test.prop([sessions])(
    'never exceeds its peer slots, and rejects a peer only if all are taken',
    (session) => {
      for (const { after } of statesOf(session)) {
        if (after.phase !== 'absent') expect(peersIn(after).length).toBeLessThanOrEqual(after.maxPeers)
      }
      for (const { before, decision } of played(session).steps()) {
        if (E.isRight(decision) || decision.left.type !== 'room-full' || before.phase === 'absent') continue
        const peers = peersIn(before)
        expect(peers).toHaveLength(before.maxPeers)
        expect(before.away.filter(({ memberId }) => peers.includes(memberId))).toEqual([])
      }
    },
  )

  test.prop([sessions])('never has two broadcasters, or two members of one session', (session) => {
    for (const { after } of played(session).steps()) {
      const members = membersOf(after)
      const broadcasters = members.filter(({ entries }) => entries.picker?.role === 'broadcaster')
      expect(broadcasters.length).toBeLessThanOrEqual(1)
      expect(new Set(members.map(({ secret }) => secret?.session)).size).toBe(members.length)
    }
  })

  test.prop([fc.array(fc.tuple(fc.constantFrom(...everybody), fc.nat(300), fc.nat(2_000), fc.boolean()))])(
    'lists the members that are away, the first to expire first',
    (losses) => {
      const driver = roomDriver()
      for (const person of everybody) driver.send(entering(person, 'native', 'member'))
      for (const [person, waitMs, graceMs, resumes] of losses) {
        const { memberId, session, connection } = person
        driver.clock.advance(waitMs)
        driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs })
        if (resumes) driver.send({ type: 'resume', memberId, session, connection })
        const state = driver.state()
        const away = membersOf(state).flatMap(({ id, presence }) =>
          presence.type === 'away' ? [{ memberId: id, until: presence.until }] : [],
        )
        expect(state.phase === 'absent' ? [] : state.away.map(({ until }) => until)).toEqual(
          away.map(({ until }) => until).sort((left, right) => left - right),
        )
        expect(state).toMatchObject({ away: expect.arrayContaining(away) })
      }
    },
  )

  test.prop([sessions])('accepts a new member into a private room only with its token', (session) => {
    let token: string | null = null
    for (const { context, before, records } of played(session).steps()) {
      const { command } = context
      if (command.type !== 'enter' && command.type !== 'create') continue
      if (records.some(({ type }) => type === 'room.created')) {
        token = command.token
        continue
      }
      if (command.type !== 'enter' || before.phase === 'absent' || !before.isPrivate || records.length === 0)
        continue
      const isMember =
        entryIn(before.members, command.memberId) !== undefined ||
        findIn(before.members, ({ secret }) => secret?.session === command.session) !== undefined
      if (!isMember) expect(command.token).toBe(token)
    }
  })

  test.prop([sessions])('has no token in its log or its state', (session) => {
    const driver = played(session)
    const text = JSON.stringify([driver.log(), driver.state()])
    for (const token of Object.values(tokens)) expect(text).not.toContain(token)
  })
})
