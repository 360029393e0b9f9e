import fc from 'fast-check'
import { valuesIn } from '../../../src/domain/kernel/table.js'
import { describe, expect, it, test } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Encoder } from '../../../src/application/ports/encoder.js'
import { encodeRecord as outgoing } from '../../../src/application/sessions/encoded-emit.js'
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

interface Told {
  readonly to: unknown
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

/** What the clients of a dialect are told of a log, the latest count among it. */
const toldOf = (encoder: Encoder, log: ReadonlyArray<RoomRecord>): ReadonlyArray<Told> =>
  stepsOf(log).flatMap(({ record, before, after }): ReadonlyArray<Told> => {
    const emits = outgoing(encoder, record, before, after)
    const told = emits.map(({ to, event, payload }) => ({ to, event, payload }))
    const { count } = encoder
    if (count?.changedBy(record, before, after) !== true) return told
    return [...told, { to: { type: 'everyone' }, event: count.event, payload: { count: count.of(after) } }]
  })

describe('what clients were told of a log that was recorded, they are told for ever', () => {
  for (const name of goldenNames('.log.ndjson')) {
    for (const encoder of encoders) {
      test(`${name}, in the words of ${encoder.dialect}`, () => {
        const log = goldenLines<RoomRecord>(`${name}.log.ndjson`, () => [])
        const told: unknown = JSON.parse(JSON.stringify(toldOf(encoder, log)))
        expect(told).toEqual(
          goldenLines(`${name}.${encoder.dialect}-emits.ndjson`, () => toldOf(encoder, log)),
        )
      })
    }
  }
})

const membersOf = (state: RoomState) => (state.phase === 'absent' ? [] : valuesIn(state.members))

const hasEntry = (id: string, { dialect }: Encoder, state: RoomState): boolean =>
  membersOf(state).some((member) => member.id === id && member.entries[dialect] !== undefined)

describe('what clients are told of any session', () => {
  const checked = [picker, connectFour, native].map(({ encoderFor }) => encoderFor(builtInModel))

  it('is more of the same event to one of them in all but its last emit', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        for (const { record, before, after } of stepsOf(played(session).log())) {
          for (const encoder of checked) {
            const emits = outgoing(encoder, record, before, after)
            for (const { id } of [...membersOf(before), ...membersOf(after)]) {
              const own = emits.filter(
                ({ to }) => to.type === 'everyone' || (to.type === 'one' ? to.member === id : to.than !== id),
              )
              const more = own.map(({ payload }) => 'more' in payload)
              expect(more).toEqual(own.map((_, place) => place < own.length - 1))
            }
          }
        }
      }),
    )
  })

  // On this rests who is caught up with what: the entry it has now says from where on it has heard everything.
  it('is told to a member from its entry on without a break, as long as it has that entry', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const steps = stepsOf(played(session).log())
        const end = steps.at(-1)?.after
        for (const { id, entries } of end === undefined ? [] : membersOf(end)) {
          for (const encoder of encoders) {
            const since = entries[encoder.dialect]?.since
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

  it('is the number of connected viewers, whenever that has changed and only then', () => {
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
