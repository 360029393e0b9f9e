import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import { person, at, entering } from '../../kit/people.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { testRoom } from '../../kit/recording.js'
import { countIn, graceMs, outcomeOf, scene, recordedTooOften } from './signals-scenario.js'
import type { Scene } from './signals-scenario.js'
import { unreliableStore } from './unreliable-store.js'

const [ann, bob, cy] = [person('ann', 'user-a'), person('bob'), person('cy')]

const together = async (options: Parameters<typeof scene>[0] = {}): Promise<Scene> => {
  const scenario = scene(options)
  for (const who of [ann, bob, cy]) await scenario.enter(who)
  return scenario
}

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n)

describe('a signal', () => {
  test('reaches its target member only', async () => {
    const scenario = await together()
    expect(outcomeOf(await scenario.signal(ann, bob, 'hello'))).toBe('done')
    expect([ann, bob, cy].map(scenario.received)).toEqual([[], ['hello'], []])
  })

  test('keeps its place in the order of the room', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const scenario = await together({ clock, store })
    store.hang()
    void scenario.say(ann, 1)
    void scenario.signal(ann, bob, 'a')
    void scenario.signal(cy, bob, 'b')
    void scenario.say(cy, 2)
    void scenario.signal(ann, bob, 'c')
    await settled()
    expect(scenario.received(bob)).toEqual([])
    store.heal()
    await settled()
    expect(scenario.received(bob)).toEqual(['said 1', 'a', 'b', 'said 2', 'c'])
    expect(scenario.received(ann)).toEqual(['said 1', 'said 2'])
  })

  test('is answered before it is delivered', async () => {
    const scenario = await together()
    const before = scenario.received(bob).length
    let heardAtAnswer = -1
    const signal = {
      to: { type: 'member', id: bob.memberId },
      protocol: 'mesh',
      kind: 'x',
      negotiation: null,
      bytes: 1,
    } as const
    scenario.kit.engine.submit(testRoom, {
      command: { type: 'signal', signal: { ...signal, kind: 'offer' }, content: 1 },
      by: ann.memberId,
      cause: null,
      reply: () => {
        heardAtAnswer = scenario.received(bob).length
      },
    })
    await settled()
    expect([heardAtAnswer, scenario.received(bob).length]).toEqual([before, before + 1])
  })

  test('that is rejected leaves nothing in memory', async () => {
    const scenario = await together()
    const log = await scenario.kit.log()
    expect(outcomeOf(await scenario.signal(ann, ann, 1))).toBe('self-signal')
    expect(outcomeOf(await scenario.signal(ann, person('dee'), 1))).toBe('target-not-found')
    expect(outcomeOf(await scenario.signal(person('dee'), ann, 1))).toBe('not-in-room')
    await scenario.kit.clock.advanceSettled(5_000)
    expect(await scenario.kit.log()).toEqual(log)
    expect([ann, bob, cy].map(scenario.received)).toEqual([[], [], []])
  })

  test('of an older offer is rejected with stale-negotiation, one of the newest offer is delivered', async () => {
    const scenario = await together()
    const say = (kind: string, negotiation: number, by = ann, to = bob) =>
      scenario.signal(by, to, `${kind} ${negotiation}`, { kind, negotiation }).then(outcomeOf)
    expect(await say('offer', 1)).toBe('done')
    expect(await say('offer', 2)).toBe('done')
    expect(await say('offer', 1)).toBe('stale-negotiation')
    expect(await say('answer', 1, bob, ann)).toBe('stale-negotiation')
    expect(await say('candidate', 1, bob, ann)).toBe('stale-negotiation')
    expect(await say('answer', 2, bob, ann)).toBe('done')
    expect(await say('offer', 1, ann, cy)).toBe('done')
    expect(scenario.received(bob)).toEqual(['offer 1', 'offer 2'])
    expect(scenario.received(ann)).toEqual(['answer 2'])
  })

  test('of a user with a new session starts a new negotiation count', async () => {
    const scenario = await together()
    const offer = (negotiation: number) =>
      scenario.signal(ann, bob, negotiation, { kind: 'offer', negotiation }).then(outcomeOf)
    expect(await offer(7)).toBe('done')
    await scenario.lose(ann)
    await scenario.resume(ann)
    expect(await offer(1)).toBe('stale-negotiation')
    await scenario.lose(ann)
    const again = person('ann again', 'user-a')
    await scenario.kit.ask(entering(again, 'mesh', 'peer'), { by: ann.memberId })
    expect(await offer(1)).toBe('done')
  })

  test('is not stale after its member has left and joined again', async () => {
    const scenario = await together()
    const offer = (negotiation: number) =>
      scenario.signal(ann, bob, negotiation, { kind: 'offer', negotiation }).then(outcomeOf)
    await offer(7)
    await scenario.leave(bob)
    await scenario.enter(bob)
    expect(await offer(1)).toBe('done')
    await offer(7)
    await scenario.leave(ann)
    await scenario.enter(ann)
    expect(await offer(1)).toBe('done')
  })
})

