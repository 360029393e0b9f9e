import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Participant, RoomView } from '../../kernel/activity.js'
import type { CommandContext } from '../../kernel/command-context.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Timer, Instant } from '../../kernel/instant.js'
import type { Rejection } from '../../kernel/rejection.js'
import { invalidPayload } from '../../kernel/rejection.js'
import { entryIn, findIn } from '../../kernel/table.js'
import { closing } from './closing.js'
import type { QuestionAsked, Plan, QuizEvent } from './events.js'
import type { Question } from './questions.js'
import { isChoice, questionsOf } from './questions.js'
import type { Host, Phase, QuizState } from './state.js'

export interface StartQuiz {
  readonly type: 'start-quiz'
  readonly questions: ReadonlyArray<Question>
}

export interface GiveAnswer {
  readonly type: 'give-answer'
  readonly choice: number
  /** Its number; whoever names it is never counted for the next. */
  readonly question?: number
}

/** Said by the room's clock. A client that says it changes nothing: it is not due. */
export interface CloseQuestion {
  readonly type: 'close-question'
  readonly number: number
}

/** As well. */
export interface AskNext {
  readonly type: 'ask-next'
  readonly number: number
}

export type QuizCommand = StartQuiz | GiveAnswer | CloseQuestion | AskNext

type Decision = Either<Rejection, ReadonlyArray<QuizEvent>>

/** Between two questions: to see what was right and where one stands. More would keep people waiting. */
export const pauseMs = 3_000

export const decide = (context: CommandContext<QuizCommand>, state: QuizState, room: RoomView): Decision => {
  const { command } = context
  switch (command.type) {
    case 'start-quiz':
      return start(command, context, state, room)
    case 'give-answer':
      return give(command, context, state, room)
    case 'close-question':
      return closeQuestion(command, context, state)
    case 'ask-next':
      return askNext(command, context, state)
  }
}

const start = (
  command: StartQuiz,
  context: CommandContext<unknown>,
  state: QuizState,
  room: RoomView,
): Decision => {
  const asking = participantAsking(context.by, room)
  if (E.isLeft(asking)) return asking
  if (!isHost(asking.right, state.host, room)) return E.left({ type: 'access-denied', cause: 'host' })
  if (isRunning(state.phase)) return E.left({ type: 'quiz-running' })
  const questions = questionsOf(command.questions)
  if (E.isLeft(questions)) return questions
  const [first, ...later] = questions.right
  const secret: Plan = { answer: first.answer, later }
  return E.right([{ ...asked(first, 1, questions.right.length, context.at), secret }])
}

const asked = (
  { text, choices, seconds }: Question,
  number: number,
  of: number,
  at: Instant,
): QuestionAsked => ({
  type: 'telequiz.question',
  data: { number, of, text, choices, closesAt: at + Math.round(seconds * 1_000) },
})

/**
 * One of each user, the first; it cannot be taken back, or one could answer at once and think afterwards. The host
 * wrote the answers and does not play. Everybody else in the room does, from the question on at which it came in.
 */
const give = (
  command: GiveAnswer,
  context: CommandContext<unknown>,
  state: QuizState,
  room: RoomView,
): Decision => {
  const asking = participantAsking(context.by, room)
  if (E.isLeft(asking)) return asking
  const player = asking.right
  if (isHost(player, state.host, room)) return E.left({ type: 'quiz-host' })
  const { phase } = state
  if (!isRunning(phase)) return E.left({ type: 'no-quiz' })
  if (phase.type !== 'asking' || context.at >= phase.question.closesAt)
    return E.left({ type: 'question-closed' })
  const { number, choices } = phase.question
  if (command.question !== undefined && command.question !== number) {
    return E.left({ type: 'question-closed' })
  }
  const user = userOf(player)
  const isSecond =
    entryIn(phase.answers, user) !== undefined ||
    findIn(phase.answers, ({ by }) => areOne(by, player, room)) !== undefined
  if (isSecond) return E.left({ type: 'question-answered' })
  const { choice } = command
  if (!isChoice(choice, choices)) {
    return E.left(invalidPayload('choice', `must be 0 to ${choices.length - 1}`))
  }
  return E.right([{ type: 'telequiz.answered', data: { number, user, choice } }])
}

