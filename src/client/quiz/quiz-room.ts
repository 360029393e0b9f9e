import type { QuizState } from '../../domain/activities/telequiz/index.js'
import type { AskedQuestion, GivenAnswer } from '../../domain/activities/telequiz/state.js'
import { evolve, initial } from '../../domain/activities/telequiz/state.js'
import { epoch as epochNamed } from '../../domain/kernel/ids.js'
import { findIn } from '../../domain/kernel/table.js'
import type { Person } from './people.js'
import { isMemberEvent, peopleIn, withPeople } from './people.js'
import type { HandledEvent, QuizJoined, QuizShown, ShownEvent } from './quiz-wire.js'
import { isHandled } from './quiz-wire.js'

export type { AskedQuestion } from '../../domain/activities/telequiz/state.js'

/** An own answer; `at` is its time on the server. */
export type OwnAnswer = Pick<GivenAnswer, 'choice' | 'at'>

/** A closed question with the own answer to it. */
export interface Round {
  readonly question: AskedQuestion
  readonly answer: number
  readonly counts: ReadonlyArray<number>
  readonly ownAnswer: OwnAnswer | null
}

/** A room with a quiz, as its member has seen it: a fold of its signals. */
export interface QuizRoom {
  readonly me: { readonly memberId: string; readonly user: string } | null
  /** of the log; `seq` is the last position in it */
  readonly epoch: string | null
  readonly seq: number
  /** in the order in which they joined, the client itself and the host included */
  readonly people: ReadonlyArray<Person>
  /** members who have left: the table still has them */
  readonly formerPeople: ReadonlyArray<Person>
  /** the activity is active: it has a host, present or away */
  readonly isActive: boolean
  /** the state of the domain, without secrets */
  readonly quiz: QuizState
  /** the own answers, by the number of the question */
  readonly ownAnswers: Readonly<Record<number, OwnAnswer>>
  /** of the running quiz or the last one, since the client joined */
  readonly rounds: ReadonlyArray<Round>
  /** members who have signalled that they answered the open question; they signal it to the host alone */
  readonly answeredIds: ReadonlyArray<string>
}

export type QuizRoomSignal =
  | { readonly type: 'joined'; readonly result: QuizJoined }
  | { readonly type: 'event'; readonly event: ShownEvent }
  | { readonly type: 'answered-signal'; readonly from: string; readonly question: number }

export const emptyQuizRoom: QuizRoom = {
  me: null,
  epoch: null,
  seq: 0,
  people: [],
  formerPeople: [],
  isActive: false,
  quiz: initial,
  ownAnswers: {},
  rounds: [],
  answeredIds: [],
}

export const evolveQuizRoom = (room: QuizRoom, signal: QuizRoomSignal): QuizRoom => {
  switch (signal.type) {
    case 'joined':
      return withJoin(room, signal.result)
    case 'event':
      return withShown(room, signal.event)
    case 'answered-signal':
      return withAnsweredSignal(room, signal)
  }
}

/** The state is complete. The missed events add what it lacks: own answers, and the results of earlier questions. */
const withJoin = (
  before: QuizRoom,
  { memberId, epoch, seq, recovered, state, missed }: QuizJoined,
): QuizRoom => {
  const people = peopleIn(state)
  const user = people.find(({ id }) => id === memberId)?.user ?? memberId
  const start: QuizRoom =
    recovered === 'reset' ? { ...emptyQuizRoom, formerPeople: before.formerPeople } : before
  const folded = missed.reduce(withShown, { ...start, me: { memberId, user } })
  const module = state.modules.telequiz
  const quiz = module?.state ?? initial
  const formerPeople = formerOf([...folded.people, ...folded.formerPeople], people)
  const now: QuizRoom = {
    ...folded,
    epoch,
    seq,
    people,
    formerPeople,
    isActive: module?.active ?? false,
    quiz,
  }
  return withClosedRound(withOwnInView(now, memberId))
}