describe('signals to a member in its grace period', () => {
  test('wait and are delivered in order when it returns, before newer ones', async () => {
    const scenario = await together()
    await scenario.lose(bob)
    for (const n of [1, 2]) await scenario.signal(ann, bob, n)
    await scenario.signal(cy, bob, 3)
    await scenario.kit.clock.advanceSettled(graceMs - 1)
    expect(scenario.received(bob)).toEqual([])
    void scenario.resume(bob)
    await scenario.signal(ann, bob, 4)
    expect(scenario.received(bob)).toEqual([1, 2, 3, 4])
  })

  test('wait up to 256; beyond that the sender gets the remaining grace period as retryAfterMs', async () => {
    const scenario = await together()
    await scenario.lose(bob)
    await scenario.kit.clock.advanceSettled(5_000)
    for (const n of numbers(256)) expect(outcomeOf(await scenario.signal(ann, bob, n))).toBe('done')
    expect(await scenario.signal(cy, bob, 'one more')).toEqual(
      E.left({ type: 'too-much-waiting', retryAfterMs: graceMs - 5_000 }),
    )
    await scenario.resume(bob)
    expect(scenario.received(bob)).toEqual(numbers(256))
    expect(outcomeOf(await scenario.signal(cy, bob, 'again'))).toBe('done')
    expect(scenario.received(bob).at(-1)).toBe('again')
  })

  test('wait up to 256 KiB, also while none of them is durable', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const scenario = await together({ clock, store })
    await scenario.lose(bob)
    store.hang()
    const asked = numbers(6).map((n) => scenario.signal(ann, bob, n, { bytes: 64 * 1_024 }))
    await settled()
    store.heal()
    const outcomes = await Promise.all(asked)
    expect(outcomes.map(outcomeOf)).toEqual([
      ...numbers(4).map(() => 'done'),
      'too-much-waiting',
      'too-much-waiting',
    ])
    await scenario.resume(bob)
    expect(scenario.received(bob)).toEqual([0, 1, 2, 3])
  })

  test('are dropped when the grace period ends or the member leaves', async () => {
    const scenario = await together()
    await scenario.lose(bob)
    await scenario.signal(ann, bob, 'late')
    await scenario.kit.clock.advanceSettled(graceMs)
    await scenario.enter(bob)
    await scenario.lose(cy)
    await scenario.signal(ann, cy, 'late too')
    await scenario.close(cy)
    await scenario.enter(cy)
    expect([bob, cy].map(scenario.received)).toEqual([[], []])
  })

  test('are not delivered to another member that joins meanwhile', async () => {
    const scenario = await together()
    await scenario.lose(bob)
    await scenario.lose(cy)
    await scenario.signal(ann, bob, 'for bob')
    await scenario.signal(ann, cy, 'for cy')
    await scenario.resume(cy)
    expect([bob, cy].map(scenario.received)).toEqual([[], ['for cy']])
    await scenario.resume(bob)
    expect(scenario.received(bob)).toEqual(['for bob'])
  })

  test('wait when the target disconnects between decision and delivery', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const scenario = await together({ clock, store })
    store.hang()
    for (const n of [1, 2]) void scenario.signal(ann, bob, n)
    const gone = scenario.lose(bob)
    for (const n of [3, 4]) void scenario.signal(ann, bob, n)
    store.heal()
    await gone
    await settled()
    await scenario.resume(bob)
    expect(scenario.received(bob)).toEqual([1, 2, 3, 4])
  })
})

describe('the signalling state of a room', () => {
  const leavesMemory = async (scenario: Scene): Promise<void> => {
    await scenario.kit.clock.advanceSettled(2 * graceMs + 20_000)
    expect(scenario.kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
    expect(scenario.kit.clock.pending()).toEqual([])
    expect(scenario.kit.monitorCalls.defects).toEqual([])
  }

  test('keeps the room in memory while signals wait or counts are unrecorded', async () => {
    const scenario = await together()
    await scenario.lose(bob)
    await scenario.signal(ann, bob, 1)
    await scenario.kit.clock.advanceSettled(graceMs - 1)
    expect(scenario.kit.engine.load().rooms).toBe(1)
    await scenario.resume(bob)
    expect(scenario.received(bob)).toEqual([1])
    for (const n of [2, 3]) await scenario.signal(ann, bob, n)
    expect(countIn(await scenario.signalRecords())).toBe(2)
    await leavesMemory(scenario)
    expect(countIn(await scenario.signalRecords())).toBe(3)
  })

  test('is empty after every member has left', async () => {
    const scenario = await together()
    for (const n of numbers(20)) await scenario.signal(ann, bob, n, { kind: 'offer', negotiation: n })
    await scenario.lose(cy)
    await scenario.signal(ann, cy, 1)
    for (const who of [ann, bob]) await scenario.leave(who)
    await leavesMemory(scenario)
  })

  test.each(['close', 'leave'] as const)(
    'keeps nothing of a member that went (%s) before its signals were published',
    async (how) => {
      const clock = virtualClock()
      const store = unreliableStore(clock)
      const scenario = await together({ clock, store })
      store.hang()
      void scenario.signal(ann, bob, 1)
      const gone = scenario[how](bob)
      store.heal()
      await gone
      await settled()
      await leavesMemory(scenario)
    },
  )

  test('keeps nothing of a member whose grace period ended before its signals were published', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const scenario = await together({ clock, store })
    await scenario.lose(bob)
    await clock.advanceSettled(graceMs - 1)
    store.hang()
    void scenario.signal(ann, bob, 1)
    await clock.advanceSettled(1)
    store.heal()
    await settled()
    await leavesMemory(scenario)
    expect(scenario.received(bob)).toEqual([])
  })

  test('shares the room’s one timer', async () => {
    const scenario = await together()
    const now = scenario.kit.clock.now()
    await scenario.lose(bob)
    for (const n of [1, 2]) await scenario.signal(ann, cy, n)
    expect(scenario.kit.clock.pending()).toContain(now + 1_000)
    expect(scenario.kit.clock.pending()).not.toContain(now + graceMs)
    await scenario.kit.clock.advanceSettled(1_000)
    expect(scenario.kit.clock.pending()).toContain(now + graceMs)
    expect(countIn(await scenario.signalRecords())).toBe(2)
  })
})

