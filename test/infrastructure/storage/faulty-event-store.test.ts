import * as E from '#fp/Either'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Append, EventStore, AppendOutcome } from '../../../src/application/ports/event-store.js'
import { epoch } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { eventStoreContract } from '../../contract/event-store.js'
import type { FaultyEventStore, Mishap } from '../../kit/faulty-event-store.js'
import { faultyEventStore, mishaps } from '../../kit/faulty-event-store.js'
import { recorded, testEpoch, testRoom } from '../../kit/recording.js'
import { virtualClock } from '../../kit/virtual-clock.js'

eventStoreContract('faulty, with an empty script', {
  open: () =>
    Promise.resolve(faultyEventStore({ store: memoryEventStore(), clock: virtualClock(), script: [] })),
})

const appendOf = (expectedSeq: number): Append => ({
  room: testRoom,
  epoch: testEpoch,
  expectedSeq,
  records: recorded([{ type: 'room.activity-deactivated', data: { activity: 'quiz' } }], expectedSeq),
  due: null,
  occupied: false,
  addedSessions: [],
  removedSessions: [],
})

const faulty = (script: ReadonlyArray<Mishap>, intruder?: (append: Append) => Append) => {
  const store = memoryEventStore()
  const clock = virtualClock()
  const options = { store, clock, script }
  return {
    store,
    clock,
    faulty: faultyEventStore(intruder === undefined ? options : { ...options, intruder }),
  }
}

const lengthOf = async (store: EventStore): Promise<number> => {
  const found = await store.read(testRoom, 0, 1_000)()
  return E.isRight(found) ? found.right.length : -1
}

const types = (outcomes: ReadonlyArray<AppendOutcome>): ReadonlyArray<string> =>
  outcomes.map(({ type }) => type)

describe('the faulty store', () => {
  it('writes nothing when it fails', async () => {
    const { store, faulty: under } = faulty([{ type: 'fails' }])
    expect(types(await under.commit([appendOf(0)])())).toEqual(['fault'])
    expect(await lengthOf(store)).toBe(0)
    expect(types(await under.commit([appendOf(0)])())).toEqual(['appended'])
  })

  it('writes everything when it fails after the commit', async () => {
    const { store, faulty: under } = faulty([{ type: 'fails-after' }])
    expect(types(await under.commit([appendOf(0)])())).toEqual(['fault'])
    expect(await lengthOf(store)).toBe(1)
  })

  it('rejects commits while it is full, but not reads', async () => {
    const { faulty: under } = faulty([{ type: 'full', commits: 2 }])
    for (let place = 0; place < 3; place++) {
      expect(types(await under.commit([appendOf(0)])())).toEqual(['fault'])
      expect(await lengthOf(under)).toBe(0)
    }
    expect(types(await under.commit([appendOf(0)])())).toEqual(['appended'])
  })

  it.each(['before', 'after'] as const)(
    'replies after the delay when it is slow %s the commit',
    async (when) => {
      const { store, clock, faulty: under } = faulty([{ type: 'slow', ms: 500, when }])
      let answer: ReadonlyArray<AppendOutcome> | undefined
      void under
        .commit([appendOf(0)])()
        .then((found) => (answer = found))
      await clock.advanceSettled(499)
      expect(answer).toBeUndefined()
      expect(await lengthOf(store)).toBe(when === 'before' ? 0 : 1)
      await clock.advanceSettled(1)
      expect(answer).toEqual([{ type: 'appended' }])
    },
  )

  it('writes in the order of the calls, also when the first call is slow', async () => {
    const { store, clock, faulty: under } = faulty([{ type: 'slow', ms: 500, when: 'before' }])
    const both = Promise.all([under.commit([appendOf(0)])(), under.commit([appendOf(1)])()])
    await clock.advanceSettled(500)
    expect((await both).flat()).toEqual([{ type: 'appended' }, { type: 'appended' }])
    expect(await lengthOf(store)).toBe(2)
  })

  it('reports a conflict of one append in a group, and writes the others', async () => {
    const { store, faulty: under } = faulty([{ type: 'none' }, { type: 'conflicts', which: 1 }])
    await under.commit([appendOf(0)])()
    const other: Append = { ...appendOf(0), epoch: epoch('another') }
    const outcomes = await under.commit([other, appendOf(1), other])()
    expect(outcomes[1]).toEqual({ type: 'conflict', actual: { epoch: testEpoch, seq: 1 } })
    expect(outcomes).toHaveLength(3)
    expect(await lengthOf(store)).toBe(1)
  })

  it('lets another writer append first for a conflict', async () => {
    const { store, faulty: under } = faulty([{ type: 'conflicts', which: 0 }], () => appendOf(0))
    expect(await under.commit([appendOf(0)])()).toEqual([
      { type: 'conflict', actual: { epoch: testEpoch, seq: 1 } },
    ])
    expect(await lengthOf(store)).toBe(1)
  })

  it('has no faults after it is healed', async () => {
    const { faulty: under } = faulty([{ type: 'full', commits: 9 }, { type: 'fails' }, { type: 'fails' }])
    await under.commit([appendOf(0)])()
    under.heal()
    expect(types(await under.commit([appendOf(0)])())).toEqual(['appended'])
    expect(await lengthOf(under)).toBe(1)
    expect(under.happened).toEqual([{ type: 'full', commits: 9 }])
  })

  it('never reports an append that is not in the log', async () => {
    await fc.assert(
      fc.asyncProperty(mishaps, async (script) => {
        const { store, clock, faulty: under } = faulty(script)
        let acknowledged = 0
        for (let round = 0; round < 30; round++) {
          const after = await lengthOf(store)
          const [outcome] = await commitSettled(under, clock, after)
          if (outcome?.type === 'appended') acknowledged += 1
          expect(await lengthOf(store)).toBeGreaterThanOrEqual(acknowledged)
        }
      }),
      { numRuns: 50 },
    )
  })
})

const commitSettled = async (
  under: FaultyEventStore,
  clock: ReturnType<typeof virtualClock>,
  after: number,
): Promise<ReadonlyArray<AppendOutcome>> => {
  const outcome = under.commit([appendOf(after)])()
  await clock.advanceSettled(5_000)
  return outcome
}
