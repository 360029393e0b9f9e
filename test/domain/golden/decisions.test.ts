import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/domain/kernel/bytes.js'
import type { CommandContext } from '../../../src/domain/kernel/command-context.js'
import type { AccessDenialCause } from '../../../src/domain/kernel/rejection.js'
import type { Decision, RoomCommand } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { foldOf, played, recorded, sessions, testRoom } from '../../kit/index.js'
import { goldenLines } from './files.js'

const { decide } = builtInModel

/** A decision with its whole input, except the state: the decisions before it lead to that. */
interface Line {
  readonly session: number
  readonly ask: Omit<CommandContext<RoomCommand>, 'random'> & { readonly random: string }
  readonly decision: Decision
}

const record = (): ReadonlyArray<Line> =>
  fc.sample(sessions, { seed: 20_260_101, numRuns: 9 }).flatMap((session, number) =>
    played(session)
      .steps()
      .map(({ context, decision }) => ({
        session: number,
        ask: { ...context, random: toHex(context.random) },
        decision,
      })),
  )

/** The causes of the rejections `access-denied`, by line number: the recording is older than the field `cause`. */
const missingCauses: Readonly<Record<number, AccessDenialCause>> = {
  50: 'token',
  51: 'token',
  52: 'token',
  56: 'token',
  69: 'token',
  75: 'token',
  81: 'token',
}

/** The recording is older than the wrapper of a rejection that an activity gave. */
const withoutWrapper = (decision: Decision): unknown =>
  decision._tag === 'Left' && decision.left.type === 'activity-rejected'
    ? { _tag: 'Left', left: decision.left.rejection }
    : decision

const lacksCause = ({ decision }: Line): boolean =>
  decision._tag === 'Left' && decision.left.type === 'access-denied' && !('cause' in decision.left)

const expectedDecision = (line: Line, lineNumber: number): unknown =>
  lacksCause(line)
    ? { _tag: 'Left', left: { type: 'access-denied', cause: missingCauses[lineNumber] } }
    : line.decision

test('every recorded command is decided as it was recorded, with the same events or rejection', () => {
  const lines = goldenLines('decisions.ndjson', record)
  expect(lines.length).toBeGreaterThan(150)
  const withoutCause = lines.flatMap((line, index) => (lacksCause(line) ? [index + 1] : []))
  expect(withoutCause).toEqual(Object.keys(missingCauses).map(Number))
  let state = initial(testRoom)
  let session = -1
  let seq = 0
  for (const [index, line] of lines.entries()) {
    if (line.session !== session) {
      state = initial(testRoom)
      session = line.session
      seq = 0
    }
    const decision = decide({ ...line.ask, random: fromHex(line.ask.random) }, state)
    expect(JSON.parse(JSON.stringify(withoutWrapper(decision))), `line ${index + 1}`).toStrictEqual(
      expectedDecision(line, index + 1),
    )
    const { at, by, cause } = line.ask
    const records = recorded(decision._tag === 'Right' ? decision.right : [], seq, { at, by, cause })
    state = foldOf(records, state)
    seq += records.length
  }
})