describe('the record of signals in the log', () => {
  test('names sender, target, kind, count and bytes, and the author of the first signal', async () => {
    const scenario = await together()
    for (const bytes of [10, 20, 30]) await scenario.signal(ann, bob, 'sdp-canary', { bytes })
    await scenario.signal(ann, bob, 'sdp-canary', { kind: 'offer', bytes: 40 })
    await scenario.kit.clock.advanceSettled(1_000)
    const { from, to } = { from: ann.memberId, to: bob.memberId }
    expect((await scenario.signalRecords()).map(({ data, by }) => ({ data, by }))).toEqual([
      { data: { from, to, kind: 'candidate', count: 1, bytes: 10 }, by: ann.memberId },
      { data: { from, to, kind: 'offer', count: 1, bytes: 40 }, by: ann.memberId },
      { data: { from, to, kind: 'candidate', count: 2, bytes: 50 }, by: null },
    ])
    expect(JSON.stringify(await scenario.kit.log())).not.toContain('sdp-canary')
  })

  test('is written at most once per second for each pair and kind, and counts every signal', async () => {
    const scenario = await together()
    for (const n of numbers(50)) {
      await scenario.signal(ann, bob, n)
      await scenario.signal(bob, ann, n)
      await scenario.kit.clock.advanceSettled(90)
    }
    await scenario.kit.clock.advanceSettled(2_000)
    const signalRecords = await scenario.signalRecords()
    expect(recordedTooOften(signalRecords)).toEqual([])
    expect(countIn(signalRecords)).toBe(100)
  })

  test('counts every delivered signal once, also if the store fails meanwhile', async () => {
    for (const way of ['fails', 'fails-afterwards', 'conflicts', 'overtaken'] as const) {
      const clock = virtualClock()
      const well = numbers(4).map(() => ({ delayMs: 0, way: 'well' as const }))
      const scenario = await together({
        clock,
        store: unreliableStore(clock, [...well, { delayMs: 0, way }]),
      })
      const release = scenario.kit.engine.hold(testRoom)
      // Three entries and the first signal are recorded, two more are counted, then the store fails with another record.
      for (const n of [1, 2, 3]) expect(outcomeOf(await scenario.signal(ann, bob, n))).toBe('done')
      await Promise.all([scenario.say(cy, 'trouble'), clock.advanceSettled(500)])
      for (const n of [4, 5]) expect(outcomeOf(await scenario.signal(ann, bob, n))).toBe('done')
      await clock.advanceSettled(5_000)
      expect(countIn(await scenario.signalRecords()), `${way}`).toBe(5)
      expect(recordedTooOften(await scenario.signalRecords()), `${way}`).toEqual([])
      expect(scenario.received(bob).filter((what) => typeof what === 'number')).toEqual([1, 2, 3, 4, 5])
      release()
    }
  })

  test('is not repeated if its append was not confirmed', async () => {
    const clock = virtualClock()
    const well = numbers(4).map(() => ({ delayMs: 0, way: 'well' as const }))
    const store = unreliableStore(clock, [...well, { delayMs: 0, way: 'fails-afterwards' }])
    const scenario = await together({ clock, store })
    for (const n of [1, 2, 3]) await scenario.signal(ann, bob, n)
    // The record of the last two is in the log, and its append was not confirmed.
    await clock.advanceSettled(10_000)
    expect((await scenario.signalRecords()).map(({ data }) => data.count)).toEqual([1, 2])
  })
})

test('a replaced connection does not receive the signals that wait for the newer one', async () => {
  const scenario = await together()
  await scenario.lose(bob)
  await scenario.signal(ann, bob, 1)
  await scenario.resume(bob)
  const { memberId } = bob
  const late = {
    type: 'disconnect',
    memberId,
    connection: at(bob, 1).connection,
    lost: true,
    graceMs,
  } as const
  await scenario.kit.ask(late)
  await scenario.signal(ann, bob, 2)
  expect(scenario.received(bob)).toEqual([1, 2])
})
