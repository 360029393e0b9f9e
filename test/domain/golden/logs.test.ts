import { describe, expect, test } from 'vitest'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { schemas as roomSchemas } from '../../../src/domain/room/events.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInActivities, builtInModel } from '../../../src/plugins.js'
import { foldOf, person, testRoom } from '../../kit/index.js'
import { digestOf, golden, goldenLines, goldenNames, goldenValue } from './files.js'
import { goldenSessions } from './sessions.js'

const { redactEvent, redactState } = builtInModel

type Log = ReadonlyArray<RecordedEvent<RoomEvent>>

/** What every later version must compute from a log. */
interface Outcome {
  readonly records: number
  readonly state: string
  /** A digest over the digest of the state after each record. */
  readonly prefixes: string
  readonly operatorSees: string
  readonly memberWasShown: string
}

const operator: Viewer = { type: 'operator' }
const member: Viewer = { type: 'member', id: person('bob').memberId }

const outcomeOf = (log: Log): Outcome => {
  let state = initial(log[0]?.room ?? testRoom)
  const prefixes: Array<string> = []
  for (const record of log) {
    state = foldOf([record], state)
    prefixes.push(digestOf(state))
  }
  return {
    records: log.length,
    state: digestOf(state),
    prefixes: digestOf(prefixes),
    operatorSees: digestOf(redactState(operator, state)),
    memberWasShown: digestOf(log.map((record) => redactEvent(member, record) ?? null)),
  }
}

const logOf = (name: string): Log =>
  goldenLines<RecordedEvent<RoomEvent>>(`${name}.log.ndjson`, () => goldenSessions[name]?.() ?? [])

// Missing files are recorded before the folder is listed for `test.each`.
for (const name of Object.keys(goldenSessions)) {
  const log = logOf(name)
  goldenValue<Outcome>(`${name}.outcome.json`, () => outcomeOf(log))
}

describe('a recorded log', () => {
  test.each(goldenNames('.log.ndjson'))('leads to the recorded states and views: %s', (name) => {
    const expected: unknown = JSON.parse(golden(`${name}.outcome.json`))
    expect(outcomeOf(logOf(name))).toEqual(expected)
  })

  test.each(Object.keys(goldenSessions))('is what the current rules write: %s', (name) => {
    const today: unknown = JSON.parse(JSON.stringify(goldenSessions[name]?.()))
    expect(today).toEqual(logOf(name))
  })

  test('exists for every event type', () => {
    const recordedTypes = goldenNames('.log.ndjson').flatMap((name) => logOf(name).map(({ type }) => type))
    const all = [roomSchemas, ...builtInActivities.map(({ schemas }) => schemas)].flatMap(Object.keys)
    expect([...new Set(recordedTypes)].sort()).toEqual([...new Set(all)].sort())
  })
})

test('the model has the recorded fingerprint, which must change when a fold changes', () => {
  expect(builtInModel.fingerprint).toBe(goldenValue('fingerprint.json', () => builtInModel.fingerprint))
})
