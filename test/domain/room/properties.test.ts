import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { Decision, RoomEvent, RoomState } from '../../../src/domain/room/index.js'
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

/** The outcome of a repeated command whose first decision has written events. */
const repeatedOutcome = ({ context: { command }, records }: Step): string => {
  const hasWritten = (type: string): boolean => records.some((record) => record.type === type)
  switch (command.type) {
    case 'enter':
    case 'disconnect':
    case 'resume':
    case 'recover':
    case 'expire':
    case 'reauthorize':
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
      return repeatedModuleOutcome(command.command as BuiltInCommand, hasWritten)
  }
}

const repeatedModuleOutcome = (command: BuiltInCommand, hasWritten: (type: string) => boolean): string => {
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
      return hasWritten('connect-four.started') ? 'game-running' : 'nothing'
    case 'drop':
      if (hasWritten('connect-four.over')) return 'game-over'
      return command.ply === undefined ? 'not-your-turn' : 'stale-move'
    case 'resign':
      return 'game-over'
    case 'rematch':
      return hasWritten('connect-four.started') ? 'game-running' : 'nothing'
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
    // The relay does not understand its events; clients use command ids against repetition.
    case 'relay':
      return 'the same'
  }
}

const outcomeOf = (again: Decision, first: Decision): string => {
  if (again._tag === 'Left' && first._tag === 'Right')
    return again.left.type === 'activity-rejected' ? again.left.rejection.type : again.left.type
  if (again._tag === 'Right' && again.right.length === 0 && !isNothing(first)) return 'nothing'
  return JSON.stringify(again) === JSON.stringify(first) ? 'the same' : 'other'
}

const isNothing = (decision: Decision): boolean => decision._tag === 'Right' && decision.right.length === 0

test('the sessions contain every event type of every activity', () => {
  const all = fc.sample(sessions, { seed: 1, numRuns: 150 }).flatMap((session) => played(session).log())
  const types: ReadonlySet<string> = new Set(all.map(({ type }) => type))
  for (const { name: activity, schemas } of builtInActivities) {
    const missing = Object.keys(schemas).filter((type) => !types.has(type))
    expect([activity, missing]).toEqual([activity, []])
  }
})

describe('in any session', () => {
  property.prop([sessions], { numRuns: 200 })('every command is answered, and nothing throws', (session) => {
    const steps = played(session).steps()
    const unanswered = steps.filter(({ decision, records }) =>
      decision._tag === 'Left' ? records.length > 0 : records.length !== decision.right.length,
    )
    const unknown = steps.flatMap(({ records }) => records.filter(({ type }) => schemaOf(type) === undefined))
    expect({ unanswered, unknown }).toEqual({ unanswered: [], unknown: [] })
  })

  property.prop([sessions], { numRuns: 200 })('a repeated command writes its events once', (session) => {
    for (const step of played(session).steps()) {
      const outcome = outcomeOf(decide(step.context, step.after), step.decision)
      const expected = step.records.length === 0 ? 'the same' : repeatedOutcome(step)
      if (outcome !== expected) expect({ step, outcome }).toEqual({ step, outcome: expected })
    }
  })

  property.prop([sessions])('the state equals the fold of the log, at every record', (session) => {
    const driver = played(session)
    let state: RoomState = initial(testRoom)
    for (const { records, after } of driver.steps()) {
      for (const record of records) {
        // Through JSON, as a store returns it.
        const stored = throughJson(record) as RecordedEvent<RoomEvent>
        state = throughJson(evolve(state, stored)) as RoomState
      }
      assert.deepStrictEqual(state, after)
    }
    assert.deepStrictEqual(foldOf(driver.log()), driver.state())
  })
})

describe('the timer of a room', () => {
  property.prop([sessions])('gives its commands in order, and none before its instant', (session) => {
    let last = -Infinity
    for (const { context, dueAt } of played(session).steps()) {
      if (dueAt === null) continue
      expect(context.at).toBeGreaterThanOrEqual(dueAt)
      expect(dueAt).toBeGreaterThanOrEqual(last)
      last = dueAt
    }
  })

  property.prop([sessions])('is scheduled at most once, and never for an instant in the past', (session) => {
    const driver = roomDriver()
    for (const turn of session.turns) {
      take(driver, turn)
      const next = nextTimer(driver.state())
      expect(driver.clock.pending()).toEqual(next === undefined ? [] : [next.at])
      if (next !== undefined) expect(next.at).toBeGreaterThanOrEqual(driver.clock.now())
    }
  })

  property.prop([
    sessions,
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
  ])('gives the same log if time passes at once or in parts', (session, cuts) => {
    const atOnce = roomDriver({ entropy: seededEntropy(session.seed) })
    const inParts = roomDriver({ entropy: seededEntropy(session.seed) })
    for (const [index, turn] of session.turns.entries()) {
      const part = Math.floor(turn.waitMs * (cuts[index % cuts.length] ?? 0))
      atOnce.clock.advance(turn.waitMs)
      inParts.clock.advance(part)
      inParts.clock.advance(turn.waitMs - part)
      atOnce.send(turn.command, turn.by, turn.cause)
      inParts.send(turn.command, turn.by, turn.cause)
    }
    expect(inParts.log()).toEqual(atOnce.log())
    expect(inParts.state()).toEqual(atOnce.state())
  })

  property.prop([sessions])('ends if no member sends commands', (session) => {
    const driver = played(session)
    driver.clock.advance(longestQuizMs)
    expect(nextTimer(driver.state())).toBeUndefined()
    expect(driver.clock.pending()).toEqual([])
  })
})

/** A hundred questions of five minutes, with pauses: no activity of a room takes longer. */
const longestQuizMs = 100 * 310_000
