import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  emptyQuizRoom,
  evolveQuizRoom,
  type QuizRoom,
  type QuizRoomSignal,
} from '../../../src/client/quiz/quiz-room.js'
import type { QuizJoined, RoomView, ShownEvent } from '../../../src/client/quiz/quiz-wire.js'
import { ranking } from '../../../src/client/quiz/ranking.js'
import type { QuizState } from '../../../src/domain/activities/telequiz/index.js'
import { initial as noQuiz } from '../../../src/domain/activities/telequiz/state.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { Room } from '../../../src/domain/room/index.js'
import { stateWithPlainMembers } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { shownEvent } from '../../../src/infrastructure/protocols/shown-event.js'
import { everybody, played, sessions, type RoomDriver } from '../../kit/index.js'

const { redactState } = builtInModel

/** As JSON. */
const written = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value))

/** The answer to a join of a recorded room after `seq`; `null` if the member is not in the room then. */
const joinedAt = (driver: RoomDriver, id: string, seq: number, after: number): QuizJoined | undefined => {
  const state = stateAt(driver, seq)
  if (state === undefined || state.phase === 'absent') return undefined
  const member = entryIn(state.members, id)
  if (member === undefined) return undefined
  return {
    room: state.id,
    memberId: member.id,
    epoch: 'epoch-1',
    seq,
    recovered: 'resumed',
    state: viewOf(state, id),
    missed: shownTo(driver, id, Math.max(after, member.since - 1), seq),
  }
}

const viewOf = (state: Room, id: string): RoomView => {
  const view: unknown = written(
    stateWithPlainMembers(redactState({ type: 'member', id: memberId(id) }, state)),
  )
  if (!isRoomView(view)) throw new Error('a room has members')
  return view
}

const isRoomView = (view: unknown): view is RoomView =>
  typeof view === 'object' && view !== null && 'members' in view && 'modules' in view

const stateAt = (driver: RoomDriver, seq: number) =>
  driver.steps().findLast(({ records }) => records.at(-1)?.seq === seq)?.after

const shownTo = (driver: RoomDriver, id: string, after: number, to: number): ReadonlyArray<ShownEvent> =>
  driver
    .log()
    .filter(({ seq }) => seq > after && seq <= to)
    .flatMap((record) => shownEvent({ type: 'member', id: memberId(id) }, record, builtInModel) ?? [])
    .map(written)

const seen = (signals: ReadonlyArray<QuizRoomSignal>, from = emptyQuizRoom): QuizRoom =>
  signals.reduce(evolveQuizRoom, from)

const live = (events: ReadonlyArray<ShownEvent>): ReadonlyArray<QuizRoomSignal> =>
  events.map((event) => ({ type: 'event', event }))

/** The part that is in the state; former members and earlier answers are only in the events. */
const fromState = ({ people, isActive, quiz, me }: QuizRoom) => ({
  people: new Set(people),
  isActive,
  quiz,
  me,
})

describe('a room with a quiz, as its member sees it', () => {
  const whoever = fc.constantFrom(...everybody.map((one) => String(one.memberId)))

  property.prop([sessions, whoever, fc.nat(), fc.nat()])(
    'has the same state by events since any join as by a later join',
    (session, id, some, other) => {
      const driver = played(session)
      const ends = driver.steps().flatMap(({ records }) => records.at(-1)?.seq ?? [])
      if (ends.length === 0) return
      const [from, to] = [ends[some % ends.length] ?? 0, ends[other % ends.length] ?? 0].toSorted(
        (a, b) => a - b,
      )
      if (from === undefined || to === undefined) return
      const join = joinedAt(driver, id, from, from)
      const later = joinedAt(driver, id, to, to)
      if (join === undefined || later === undefined) return
      const since = entryIn(roomAt(driver, to).members, id)?.since ?? 0
      // It has left meanwhile and is a new member now.
      if (since > from) return
      const all = seen([{ type: 'joined', result: join }, ...live(shownTo(driver, id, from, to))])
      assert.deepStrictEqual(fromState(all), fromState(seen([{ type: 'joined', result: later }])))
    },
  )

  property.prop([sessions, whoever, fc.array(fc.nat(), { maxLength: 4 }), fc.nat()])(
    'is the same with any lost connections and repeated events',
    (session, id, cuts, again) => {
      const driver = played(session)
      const ends = driver.steps().flatMap(({ records }) => records.at(-1)?.seq ?? [])
      const since = ends.find((seq) => joinedAt(driver, id, seq, seq) !== undefined)
      const first = since === undefined ? undefined : joinedAt(driver, id, since, since)
      if (since === undefined || first === undefined) return
      const stays = ends.filter((seq) => seq >= since && stayedTo(driver, id, since, seq))
      const last = stays.at(-1) ?? since
      const through = seen([{ type: 'joined', result: first }, ...live(shownTo(driver, id, since, last))])
      let interrupted = seen([{ type: 'joined', result: first }])
      const back = cuts.map((cut) => stays[cut % stays.length] ?? since).toSorted((a, b) => a - b)
      for (const seq of [...back, last]) {
        const result = joinedAt(driver, id, seq, interrupted.seq)
        if (result !== undefined) interrupted = seen([{ type: 'joined', result }], interrupted)
        const repeated = shownTo(driver, id, since, seq).slice(-(again % 20) - 1)
        interrupted = seen(live(repeated), interrupted)
      }
      // A join gives the position of the log, whose last event may be hidden from this member: another's answer.
      assert.equal(interrupted.seq, last)
      assert.deepStrictEqual(
        { ...interrupted, epoch: null, seq: through.seq, formerPeople: new Set(interrupted.formerPeople) },
        { ...through, epoch: null, formerPeople: new Set(through.formerPeople) },
      )
    },
  )
})

