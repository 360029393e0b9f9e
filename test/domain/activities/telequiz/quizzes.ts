import fc from 'fast-check'
import type { Question, QuizCommand, QuizEvent } from '../../../../src/domain/activities/telequiz/index.js'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import type { RoomView } from '../../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../../src/domain/kernel/domain-event.js'
import type { ActivitySession } from '../../../kit/index.js'
import { activityDriver, activitySessions, membersOf, person, quizCommands } from '../../../kit/index.js'

/** Ann hosts and has a second device. Bob is a user, Cy has no user id, and neither is the host. */
export const ann = person('ann', 'user-a')
export const annsPhone = person("ann's phone", 'user-a')
export const bob = person('bob', 'user-b')
export const bobsPhone = person("bob's phone", 'user-b')
export const cy = person('cy')

export const everyone = membersOf(ann, annsPhone, bob, bobsPhone, cy)

export const two: readonly [Question, Question] = [
  {
    text: 'Which planet has the most moons?',
    choices: ['Jupiter', 'Saturn', 'Uranus'],
    answer: 1,
    seconds: 10,
  },
  { text: 'And the longest day?', choices: ['Venus', 'Mercury'], answer: 0, seconds: 20 },
]

export const startOf = (questions: ReadonlyArray<Question>): QuizCommand => ({
  type: 'start-quiz',
  questions,
})

export const answering = (choice: number, question?: number): QuizCommand =>
  question === undefined ? { type: 'give-answer', choice } : { type: 'give-answer', choice, question }

type Driver = ReturnType<typeof quizDriver>

/** A quiz that Ann has opened, with everyone in the room. */
export const quizDriver = (members: RoomView['members'] = everyone) => {
  const driver = activityDriver(telequiz)
  driver.setMembers(members)
  driver.setActive(true, ann.memberId)
  return driver
}

export const typesOf = (driver: Driver): ReadonlyArray<string> =>
  driver.log().map(({ type }) => type.replace('telequiz.', ''))

type Of<Type extends QuizEvent['type']> = RecordedEvent<Extract<QuizEvent, { readonly type: Type }>>

const isOf =
  <Type extends QuizEvent['type']>(type: Type) =>
  (event: RecordedEvent<QuizEvent>): event is Of<Type> =>
    event.type === type

/** All events of a type, in order. */
export const eventsOf = <Type extends QuizEvent['type']>(
  type: Type,
  driver: Driver,
): ReadonlyArray<Of<Type>> => driver.log().filter(isOf(type))

/** The data of all events of a type, in order. */
export const dataOf = (type: QuizEvent['type'], driver: Driver): ReadonlyArray<unknown> =>
  eventsOf(type, driver).map(({ data }) => data)

/** Any session after the start of a quiz by Ann, with everyone in the room. */
export const quizSessions: fc.Arbitrary<ActivitySession<QuizCommand>> = fc
  .tuple(activitySessions(quizCommands), fc.constantFrom(1, 2, 10))
  .map(([{ seed, turns }, seconds]) => ({
    seed,
    turns: [
      { type: 'met', members: everyone, leader: null },
      { type: 'turned', on: true, by: ann.memberId },
      { type: 'sent', command: startOf(two.map((question) => ({ ...question, seconds }))), by: ann.memberId },
      ...turns.slice(2),
    ],
  }))
