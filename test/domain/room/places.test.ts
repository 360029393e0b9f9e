import { test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import * as E from '#fp/Either'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import { entryIn, findIn, valuesIn } from '../../../src/domain/kernel/table.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Session } from '../../kit/index.js'
import { played, sessions, testRoom, tokens } from '../../kit/index.js'

const { evolve } = builtInModel

/** Who is in by which dialect and in which role, as the comings and goings alone say it. */
type Entries = Map<string, string>

const counted = (entries: Entries, record: RoomRecord): void => {
  const { type } = record
  if (type !== 'room.member-joined' && type !== 'room.member-left' && type !== 'room.role-changed') return
  const entry = `${record.data.memberId} ${record.data.dialect}`
  // Nobody comes in twice by the same door, and nobody goes out by one through which it has not come.
  if (type === 'room.member-joined') {
    expect(entries.has(entry)).toBe(false)
    entries.set(entry, record.data.role)
    return
  }
  expect(entries.get(entry)).toBe(type === 'room.member-left' ? record.data.role : record.data.from)
  if (type === 'room.member-left') entries.delete(entry)
  else entries.set(entry, record.data.to)
}

const entriesIn = (state: RoomState): Entries =>
  new Map(
    state.phase === 'absent'
      ? []
      : valuesIn(state.members).flatMap(({ id, entries }) =>
          Object.entries(entries).map(([dialect, { role }]) => [`${id} ${dialect}`, role] as const),
        ),
  )

const sorted = (entries: Entries): ReadonlyArray<string> =>
  [...entries].map(([entry, role]) => `${entry} ${role}`).sort()

/** Each record by itself, with the state that it led to. */
const stepsOf = (
  session: Session,
): ReadonlyArray<{ readonly record: RoomRecord; readonly after: RoomState }> => {
  let state = initial(testRoom)
  return played(session)
    .log()
    .map((record) => {
      state = evolve(state, record)
      return { record, after: state }
    })
}

describe('whatever happens in a room', () => {
  test.prop([sessions])(
    'its members are those who came less those who went, after every record',
    (session) => {
      const entries: Entries = new Map()
      for (const { record, after } of stepsOf(session)) {
        counted(entries, record)
        expect(sorted(entriesIn(after))).toEqual(sorted(entries))
      }
    },
  )

  test.prop([sessions])(
    'it never has more peers than places, and refuses one only when all are taken',
    (session) => {
      const peersIn = (state: RoomState): ReadonlyArray<string> => {
        const peers = [...entriesIn(state)].filter(([, role]) => role === 'peer' || role === 'user')
        return [...new Set(peers.map(([entry]) => entry.slice(0, entry.lastIndexOf(' '))))]
      }
      for (const { after } of stepsOf(session)) {
        if (after.phase !== 'absent') expect(peersIn(after).length).toBeLessThanOrEqual(after.maxPeers)
      }
      for (const { before, decision } of played(session).steps()) {
        if (E.isRight(decision) || decision.left.type !== 'room-full' || before.phase === 'absent') continue
        const peers = peersIn(before)
        expect(peers).toHaveLength(before.maxPeers)
        const isAway = ({ memberId }: { readonly memberId: string }): boolean => peers.includes(memberId)
        expect(before.away.filter(isAway)).toEqual([])
      }
    },
  )

  test.prop([sessions])(
    'nobody comes into a private room without its token, and no log has it',
    (session) => {
      const driver = played(session)
      let token: string | null = null
      for (const { ask: context, before, records } of driver.steps()) {
        const { command } = context
        if (command.type !== 'enter' && command.type !== 'create') continue
        if (records.some(({ type }) => type === 'room.created')) {
          token = command.token
          continue
        }
        if (
          command.type !== 'enter' ||
          before.phase === 'absent' ||
          !before.isPrivate ||
          records.length === 0
        )
          continue
        const isIn =
          entryIn(before.members, command.memberId) !== undefined ||
          findIn(before.members, ({ secret }) => secret?.session === command.session) !== undefined
        if (!isIn) expect(command.token).toBe(token)
      }
      const log = JSON.stringify(driver.log())
      for (const secret of Object.values(tokens)) expect(log).not.toContain(secret)
    },
  )
})
