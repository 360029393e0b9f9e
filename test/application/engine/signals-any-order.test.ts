import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import type { Happening } from './signals-model.js'
import { happenings, model, people } from './signals-model.js'
import type { Scene } from './signals-scenario.js'
import { countIn, graceMs, outcomeOf, scene, tooOften } from './signals-scenario.js'
import { commitMoods, readMoods, unreliableStore } from './unreliable-store.js'

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

/** Runs the steps. Signals are numbered in the order of sending. */
const happening = (here: Scene): ((what: Happening) => ReadonlyArray<Promise<string>>) => {
  let signalled = 0
  let said = 0
  const [first] = people
  const whoIs = (place: number) => people[place] ?? first
  return (what) => {
    switch (what.type) {
      case 'pass':
        return []
      case 'say':
        return [here.say(whoIs(what.who), said++).then(outcomeOf)]
      case 'signal':
        return Array.from({ length: what.times }, () =>
          here.signal(whoIs(what.who), whoIs(what.to), signalled++, { bytes: what.bytes }).then(outcomeOf),
        )
      case 'enter':
      case 'resume':
      case 'lose':
      case 'close':
      case 'leave':
        return [here[what.type](whoIs(what.who)).then(outcomeOf)]
    }
  }
}

/** Every member leaves, and the grace periods end. */
const leavesNothing = async (here: Scene): Promise<void> => {
  await Promise.all(people.map((who) => here.close(who)))
  await here.kit.clock.advanceSettled(graceMs + 60_000)
  expect(here.kit.noticed.defects).toEqual([])
  expect(here.kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
  expect(here.kit.clock.pending()).toEqual([])
}

test.prop([happenings], { numRuns: 150 })(
  'signals follow the model for any sequence of joins, leaves, losses and returns',
  async (all) => {
    const here = scene()
    const expected = model()
    const happen = happening(here)
    for (const what of all) {
      const told = await Promise.all(happen(what))
      if (what.type === 'pass') await here.kit.clock.advanceSettled(what.ms)
      const next = expected.happens(what)
      if (what.type !== 'pass') expect(told.join()).toBe(next)
    }
    for (const [place, who] of people.entries()) {
      expect(here.heard(who)).toEqual(expected.heard(place))
    }
    await leavesNothing(here)
    const tallies = await here.tallies()
    expect(countIn(tallies)).toBe(expected.taken())
    expect(tooOften(tallies)).toEqual([])
  },
  patienceMs,
)

interface Sent {
  readonly number: number
  readonly from: number
  readonly to: number
}

const sentIn = (all: ReadonlyArray<Happening>): ReadonlyArray<Sent> => {
  const sent: Array<Sent> = []
  for (const what of all) {
    if (what.type !== 'signal') continue
    for (let time = 0; time < what.times; time++)
      sent.push({ number: sent.length, from: what.who, to: what.to })
  }
  return sent
}

const rises = (numbers: ReadonlyArray<number>): boolean =>
  numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? Infinity))

test.prop([happenings, commitMoods, readMoods], { numRuns: 150 })(
  'with any store faults each signal is delivered once, to its target, in order and with a true answer, and nothing stays in memory',
  async (all, commits, reads) => {
    const clock = virtualClock()
    const store = unreliableStore(clock, commits, reads)
    const here = scene({ clock, store })
    const release = here.kit.engine.hold(testRoom)
    const happen = happening(here)
    const answers: Array<Promise<string>> = []
    for (const what of all) {
      const told = happen(what)
      if (what.type === 'signal') answers.push(...told)
      if (what.type === 'pass') await clock.advanceSettled(what.ms)
    }
    store.heal()
    await clock.advanceSettled(60_000)
    const told = await Promise.all(answers)

    const sent = sentIn(all)
    const heard = people.map((who) => here.heard(who).filter((what) => typeof what === 'number'))
    for (const [place, numbers] of heard.entries()) {
      expect(new Set(numbers).size).toBe(numbers.length)
      for (const number of numbers) {
        expect(sent[number]?.to).toBe(place)
        expect(told[number]).toBe('done')
      }
      for (const from of people.keys()) {
        expect(rises(numbers.filter((number) => sent[number]?.from === from))).toBe(true)
      }
    }
    release()
    // A member with an unknown outcome joins again, as clients do.
    await Promise.all(people.map((who) => here.enter(who)))
    await leavesNothing(here)

    const tallies = await here.tallies()
    const count = (code: string): number => told.filter((each) => each === code).length
    expect(tooOften(tallies)).toEqual([])
    expect(countIn(tallies)).toBeGreaterThanOrEqual(count('done'))
    expect(countIn(tallies)).toBeLessThanOrEqual(count('done') + count('store-unavailable'))
  },
  patienceMs,
)

test.prop([fc.array(fc.boolean(), { minLength: 1, maxLength: 30 })])(
  'a member that stays receives every accepted signal, also if every append conflicts',
  async (conflicts) => {
    const clock = virtualClock()
    const moods = conflicts.map((is) => ({
      delayMs: 5,
      way: is ? ('overtaken' as const) : ('well' as const),
    }))
    const here = scene({ clock, store: unreliableStore(clock, moods) })
    const release = here.kit.engine.hold(testRoom)
    const [ann, bob] = people
    void here.enter(ann)
    void here.enter(bob)
    await clock.advanceSettled(5_000)
    const answers = conflicts.map((_, n) =>
      here.signal(ann, bob, n, { kind: `kind-${n % 3}` }).then(outcomeOf),
    )
    await clock.advanceSettled(60_000)
    await settled()
    const told = await Promise.all(answers)
    expect(here.heard(bob)).toEqual(told.flatMap((outcome, n) => (outcome === 'done' ? [n] : [])))
    release()
  },
  patienceMs,
)
