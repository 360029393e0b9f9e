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

/** All that this one gets to see: each event, and the state after each. */
const seenBy = (viewer: Viewer, driver: Driver): ReadonlyArray<unknown> =>
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

/** A quiz of these questions up to before its first closes. */
const playedWith = (questions: ReadonlyArray<Question>, given: ReadonlyArray<Answer>): Driver => {
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

/** The same first question with another right answer, and quite another quiz after it. */
const otherQuizzes: ReadonlyArray<ReadonlyArray<Question>> = [
  [{ ...moons, answer: 0 }, day],
  [moons, { ...day, answer: 1 }],
  [
    { ...moons, answer: 2 },
    { text: 'Quite another', choices: ['x', 'y', 'z'], answer: 2, seconds: 7 },
  ],
]

describe('before a question closes', () => {
  property.prop([answers, fc.constantFrom(...otherQuizzes)])(
    'nothing that anybody sees depends on what is right, or on what is asked later',
    (given, other) => {
      const [driver, otherwise] = [playedWith(two, given), playedWith(other, given)]
      expect(otherwise.log()).not.toEqual(driver.log())
      for (const viewer of viewers) expect(seenBy(viewer, otherwise)).toEqual(seenBy(viewer, driver))
    },
  )

  property.prop([answers, fc.nat({ max: 2 }), fc.nat({ max: 2 })])(
    'nothing that anybody else sees depends on what a player answers, or whether it does',
    (given, before, instead) => {
      const others = given.filter(({ who }) => people[who] !== bob && people[who] !== bobsPhone)
      const bobs = (choice: number): Answer => ({ who: people.indexOf(bob), choice, afterMs: 0 })
      const shown = (...all: ReadonlyArray<Answer>) =>
        viewers
          .filter((viewer) => viewer.type === 'operator' || viewer.id !== bob.memberId)
          .map((viewer) => telequiz.redactState(viewer, playedWith(two, all).state()))
      expect(shown(bobs(before), ...others)).toEqual(shown(bobs(instead), ...others))
      expect(shown(bobs(before), ...others)).toEqual(shown(...others))
    },
  )

  test('an answer is shown to its author alone: not to the host, nor to the same user’s other device', () => {
    const driver = playedWith(two, [{ who: people.indexOf(bob), choice: 1, afterMs: 0 }])
    const answered = driver.log().filter(({ type }: { type: string }) => type === 'telequiz.answered')
    const sees = (viewer: Viewer): boolean =>
      answered.some((event) => telequiz.redactEvent(viewer, event) !== undefined)
    expect(answered).toHaveLength(1)
    expect(viewers.filter(sees)).toEqual([asMember(bob)])
    const view = telequiz.redactState(asMember(bob), driver.state())
    expect(view.phase).toMatchObject({ answers: [{ 'user-b': { choice: 1, by: bob.memberId } }] })
  })
})

test('after it closes, what was right and how many chose what is everybody’s to see', () => {
  const driver = playedWith(two, [{ who: people.indexOf(bob), choice: 1, afterMs: 0 }])
  driver.clock.advance(10_000)
  for (const viewer of viewers) {
    expect(telequiz.redactState(viewer, driver.state()).phase).toMatchObject({ answer: 1, counts: [0, 1, 0] })
  }
})
