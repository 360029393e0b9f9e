import fc from 'fast-check'
import type { Person } from '../../kit/people.js'
import { person } from '../../kit/people.js'
import { graceMs } from './signals-scenario.js'

/** Steps of three members of a room; `who` and `to` are indices. */
export type Step =
  | { readonly type: 'enter' | 'resume' | 'lose' | 'close' | 'leave'; readonly who: number }
  | { readonly type: 'say'; readonly who: number }
  | {
      readonly type: 'signal'
      readonly who: number
      readonly to: number
      readonly bytes: number
      readonly times: number
    }
  | { readonly type: 'pass'; readonly ms: number }

export const people: readonly [Person, Person, Person] = [person('ann'), person('bob'), person('cy')]

const place = fc.nat({ max: people.length - 1 })

const signals: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('signal' as const),
  who: place,
  to: place,
  bytes: fc.constantFrom(1, 900, 40_000),
  // Sometimes more bytes than may wait.
  times: fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(5, 150) },
  ),
})

/** Weighted so that most steps meet a member. */
const opening: ReadonlyArray<Step> = people.map((_, who) => ({ type: 'enter', who }))

export const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: signals },
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constantFrom('enter', 'resume', 'resume', 'lose', 'lose', 'close', 'leave'),
          who: place,
        }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('say' as const), who: place }) },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('pass' as const),
          ms: fc.constantFrom(1, 400, 1_000, 7_000, graceMs - 1, graceMs),
        }),
      },
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((rest): ReadonlyArray<Step> => [...opening, ...rest])

type Presence =
  | { readonly type: 'gone' }
  | { readonly type: 'present' }
  | { readonly type: 'away'; readonly until: number; readonly waiting: ReadonlyArray<WaitingSignal> }

interface WaitingSignal {
  readonly number: number
  readonly bytes: number
}

/** The simplest correct model: each step completes before the next one. */
export interface Model {
  readonly apply: (step: Step) => string
  readonly received: (who: number) => ReadonlyArray<unknown>
  /** The number of accepted signals. */
  readonly acceptedCount: () => number
}

export const model = (): Model => {
  const presences: Array<Presence> = people.map(() => ({ type: 'gone' }))
  const received: Array<Array<unknown>> = people.map(() => [])
  let now = 0
  let signalled = 0
  let said = 0
  let acceptedCount = 0

  const of = (who: number): Presence => presences[who] ?? { type: 'gone' }
  const receive = (who: number, what: unknown): void => void received[who]?.push(what)

  const returnMember = (who: number): void => {
    const presence = of(who)
    if (presence.type === 'away') for (const { number } of presence.waiting) receive(who, number)
    presences[who] = { type: 'present' }
  }

  const signal = (from: number, to: number, bytes: number): string => {
    const number = signalled++
    if (of(from).type === 'gone') return 'not-in-room'
    const target = of(to)
    if (target.type === 'gone') return 'target-not-found'
    if (from === to) return 'self-signal'
    if (target.type === 'present') receive(to, number)
    else {
      const size = target.waiting.reduce((sum, each) => sum + each.bytes, bytes)
      if (target.waiting.length === 256 || size > 256 * 1_024) return 'too-much-waiting'
      presences[to] = { ...target, waiting: [...target.waiting, { number, bytes }] }
    }
    acceptedCount++
    return 'done'
  }

  return {
    apply: (step) => {
      switch (step.type) {
        case 'enter':
          returnMember(step.who)
          return 'done'
        case 'resume':
          if (of(step.who).type === 'gone') return 'not-in-room'
          returnMember(step.who)
          return 'done'
        case 'lose':
          if (of(step.who).type === 'present') {
            presences[step.who] = { type: 'away', until: now + graceMs, waiting: [] }
          }
          return 'done'
        case 'close':
          presences[step.who] = { type: 'gone' }
          return 'done'
        case 'leave': {
          const was = of(step.who).type
          presences[step.who] = { type: 'gone' }
          return was === 'gone' ? 'not-in-room' : 'done'
        }
        case 'say': {
          const number = said++
          if (of(step.who).type === 'gone') return 'not-in-room'
          for (const who of people.keys()) if (of(who).type === 'present') receive(who, `said ${number}`)
          return 'done'
        }
        case 'signal': {
          const outcomes = Array.from({ length: step.times }, () => signal(step.who, step.to, step.bytes))
          return outcomes.join()
        }
        case 'pass':
          now += step.ms
          for (const who of people.keys()) {
            const presence = of(who)
            if (presence.type === 'away' && presence.until <= now) presences[who] = { type: 'gone' }
          }
          return 'done'
      }
    },
    received: (who) => received[who] ?? [],
    acceptedCount: () => acceptedCount,
  }
}
