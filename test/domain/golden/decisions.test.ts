import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/domain/kernel/bytes.js'
import type { CommandContext } from '../../../src/domain/kernel/command-context.js'
import type { Decision, RoomCommand } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { foldOf, played, recorded, sessions, testRoom } from '../../kit/index.js'
import { goldenLines } from './files.js'

const { decide } = builtInModel

/** One decision with all that it was made from but the state, which the decisions before it lead to. */
interface Line {
  readonly session: number
  readonly ask: Omit<CommandContext<RoomCommand>, 'random'> & { readonly random: string }
  readonly decision: Decision
}

const record = (): ReadonlyArray<Line> =>
  fc.sample(sessions, { seed: 20_260_101, numRuns: 9 }).flatMap((session, number) =>
    played(session)
      .steps()
      .map(({ ask: context, decision }) => ({
        session: number,
        ask: { ...context, random: toHex(context.random) },
        decision,
      })),
  )

/**
 * The recorded form of a decision: the recording is older than the cause of a denied access, and has the rejections of
 * activities without the room's wrapper.
 */
const recordedForm = (decision: Decision): unknown => {
  if (decision._tag === 'Right') return decision
  const { left } = decision
  if (left.type === 'access-denied') return { ...decision, left: { type: 'access-denied' } }
  return left.type === 'activity-rejected' ? { ...decision, left: left.rejection } : decision
}

test('what was decided once is decided again: the same events, the same refusals', () => {
  const lines = goldenLines('decisions.ndjson', record)
  expect(lines.length).toBeGreaterThan(150)
  let state = initial(testRoom)
  let session = -1
  let seq = 0
  for (const line of lines) {
    if (line.session !== session) {
      state = initial(testRoom)
      session = line.session
      seq = 0
    }
    const decision = decide({ ...line.ask, random: fromHex(line.ask.random) }, state)
    expect(recordedForm(JSON.parse(JSON.stringify(decision)))).toEqual(line.decision)
    const { at, by, cause } = line.ask
    const records = recorded(decision._tag === 'Right' ? decision.right : [], seq, { at, by, cause })
    state = foldOf(records, state)
    seq += records.length
  }
})
