import fc from 'fast-check'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import { describe, expect, test } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Encoder, Recipients } from '../../../src/application/ports/encoder.js'
import { encodeRecord } from '../../../src/application/sessions/encoded-emit.js'
import { connectFour } from '../../../src/infrastructure/protocols/connect-four/index.js'
import { mesh } from '../../../src/infrastructure/protocols/mesh/index.js'
import { native } from '../../../src/infrastructure/protocols/native/index.js'
import { party } from '../../../src/infrastructure/protocols/party/index.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { played, sessions } from '../../kit/index.js'
import { goldenLines, goldenNames } from '../../domain/golden/files.js'

const { evolve } = builtInModel

const encoders: ReadonlyArray<Encoder> = [picker, mesh, party, connectFour, native].map(({ encoderFor }) =>
  encoderFor(builtInModel),
)

interface GoldenEmit {
  readonly to: object
  readonly event: string
  readonly payload: object
}

interface Step {
  readonly record: RoomRecord
  readonly before: RoomState
  readonly after: RoomState
}

const stepsOf = (log: ReadonlyArray<RoomRecord>): ReadonlyArray<Step> => {
  const [first] = log
  if (first === undefined) return []
  let state = initial(first.room)
  return log.map((record) => {
    const before = state
    state = evolve(before, record)
    return { record, before, after: state }
  })
}

/** The golden files call the member that does not receive an emit `than`. */
const goldenRecipients = (to: Recipients): object =>
  to.type === 'others' ? { type: 'others', than: to.except } : to

/** The emits of one protocol for a log; counts are included. */
const emitsOf = (encoder: Encoder, log: ReadonlyArray<RoomRecord>): ReadonlyArray<GoldenEmit> =>
  stepsOf(log).flatMap(({ record, before, after }): ReadonlyArray<GoldenEmit> => {
    const emits = encodeRecord(encoder, record, before, after).map(({ to, event, payload }) => ({
      to: goldenRecipients(to),
      event,
      payload,
    }))
    const { count } = encoder
    if (count?.changedBy(record, before, after) !== true) return emits
    return [...emits, { to: { type: 'everyone' }, event: count.event, payload: { count: count.of(after) } }]
  })

describe('the encoders of every protocol reproduce the golden emits', () => {
  for (const name of goldenNames('.log.ndjson')) {
    for (const encoder of encoders) {
      test(`of the log ${name} in the protocol ${encoder.protocol}`, () => {
        const log = goldenLines<RoomRecord>(`${name}.log.ndjson`, () => [])
        const emits: unknown = JSON.parse(JSON.stringify(emitsOf(encoder, log)))
        expect(emits).toEqual(
          goldenLines(`${name}.${encoder.protocol}-emits.ndjson`, () => emitsOf(encoder, log)),
        )
      })
    }
  }
})

const membersOf = (state: RoomState) => (state.phase === 'absent' ? [] : valuesIn(state.members))

const hasEntry = (id: string, { protocol }: Encoder, state: RoomState): boolean =>
  membersOf(state).some((member) => member.id === id && member.entries[protocol] !== undefined)

describe('in any session', () => {
  const checked = [picker, connectFour, native].map(({ encoderFor }) => encoderFor(builtInModel))

  test('all emits of a record to one member have more, except the last (E-28)', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        for (const { record, before, after } of stepsOf(played(session).log())) {
          for (const encoder of checked) {
            const emits = encodeRecord(encoder, record, before, after)
            for (const { id } of [...membersOf(before), ...membersOf(after)]) {
              const own = emits.filter(
                ({ to }) =>
                  to.type === 'everyone' || (to.type === 'one' ? to.member === id : to.except !== id),
              )
              const more = own.map(({ payload }) => 'more' in payload)
              expect(more).toEqual(own.map((_, index) => index < own.length - 1))
            }
          }
        }
      }),
    )
  })

  // Catch-up relies on this: a member has received all emits since its present entry, or missed them.
  test('a member keeps its entry without interruption from the record that the entry names', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const steps = stepsOf(played(session).log())
        const end = steps.at(-1)?.after
        for (const { id, entries } of end === undefined ? [] : membersOf(end)) {
          for (const encoder of encoders) {
            const since = entries[encoder.protocol]?.since
            if (since === undefined) continue
            for (const { record, before, after } of steps) {
              if (record.seq < since) continue
              expect(hasEntry(id, encoder, before) || hasEntry(id, encoder, after)).toBe(true)
            }
            expect(steps.find(({ record }) => record.seq === since)?.record.type).toBe('room.member-joined')
          }
        }
      }),
    )
  })

  test('the viewer count is emitted exactly when the number of connected viewers changes', () => {
    const { count } = picker
    fc.assert(
      fc.property(sessions, (session) => {
        for (const { record, before, after } of stepsOf(played(session).log())) {
          const changed = count?.of(before) !== count?.of(after)
          expect(count?.changedBy(record, before, after)).toBe(changed)
        }
      }),
    )
  })
})
