import type { QuizState } from '../../domain/activities/telequiz/index.js'
import type { AskedQuestion, GivenAnswer } from '../../domain/activities/telequiz/state.js'
import { evolve, initial } from '../../domain/activities/telequiz/state.js'
import { epoch as epochNamed } from '../../domain/kernel/ids.js'
import { findIn } from '../../domain/kernel/table.js'
import type { Person } from './people.js'
import { isAboutPeople, peopleIn, withPeople } from './people.js'
import type { KnownEvent, QuizJoined, QuizShown, ShownEvent } from './quiz-wire.js'
import { isKnown } from './quiz-wire.js'

export type { AskedQuestion } from '../../domain/activities/telequiz/state.js'

/** An answer of one's own; `at` is when the server had it. */
export type OwnAnswer = Pick<GivenAnswer, 'choice' | 'at'>

/** A question that has closed, and what one had said. */
export interface Round {
  readonly question: AskedQuestion
  readonly answer: number
  readonly counts: ReadonlyArray<number>
  readonly own: OwnAnswer | null
}

/** A room with a quiz, as its member has seen it. Computed from signals alone. */
export interface QuizRoom {
  readonly me: { readonly memberId: string; readonly user: string } | null
  /** names the log; `seq` is the last place in it that was seen */
  readonly epoch: string | null
  readonly seq: number
  /** in the order in which they came, oneself and the host included */
  readonly people: ReadonlyArray<Person>
  /** who has gone for good, for the table still has them */
  readonly gone: ReadonlyArray<Person>
  /** the quiz is turned on: it has a host, here or away */
  readonly isOn: boolean
  /** as the domain has it, without what is secret */
  readonly quiz: QuizState
  /** one's own, by the number of the question */
  readonly own: Readonly<Record<number, OwnAnswer>>
  /** of the quiz that runs, or ran last, as far as one was there */
  readonly rounds: ReadonlyArray<Round>
  /** members who say that they have answered the open question; they say it to the host alone */
  readonly answered: ReadonlyArray<string>
}

export type QuizRoomSignal =
  | { readonly type: 'joined'; readonly result: QuizJoined }
  | { readonly type: 'event'; readonly event: ShownEvent }
  | { readonly type: 'told'; readonly from: string; readonly question: number }

export const emptyQuizRoom: QuizRoom = {
  me: null,
  epoch: null,
  seq: 0,
  people: [],
  gone: [],
  isOn: false,
  quiz: initial,
  own: {},
  rounds: [],
  answered: [],
}

export const evolveQuizRoom = (room: QuizRoom, signal: QuizRoomSignal): QuizRoom => {
  switch (signal.type) {
    case 'joined':
      return joined(room, signal.result)
    case 'event':
      return heard(room, signal.event)
    case 'told':
      return told(room, signal)
  }
}

/**
 * The state is what this member may see now, so it stands. What was missed tells how it came to that: one's own answers,
 * and how the questions before went.
 */
const joined = (
  before: QuizRoom,
  { memberId, epoch, seq, recovered, state, missed }: QuizJoined,
): QuizRoom => {
  const people = peopleIn(state)
  const user = people.find(({ id }) => id === memberId)?.user ?? memberId
  const start = recovered === 'reset' ? { ...emptyQuizRoom, gone: before.gone } : before
  const told = missed.reduce(heard, { ...start, me: { memberId, user } })
  const module = state.modules.telequiz
  const quiz = module?.state ?? initial
  const gone = goneOf([...told.people, ...told.gone], people)
  const now: QuizRoom = { ...told, epoch, seq, people, gone, isOn: module?.active ?? false, quiz }
  return withClosedRound(withOwnInView(now, memberId))
}

/** Of those who were known, who is not here; each once, as known last. */
const goneOf = (known: ReadonlyArray<Person>, here: ReadonlyArray<Person>): ReadonlyArray<Person> => {
  const ids = new Set(here.map(({ id }) => id))
  return known.filter(({ id }) => !ids.has(id) && ids.add(id))
}

/** An answer that is in the view and whose event came before this page did. */
const withOwnInView = (room: QuizRoom, memberId: string): QuizRoom => {
  const { phase } = room.quiz
  if (phase.type !== 'asking') return room
  const given = findIn(phase.answers, ({ by }) => by === memberId)
  return given === undefined ? room : withOwn(room, phase.question.number, given)
}

const withOwn = (room: QuizRoom, number: number, { choice, at }: OwnAnswer): QuizRoom => ({
  ...room,
  own: { ...room.own, [number]: { choice, at } },
})

/** Who comes in the pause after a question has not seen it open, and still sees how it went. */
const withClosedRound = (room: QuizRoom): QuizRoom => {
  const { phase } = room.quiz
  if (phase.type !== 'closed') return room
  const { question, answer, counts } = phase
  const others = room.rounds.filter((round) => round.question.number !== question.number)
  return {
    ...room,
    rounds: [...others, { question, answer, counts, own: room.own[question.number] ?? null }],
  }
}

const heard = (room: QuizRoom, event: ShownEvent): QuizRoom => {
  if (event.seq <= room.seq) return room
  const next = { ...room, seq: event.seq }
  return isKnown(event) ? withEvent(next, event) : next
}

const withEvent = (room: QuizRoom, event: KnownEvent): QuizRoom => {
  if (isAboutPeople(event)) {
    const people = withPeople(room.people, event)
    return { ...room, people, gone: goneOf([...room.people, ...room.gone], people) }
  }
  switch (event.type) {
    case 'room.activity-activated':
      return event.data.activity === 'telequiz' ? { ...room, isOn: true } : room
    case 'room.activity-deactivated':
      return event.data.activity === 'telequiz' ? { ...room, isOn: false } : room
    case 'telequiz.opened':
    case 'telequiz.question':
    case 'telequiz.answered':
    case 'telequiz.closed':
    case 'telequiz.scores':
    case 'telequiz.finished':
      return withQuizEvent(room, event)
  }
}

const withQuizEvent = (before: QuizRoom, event: QuizShown): QuizRoom => {
  // The epoch is the log's, and what a quiz comes to does not depend on it.
  const quiz = evolve(before.quiz, { ...event, epoch: epochNamed(''), by: event.by ?? null, cause: null })
  const room = { ...before, quiz }
  switch (event.type) {
    case 'telequiz.question':
      return event.data.number === 1
        ? { ...room, own: {}, rounds: [], answered: [] }
        : { ...room, answered: [] }
    case 'telequiz.answered':
      return event.by === room.me?.memberId
        ? withOwn(room, event.data.number, { ...event.data, at: event.at })
        : room
    case 'telequiz.closed':
      return withClosedRound(room)
    case 'telequiz.opened':
    case 'telequiz.scores':
    case 'telequiz.finished':
      return room
  }
}

/** Believed for a number on the host's screen, and for nothing else: points come from the server. */
const told = (room: QuizRoom, { from, question }: { from: string; question: number }): QuizRoom => {
  const { quiz, people, answered } = room
  if (quiz.phase.type !== 'asking' || quiz.phase.question.number !== question) return room
  if (answered.includes(from) || people.every(({ id }) => id !== from)) return room
  return { ...room, answered: [...answered, from] }
}
