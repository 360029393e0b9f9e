import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Participant, RoomView } from '../../kernel/activity.js'
import type { CommandContext } from '../../kernel/command-context.js'
import type { Decision } from '../../kernel/decision.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Timer, Instant } from '../../kernel/instant.js'
import type { CommonRejection } from '../../kernel/rejection.js'
import { invalidPayload } from '../../kernel/rejection.js'
import { entryIn, findIn } from '../../kernel/table.js'
import { closing } from './closing.js'
import type { AskNext, CloseQuestion, GiveAnswer, QuizCommand, StartQuiz } from './commands.js'
import type { QuizRejection } from './errors.js'
import type { QuestionAsked, Plan, QuizEvent } from './events.js'
import type { Question } from './questions.js'
import { isChoice, questionsOf } from './questions.js'
import type { Host, Phase, QuizState } from './state.js'

type QuizDecision = Decision<QuizEvent, QuizRejection>

/** The pause between two questions, for the right answer and the ranking. */
export const pauseMs = 3_000

export const decide = (
  context: CommandContext<QuizCommand>,
  state: QuizState,
  room: RoomView,
): QuizDecision => {
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
): QuizDecision => {
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
 * The first answer of a user counts and is final: a change would reward a guess at the start. The host wrote the answers
 * and does not play. All other members play, from the question that is open when they join.
 */
const give = (
  command: GiveAnswer,
  context: CommandContext<unknown>,
  state: QuizState,
  room: RoomView,
): QuizDecision => {
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
): QuizDecision => {
  const { phase, secret } = state
  // Missing only in a log that was read without its secrets, in which nobody plays.
  if (phase.type !== 'asking' || secret === undefined) return E.right([])
  if (number !== phase.question.number || context.at < phase.question.closesAt) return E.right([])
  const answer = number === 1 ? secret.answer : secret.later[number - 2]?.answer
  return E.right(answer === undefined ? [] : closing(phase, answer, state.table))
}

const askNext = ({ number }: AskNext, context: CommandContext<unknown>, state: QuizState): QuizDecision => {
  const { phase, secret } = state
  if (phase.type !== 'closed' || number !== phase.question.number + 1) return E.right([])
  const next = secret?.later[number - 2]
  if (next === undefined || context.at < phase.at + pauseMs) return E.right([])
  return E.right([asked(next, number, phase.question.of, context.at)])
}

/** The pause begins when the question has closed, so it is complete after a restart too. */
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
 * The member that activates the quiz is the host. A quiz that still runs was stopped by a failure, and ends: its host
 * knows the answers and could now play.
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
 * Only the host deactivates the quiz; any member can once the host has left, so that another can host. An open question
 * then never closes, and its answer is not shown.
 */
export const close = (
  context: CommandContext<unknown>,
  { host, phase, table }: QuizState,
  room: RoomView,
): QuizDecision => {
  const asking = participantAsking(context.by, room)
  const isOwn = E.isRight(asking) && isHost(asking.right, host, room)
  const isLed = findIn(room.members, (member) => isHost(member, host, room)) !== undefined
  if (isLed && !isOwn) return E.left({ type: 'access-denied', cause: 'host' })
  return E.right(isRunning(phase) ? [{ type: 'telequiz.finished', data: { table } }] : [])
}

const participantAsking = (by: MemberId | null, room: RoomView): Either<CommonRejection, Participant> => {
  const participant = by === null ? undefined : entryIn(room.members, by)
  return participant === undefined ? E.left({ type: 'not-in-room' }) : E.right(participant)
}

/** The host's member, or another member of the same user: a second device, or after the grace period. */
const isHost = (one: Participant, host: Host | null, room: RoomView): boolean =>
  host !== null && (areOne(host.member, one, room) || (one.userId !== null && one.userId === host.userId))

/** A member may name its user later than it joined, so its current user counts. */
const areOne = (member: MemberId, { id, userId }: Participant, room: RoomView): boolean =>
  member === id || (userId !== null && entryIn(room.members, member)?.userId === userId)

const userOf = ({ id, userId }: Participant): string => userId ?? id

const isRunning = ({ type }: Phase): boolean => type === 'asking' || type === 'closed'