const closeQuestion = (
  { number }: CloseQuestion,
  context: CommandContext<unknown>,
  state: QuizState,
): Decision => {
  const { phase, secret } = state
  // Only a log that was read without its secrets lacks the plan, and nobody plays in such a room.
  if (phase.type !== 'asking' || secret === undefined) return E.right([])
  if (number !== phase.question.number || context.at < phase.question.closesAt) return E.right([])
  const answer = number === 1 ? secret.answer : secret.later[number - 2]?.answer
  return E.right(answer === undefined ? [] : closing(phase, answer, state.table))
}

const askNext = ({ number }: AskNext, context: CommandContext<unknown>, state: QuizState): Decision => {
  const { phase, secret } = state
  if (phase.type !== 'closed' || number !== phase.question.number + 1) return E.right([])
  const next = secret?.later[number - 2]
  if (next === undefined || context.at < phase.at + pauseMs) return E.right([])
  return E.right([asked(next, number, phase.question.of, context.at)])
}

/** The pause counts from when a question did close: after a restart people have theirs, too. */
export const nextTimer = ({ phase, secret }: QuizState): Timer<QuizCommand> | undefined => {
  if (secret === undefined) return undefined
  switch (phase.type) {
    case 'idle':
    case 'finished':
      return undefined
    case 'asking': {
      const { closesAt, number } = phase.question
      return { at: closesAt, command: { type: 'close-question', number } }
    }
    case 'closed':
      return { at: phase.at + pauseMs, command: { type: 'ask-next', number: phase.question.number + 1 } }
  }
}

/**
 * Whoever turns it on is the host, also when another was before. A quiz that runs by then was stopped by a failure, and is over:
 * its questions are not the new host's, and the old one, who knows the answers, would play.
 */
export const open = (
  context: CommandContext<unknown>,
  { phase, table }: QuizState,
  room: RoomView,
): ReadonlyArray<QuizEvent> => {
  const userId = context.by === null ? null : (entryIn(room.members, context.by)?.userId ?? null)
  const opened: QuizEvent = { type: 'telequiz.opened', data: { host: context.by, userId } }
  return isRunning(phase) ? [{ type: 'telequiz.finished', data: { table } }, opened] : [opened]
}

/**
 * Turned off by its host, and by anybody once that one has left for good, so that another can host. A question that is
 * open then never closes, and its answer stays unknown.
 */
export const close = (
  context: CommandContext<unknown>,
  { host, phase, table }: QuizState,
  room: RoomView,
): Decision => {
  const asking = participantAsking(context.by, room)
  const isOwn = E.isRight(asking) && isHost(asking.right, host, room)
  const isLed = findIn(room.members, (member) => isHost(member, host, room)) !== undefined
  if (isLed && !isOwn) return E.left({ type: 'access-denied', cause: 'host' })
  return E.right(isRunning(phase) ? [{ type: 'telequiz.finished', data: { table } }] : [])
}

const participantAsking = (by: MemberId | null, room: RoomView): Either<Rejection, Participant> => {
  const participant = by === null ? undefined : entryIn(room.members, by)
  return participant === undefined ? E.left({ type: 'not-in-room' }) : E.right(participant)
}

/** The same member, or the same user as another: on a second device, or come back after the grace. */
const isHost = (one: Participant, host: Host | null, room: RoomView): boolean =>
  host !== null && (areOne(host.member, one, room) || (one.userId !== null && one.userId === host.userId))

/** Also where a member has said only since then which user it is: not every way in asks. */
const areOne = (member: MemberId, { id, userId }: Participant, room: RoomView): boolean =>
  member === id || (userId !== null && entryIn(room.members, member)?.userId === userId)

const userOf = ({ id, userId }: Participant): string => userId ?? id

const isRunning = ({ type }: Phase): boolean => type === 'asking' || type === 'closed'
