import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Question, QuizEvent } from '../../../../src/domain/activities/telequiz/index.js'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import type { Viewer } from '../../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../../src/domain/kernel/domain-event.js'
import { firstInstant } from '../../../kit/index.js'
import { ann, annsPhone, answering, bob, bobsPhone, cy, quizDriver, startOf, two } from './quizzes.js'

const people = [ann, annsPhone, bob, bobsPhone, cy]
const asMember = ({ memberId }: (typeof people)[number]): Viewer => ({ type: 'member', id: memberId })
const viewers: ReadonlyArray<Viewer> = [{ type: 'operator' }, ...people.map(asMember)]

type Driver = ReturnType<typeof quizDriver>

/** Everything that a viewer sees: each event, and the state after each. */
const viewsOf = (viewer: Viewer, driver: Driver): ReadonlyArray<unknown> =>
  driver
    .steps()
    .flatMap(({ records, after }) => [
      ...records.flatMap((record: RecordedEvent<QuizEvent>) => telequiz.redactEvent(viewer, record) ?? []),
      telequiz.redactState(viewer, after),
    ])

interface Answer {
  readonly who: number
  readonly choice: number
  readonly afterMs: number
}

const answers: fc.Arbitrary<ReadonlyArray<Answer>> = fc.array(
  fc.record({
    who: fc.nat({ max: people.length - 1 }),
    choice: fc.nat({ max: 2 }),
    afterMs: fc.nat({ max: 3_000 }),
  }),
  { maxLength: 8 },
)

/** A quiz of these questions, before the first one closes. */
const playUntilClose = (questions: ReadonlyArray<Question>, given: ReadonlyArray<Answer>): Driver => {
  const driver = quizDriver()
  driver.send(startOf(questions), ann.memberId)
  for (const { who, choice, afterMs } of given) {
    const sender = people[who]
    if (sender === undefined || driver.clock.now() + afterMs >= firstInstant + 10_000) continue
    driver.clock.advance(afterMs)
    driver.send(answering(choice), sender.memberId)
  }
  return driver
}

const [moons, day] = two

/** Quizzes with the same first question that differ in its right answer or in the later questions. */
const otherQuizzes: ReadonlyArray<ReadonlyArray<Question>> = [
  [{ ...moons, answer: 0 }, day],
  [moons, { ...day, answer: 1 }],
  [
    { ...moons, answer: 2 },
    { text: 'Another question', choices: ['x', 'y', 'z'], answer: 2, seconds: 7 },
  ],
]

describe('before a question closes', () => {
  property.prop([answers, fc.constantFrom(...otherQuizzes)])(
    'no view depends on the right answer or on later questions',
    (given, other) => {
      const [driver, otherwise] = [playUntilClose(two, given), playUntilClose(other, given)]
      expect(otherwise.log()).not.toEqual(driver.log())
      for (const viewer of viewers) expect(viewsOf(viewer, otherwise)).toEqual(viewsOf(viewer, driver))
    },
  )

  property.prop([answers, fc.nat({ max: 2 }), fc.nat({ max: 2 })])(
    'no view of another viewer depends on a player’s answer, or on whether it has answered',
    (given, before, instead) => {
      const others = given.filter(({ who }) => people[who] !== bob && people[who] !== bobsPhone)
      const bobs = (choice: number): Answer => ({ who: people.indexOf(bob), choice, afterMs: 0 })
      const viewsAfter = (...all: ReadonlyArray<Answer>) =>
        viewers
          .filter((viewer) => viewer.type === 'operator' || viewer.id !== bob.memberId)
          .map((viewer) => telequiz.redactState(viewer, playUntilClose(two, all).state()))
      expect(viewsAfter(bobs(before), ...others)).toEqual(viewsAfter(bobs(instead), ...others))
      expect(viewsAfter(bobs(before), ...others)).toEqual(viewsAfter(...others))
    },
  )

  test('an answer is shown to its author only, not to the host or another device of the user', () => {
    const driver = playUntilClose(two, [{ who: people.indexOf(bob), choice: 1, afterMs: 0 }])
    const answered = driver.log().filter(({ type }: { type: string }) => type === 'telequiz.answered')
    const sees = (viewer: Viewer): boolean =>
      answered.some((event) => telequiz.redactEvent(viewer, event) !== undefined)
    expect(answered).toHaveLength(1)
    expect(viewers.filter(sees)).toEqual([asMember(bob)])
    const view = telequiz.redactState(asMember(bob), driver.state())
    expect(view.phase).toMatchObject({ answers: [{ 'user-b': { choice: 1, by: bob.memberId } }] })
  })
})

test('after a question closes, every viewer sees the right answer and the counts', () => {
  const driver = playUntilClose(two, [{ who: people.indexOf(bob), choice: 1, afterMs: 0 }])
  driver.clock.advance(10_000)
  for (const viewer of viewers) {
    expect(telequiz.redactState(viewer, driver.state()).phase).toMatchObject({ answer: 1, counts: [0, 1, 0] })
  }
})