const roomAt = (driver: RoomDriver, seq: number): Room => {
  const state = stateAt(driver, seq)
  if (state === undefined || state.phase === 'absent') throw new Error('the room is there')
  return state
}

const stayedTo = (driver: RoomDriver, id: string, from: number, to: number): boolean => {
  const state = stateAt(driver, to)
  if (state === undefined || state.phase === 'absent') return false
  const member = entryIn(state.members, id)
  return member !== undefined && member.since <= from
}

const asked = { number: 1, of: 1, text: 'Ready?', choices: ['yes', 'no'], openedAt: 0, closesAt: 1_000 }

const joining = (id: string, quiz: QuizState): Extract<QuizRoomSignal, { readonly type: 'joined' }> => ({
  type: 'joined',
  result: {
    room: 'friday',
    memberId: memberId(id),
    epoch: 'one',
    seq: 9,
    recovered: 'new',
    state: {
      members: Object.fromEntries(
        ['host', 'bob', 'cy'].map((one) => [
          one,
          {
            id: memberId(one),
            name: one,
            userId: null,
            entries: { native: { role: 'member', since: 1 } },
            presence: { type: 'connected' },
          },
        ]),
      ),
      modules: { telequiz: { active: true, state: quiz } },
    },
    missed: [],
  },
})

const open: QuizState = {
  ...noQuiz,
  host: { member: memberId('host'), userId: null },
  phase: { type: 'asking', question: asked, answers: [] },
}

describe('a host', () => {
  const host = seen([joining('host', open)])

  test('counts each member who signals an answer to the open question once, and no outsider', () => {
    const said = (from: string, question: number): QuizRoomSignal => ({
      type: 'answered-signal',
      from,
      question,
    })
    const after = seen(
      [said('bob', 1), said('bob', 1), said('cy', 2), said('nobody', 1), said('cy', 1)],
      host,
    )
    expect(after.answeredIds).toEqual(['bob', 'cy'])
  })

  test('counts from zero for the next question', () => {
    const counted = seen([{ type: 'answered-signal', from: 'bob', question: 1 }], host)
    const next: ShownEvent = {
      room: roomId('friday'),
      seq: 10,
      at: 2_000,
      type: 'telequiz.question',
      data: { number: 2, of: 2, text: 'And now?', choices: ['yes', 'no'], closesAt: 3_000 },
    }
    expect(seen(live([next]), counted).answeredIds).toEqual([])
  })
})

test('a room whose log was reset keeps the former members, whose names its table needs', () => {
  const former = { id: 'dee', user: 'dee', name: 'Dee', isAway: false, entries: [] }
  const before = { ...seen([joining('cy', open)]), formerPeople: [former] }
  const result = { ...joining('cy', open).result, epoch: 'epoch-2', recovered: 'reset' as const }
  expect(seen([{ type: 'joined', result }], before).formerPeople).toEqual([former])
})

describe('a table', () => {
  test('gives equal scores one place, skips the next, and names former members', () => {
    const table = [
      { user: 'bob', score: 900 },
      { user: 'cy', score: 700 },
      { user: 'dee', score: 700 },
      { user: 'eve', score: 0 },
    ]
    const room = seen([joining('cy', { ...open, table })])
    const formerPeople = [{ id: 'dee', user: 'dee', name: 'Dee', isAway: false, entries: [] }]
    expect(ranking({ ...room, formerPeople })).toEqual([
      { user: 'bob', name: 'bob', score: 900, place: 1, isOwn: false },
      { user: 'cy', name: 'cy', score: 700, place: 2, isOwn: true },
      { user: 'dee', name: 'Dee', score: 700, place: 2, isOwn: false },
      { user: 'eve', name: null, score: 0, place: 4, isOwn: false },
    ])
  })
})
