import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import type { Step } from './signals-model.js'
import { steps, model, people } from './signals-model.js'
import type { Scene } from './signals-scenario.js'
import { countIn, graceMs, outcomeOf, scene, recordedTooOften } from './signals-scenario.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'

/** Generous, because a busy machine slows the virtual clock down. */
const timeoutMs = 60_000

/** Runs the steps. Signals are numbered in the order of sending. */
const stepRunner = (scenario: Scene): ((what: Step) => ReadonlyArray<Promise<string>>) => {
  let signalled = 0
  let said = 0
  const [first] = people
  const personAt = (place: number) => people[place] ?? first
  return (what) => {
    switch (what.type) {
      case 'pass':
        return []
      case 'say':
        return [scenario.say(personAt(what.who), said++).then(outcomeOf)]
      case 'signal':
        return Array.from({ length: what.times }, () =>
          scenario
            .signal(personAt(what.who), personAt(what.to), signalled++, { bytes: what.bytes })
            .then(outcomeOf),
        )
      case 'enter':
      case 'resume':
      case 'lose':
      case 'close':
      case 'leave':
        return [scenario[what.type](personAt(what.who)).then(outcomeOf)]
    }
  }
}

/** Every member leaves, and the grace periods end. */
const expectNothingLeft = async (scenario: Scene): Promise<void> => {
  await Promise.all(people.map((who) => scenario.close(who)))
  await scenario.kit.clock.advanceSettled(graceMs + 60_000)
  expect(scenario.kit.monitorCalls.defects).toEqual([])
  expect(scenario.kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
  expect(scenario.kit.clock.pending()).toEqual([])
}

test.prop([steps], { numRuns: 150 })(
  'signals follow the model for any sequence of joins, leaves, losses and returns',
  async (all) => {
    const scenario = scene()
    const expected = model()
    const runStep = stepRunner(scenario)
    for (const what of all) {
      const outcomes = await Promise.all(runStep(what))
      if (what.type === 'pass') await scenario.kit.clock.advanceSettled(what.ms)
      const next = expected.apply(what)
      if (what.type !== 'pass') expect(outcomes.join()).toBe(next)
    }
    for (const [place, who] of people.entries()) {
      expect(scenario.received(who)).toEqual(expected.received(place))
    }
    await expectNothingLeft(scenario)
    const signalRecords = await scenario.signalRecords()
    expect(countIn(signalRecords)).toBe(expected.acceptedCount())
    expect(recordedTooOften(signalRecords)).toEqual([])
  },
  timeoutMs,
)

interface SentSignal {
  readonly number: number
  readonly from: number
  readonly to: number
}

const signalsIn = (all: ReadonlyArray<Step>): ReadonlyArray<SentSignal> => {
  const sent: Array<SentSignal> = []
  for (const what of all) {
    if (what.type !== 'signal') continue
    for (let time = 0; time < what.times; time++)
      sent.push({ number: sent.length, from: what.who, to: what.to })
  }
  return sent
}

const isIncreasing = (numbers: ReadonlyArray<number>): boolean =>
  numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? Infinity))

test.prop([steps, commitMoods, readMoods], { numRuns: 150 })(
  'with any store faults each signal is delivered once, to its target, in order and with a true answer, and nothing stays in memory',
  async (all, commits, reads) => {
    const clock = virtualClock()
    const store = unreliableStore(clock, commits, reads)
    const scenario = scene({ clock, store })
    const release = scenario.kit.engine.hold(testRoom)
    const runStep = stepRunner(scenario)
    const answers: Array<Promise<string>> = []
    for (const what of all) {
      const outcomes = runStep(what)
      if (what.type === 'signal') answers.push(...outcomes)
      if (what.type === 'pass') await clock.advanceSettled(what.ms)
    }
    store.heal()
    await clock.advanceSettled(60_000)
    const outcomes = await Promise.all(answers)

    const sent = signalsIn(all)
    const received = people.map((who) => scenario.received(who).filter((what) => typeof what === 'number'))
    for (const [place, numbers] of received.entries()) {
      expect(new Set(numbers).size).toBe(numbers.length)
      for (const number of numbers) {
        expect(sent[number]?.to).toBe(place)
        expect(outcomes[number]).toBe('done')
      }
      for (const from of people.keys()) {
        expect(isIncreasing(numbers.filter((number) => sent[number]?.from === from))).toBe(true)
      }
    }
    release()
    // A member with an unknown outcome joins again, as clients do.
    await Promise.all(people.map((who) => scenario.enter(who)))
    await expectNothingLeft(scenario)

    const signalRecords = await scenario.signalRecords()
    const count = (code: string): number => outcomes.filter((each) => each === code).length
    expect(recordedTooOften(signalRecords)).toEqual([])
    expect(countIn(signalRecords)).toBeGreaterThanOrEqual(count('done'))
    expect(countIn(signalRecords)).toBeLessThanOrEqual(count('done') + count('store-unavailable'))
  },
  timeoutMs,
)

test.prop([fc.array(fc.boolean(), { minLength: 1, maxLength: 30 })])(
  'a member that stays receives every accepted signal, also if every append conflicts',
  async (conflicts) => {
    const clock = virtualClock()
    const moods = conflicts.map((is) => ({
      delayMs: 5,
      way: is ? ('overtaken' as const) : ('well' as const),
    }))
    const scenario = scene({ clock, store: unreliableStore(clock, moods) })
    const release = scenario.kit.engine.hold(testRoom)
    const [ann, bob] = people
    void scenario.enter(ann)
    void scenario.enter(bob)
    await clock.advanceSettled(5_000)
    const answers = conflicts.map((_, n) =>
      scenario.signal(ann, bob, n, { kind: `kind-${n % 3}` }).then(outcomeOf),
    )
    await clock.advanceSettled(60_000)
    await settled()
    const outcomes = await Promise.all(answers)
    expect(scenario.received(bob)).toEqual(outcomes.flatMap((outcome, n) => (outcome === 'done' ? [n] : [])))
    release()
  },
  timeoutMs,
)
