import assert from 'node:assert/strict'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { Decision, Member, RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInActivities, builtInModel } from '../../../src/plugins.js'
import type { Step } from '../../kit/index.js'
import { foldOf, played, roomDriver, seededEntropy, sessions, take, testRoom } from '../../kit/index.js'
import type { PickerCommand } from '../../../src/domain/activities/random-picker/index.js'
import type { ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import type { QuizCommand } from '../../../src/domain/activities/telequiz/index.js'
import type { Relay } from '../../../src/domain/activities/relay/index.js'

const { decide, nextTimer, evolve, schemaOf } = builtInModel

type BuiltInCommand = PickerCommand | ConnectFourCommand | QuizCommand | Relay

const throughJson = <Value>(value: Value): unknown => JSON.parse(JSON.stringify(value))

/** What deciding the same again gives, once the first time has written something. */
const secondTime = ({ ask: { command }, records }: Step): string => {
  const wrote = (type: string): boolean => records.some((record) => record.type === type)
  switch (command.type) {
    case 'enter':
    case 'disconnect':
    case 'resume':
    case 'recover':
    case 'expire':
    case 'activate':
      return 'nothing'
    case 'create':
      return 'room-exists'
    case 'leave':
      return 'not-in-room'
    case 'expel':
      return 'target-not-found'
    case 'deactivate':
      return 'activity-inactive'
    case 'fail':
      return 'nothing'
    case 'act':
      return secondCommand(command.command as BuiltInCommand, wrote)
  }
}

const secondCommand = (command: BuiltInCommand, wrote: (type: string) => boolean): string => {
  switch (command.type) {
    case 'start':
      return 'draw-running'
    case 'contribute':
      return 'entropy-given'
    case 'cancel':
      return 'no-draw'
    case 'tick':
      return 'nothing'
    case 'create':
      return wrote('connect-four.started') ? 'game-running' : 'nothing'
    case 'drop':
      if (wrote('connect-four.over')) return 'game-over'
      return command.ply === undefined ? 'not-your-turn' : 'stale-move'
    case 'resign':
      return 'game-over'
    case 'rematch':
      return wrote('connect-four.started') ? 'game-running' : 'nothing'
    case 'join':
    case 'play-thought':
    case 'give-up':
      return 'nothing'
    case 'start-quiz':
      return 'quiz-running'
    case 'give-answer':
      return 'question-answered'
    case 'close-question':
    case 'ask-next':
      return 'nothing'
    // What the engine does not understand it cannot know to be the same; command ids are for that.
    case 'relay':
      return 'the same again'
  }
}

const heard = (again: Decision, first: Decision): string => {
  if (again._tag === 'Left' && first._tag === 'Right')
    return again.left.type === 'activity-rejected' ? again.left.rejection.type : again.left.type
  if (again._tag === 'Right' && again.right.length === 0 && !isNothing(first)) return 'nothing'
  return JSON.stringify(again) === JSON.stringify(first) ? 'the same again' : 'something else'
}

const isNothing = (decision: Decision): boolean => decision._tag === 'Right' && decision.right.length === 0

test('there are sessions in which each activity gets somewhere', () => {
  const all = fc.sample(sessions, { seed: 1, numRuns: 150 }).flatMap((session) => played(session).log())
  const types: ReadonlySet<string> = new Set(all.map(({ type }) => type))
  for (const { name: activity, schemas: storage } of builtInActivities) {
    const missing = Object.keys(storage).filter((type) => !types.has(type))
    expect([activity, missing]).toEqual([activity, []])
  }
})

describe('any session of any people', () => {
  property.prop([sessions], { numRuns: 200 })(
    'is answered at every command, and nothing throws',
    (session) => {
      const steps = played(session).steps()
      const unanswered = steps.filter(({ decision, records }) =>
        decision._tag === 'Left' ? records.length > 0 : records.length !== decision.right.length,
      )
      const unknown = steps.flatMap(({ records }) =>
        records.filter(({ type }) => schemaOf(type) === undefined),
      )
      expect({ unanswered, unknown }).toEqual({ unanswered: [], unknown: [] })
    },
  )

  property.prop([sessions], { numRuns: 200 })('says a thing twice and is heard once', (session) => {
    for (const step of played(session).steps()) {
      const again = heard(decide(step.ask, step.after), step.decision)
      const expected = step.records.length === 0 ? 'the same again' : secondTime(step)
      if (again !== expected) expect({ ask: step.ask, again }).toEqual({ ask: step.ask, again: expected })
    }
  })

  property.prop([sessions])('leads to the state that its log folds to, at every record', (session) => {
    const driver = played(session)
    let state: RoomState = initial(testRoom)
    for (const { records, after } of driver.steps()) {
      for (const record of records) {
        // As it comes back from a store: the text and nothing that was only in memory.
        const read = throughJson(record) as RecordedEvent<RoomEvent>
        state = throughJson(evolve(state, read)) as RoomState
      }
      assert.deepStrictEqual(state, after)
    }
    assert.deepStrictEqual(foldOf(driver.log()), driver.state())
  })

  property.prop([sessions])(
    'has as members those who joined and have not left, by each way they came',
    (session) => {
      const ways = new Set<string>()
      for (const { records, after } of played(session).steps()) {
        for (const record of records) {
          if (record.type === 'room.member-joined') ways.add(wayOf(record.data))
          if (record.type === 'room.member-left') expect(ways.delete(wayOf(record.data))).toBe(true)
        }
        const present = membersOf(after).flatMap(({ id: memberId, entries }) => {
          expect(entries).not.toEqual({})
          return Object.keys(entries).map((dialect) => wayOf({ memberId, dialect }))
        })
        expect(present.sort()).toEqual([...ways].sort())
      }
    },
  )

  property.prop([sessions])(
    'never has two broadcasters, more peers than places, or a session twice',
    (session) => {
      for (const { after } of played(session).steps()) {
        if (after.phase === 'absent') continue
        const members = membersOf(after)
        const broadcasters = members.filter(({ entries }) => entries.picker?.role === 'broadcaster')
        const peers = members.filter(({ entries }) =>
          Object.values(entries).some(({ role }) => role === 'peer'),
        )
        const ties = members.map(({ secret }) => secret?.session)
        expect(broadcasters.length).toBeLessThanOrEqual(1)
        expect(peers.length).toBeLessThanOrEqual(after.maxPeers)
        expect(new Set(ties).size).toBe(members.length)
      }
    },
  )

  property.prop([sessions])('knows who is away, the first to expire first', (session) => {
    for (const { after } of played(session).steps()) {
      if (after.phase === 'absent') continue
      const away = valuesIn(after.members).flatMap(({ id, presence }) =>
        presence.type === 'away' ? [{ memberId: id, until: presence.until }] : [],
      )
      const inOrder = [...after.away].sort((left, right) => left.until - right.until)
      expect(after.away).toEqual(inOrder)
      expect(byId(after.away)).toEqual(byId(away))
    }
  })
})

describe('time', () => {
  property.prop([sessions])('is told in the order in which it was due, never before', (session) => {
    let last = -Infinity
    for (const { ask: context, dueAt } of played(session).steps()) {
      if (dueAt === null) continue
      expect(context.at).toBeGreaterThanOrEqual(dueAt)
      expect(dueAt).toBeGreaterThanOrEqual(last)
      last = dueAt
    }
  })

  property.prop([sessions])(
    'has one timer in a room at most, and never for an instant that is past',
    (session) => {
      const driver = roomDriver()
      for (const turn of session.turns) {
        take(driver, turn)
        const next = nextTimer(driver.state())
        expect(driver.clock.pending()).toEqual(next === undefined ? [] : [next.at])
        if (next !== undefined) expect(next.at).toBeGreaterThanOrEqual(driver.clock.now())
      }
    },
  )

  property.prop([
    sessions,
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
  ])('that passes at once is time that passes in parts', (session, cuts) => {
    const atOnce = roomDriver({ entropy: seededEntropy(session.seed) })
    const inParts = roomDriver({ entropy: seededEntropy(session.seed) })
    for (const [place, turn] of session.turns.entries()) {
      const part = Math.floor(turn.waitMs * (cuts[place % cuts.length] ?? 0))
      atOnce.clock.advance(turn.waitMs)
      inParts.clock.advance(part)
      inParts.clock.advance(turn.waitMs - part)
      atOnce.send(turn.command, turn.by, turn.cause)
      inParts.send(turn.command, turn.by, turn.cause)
    }
    expect(inParts.log()).toEqual(atOnce.log())
    expect(inParts.state()).toEqual(atOnce.state())
  })

  property.prop([sessions])('that nobody uses ends: in the end nothing is due', (session) => {
    const driver = played(session)
    driver.clock.advance(longestQuizMs)
    expect(nextTimer(driver.state())).toBeUndefined()
    expect(driver.clock.pending()).toEqual([])
  })
})

/** A hundred questions of five minutes, with pauses: nothing that a room may do takes longer. */
const longestQuizMs = 100 * 310_000

const membersOf = (state: RoomState): ReadonlyArray<Member> =>
  state.phase === 'absent' ? [] : valuesIn(state.members)

const wayOf = ({ memberId, dialect }: { readonly memberId: string; readonly dialect: string }): string =>
  `${memberId} by ${dialect}`

const byId = <Entry extends { readonly memberId: string }>(
  entries: ReadonlyArray<Entry>,
): ReadonlyArray<Entry> => [...entries].sort((left, right) => (left.memberId < right.memberId ? -1 : 1))