/** Earlier members who are not present; each once, with the latest name. */
const formerOf = (earlier: ReadonlyArray<Person>, present: ReadonlyArray<Person>): ReadonlyArray<Person> => {
  const ids = new Set(present.map(({ id }) => id))
  return earlier.filter(({ id }) => !ids.has(id) && ids.add(id))
}

/** An own answer that is in the state, and whose event came before the page was loaded. */
const withOwnInView = (room: QuizRoom, memberId: string): QuizRoom => {
  const { phase } = room.quiz
  if (phase.type !== 'asking') return room
  const answer = findIn(phase.answers, ({ by }) => by === memberId)
  return answer === undefined ? room : withOwn(room, phase.question.number, answer)
}

const withOwn = (room: QuizRoom, number: number, { choice, at }: OwnAnswer): QuizRoom => ({
  ...room,
  ownAnswers: { ...room.ownAnswers, [number]: { choice, at } },
})

/** A member who joins in the pause after a question has no event of it, and still sees its result. */
const withClosedRound = (room: QuizRoom): QuizRoom => {
  const { phase } = room.quiz
  if (phase.type !== 'closed') return room
  const { question, answer, counts } = phase
  const others = room.rounds.filter((round) => round.question.number !== question.number)
  return {
    ...room,
    rounds: [...others, { question, answer, counts, ownAnswer: room.ownAnswers[question.number] ?? null }],
  }
}

const withShown = (room: QuizRoom, event: ShownEvent): QuizRoom => {
  if (event.seq <= room.seq) return room
  const next = { ...room, seq: event.seq }
  return isHandled(event) ? withEvent(next, event) : next
}

const withEvent = (room: QuizRoom, event: HandledEvent): QuizRoom => {
  if (isMemberEvent(event)) {
    const people = withPeople(room.people, event)
    return { ...room, people, formerPeople: formerOf([...room.people, ...room.formerPeople], people) }
  }
  switch (event.type) {
    case 'room.activity-activated':
      return event.data.activity === 'telequiz' ? { ...room, isActive: true } : room
    case 'room.activity-deactivated':
      return event.data.activity === 'telequiz' ? { ...room, isActive: false } : room
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
  // The result of a quiz does not depend on the epoch of the log.
  const quiz = evolve(before.quiz, { ...event, epoch: epochNamed(''), by: event.by ?? null, cause: null })
  const room = { ...before, quiz }
  switch (event.type) {
    case 'telequiz.question':
      return event.data.number === 1
        ? { ...room, ownAnswers: {}, rounds: [], answeredIds: [] }
        : { ...room, answeredIds: [] }
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

/** A peer's claim, used for a count on the host's screen only: points come from the server. */
const withAnsweredSignal = (
  room: QuizRoom,
  { from, question }: { from: string; question: number },
): QuizRoom => {
  const { quiz, people, answeredIds } = room
  if (quiz.phase.type !== 'asking' || quiz.phase.question.number !== question) return room
  if (answeredIds.includes(from) || people.every(({ id }) => id !== from)) return room
  return { ...room, answeredIds: [...answeredIds, from] }
}

/**
 * Who hosts the quiz. `nobody`: it was not activated yet. `left`: its host has left for good, and another member can take
 * over. `left-during-quiz`: the same, while the clock still leads through a started quiz.
 */
export type Hosting = 'own' | 'other' | 'nobody' | 'left' | 'left-during-quiz' | 'unknown'

export const hostingOf = ({ me, isActive, quiz, people }: QuizRoom): Hosting => {
  if (me === null) return 'unknown'
  const { host, phase } = quiz
  if (!isActive || host === null) return 'nobody'
  if (host.member === me.memberId || (host.userId !== null && host.userId === me.user)) return 'own'
  const isPresent = people.some(({ id, user }) => id === host.member || user === host.userId)
  if (isPresent) return 'other'
  return phase.type === 'asking' || phase.type === 'closed' ? 'left-during-quiz' : 'left'
}
