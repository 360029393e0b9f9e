import type { AnswerState } from '../../../client/quiz/answer-sender.js'
import type { QuizClientState } from '../../../client/quiz/quiz-client.js'
import type { AskedQuestion, Round } from '../../../client/quiz/quiz-room.js'
import { ownChoice, pointsOf, ranking } from '../../../client/quiz/ranking.js'
import type { WireError } from '../../../client/wire.js'
import { errorText } from '../../shell/error-text.js'
import { letterOf } from '../show/letters.js'

/** What the error codes that activities share mean in a quiz. */
const quizErrors: Readonly<Record<string, string>> = {
  'stale-move': 'Too late: the question had closed.',
  'not-your-turn': 'You have answered already, perhaps in another window. The first answer counts.',
  'not-a-player': 'Whoever hosts the quiz knows the answers, and does not play.',
  'game-over': 'No question is open right now. Wait for the next one.',
  'activity-inactive': 'The quiz has been turned off. Wait until its host is back.',
  'room-not-found': 'There is no quiz with this code. Check it with whoever gave it to you.',
  'access-denied':
    'This quiz is private. Scan its QR code, or ask for the whole link: the part after # lets you in.',
}

const hostErrors: Readonly<Record<string, string>> = {
  'draw-running': 'A quiz is running in this room. Wait for its end.',
  'access-denied': 'Somebody else hosts this quiz, and only the host starts it.',
  'payload-too-large': 'All in all the questions are too long to send. Shorten some.',
}

export const quizErrorText = (error: WireError): string => quizErrors[error.code] ?? errorText(error)

/** For an answer that came after its question had closed, while the next question is open already. */
export const lateAnswerText = (open: Pick<AskedQuestion, 'closesAt'>, answer: AnswerState): string | null =>
  answer.type === 'refused' && answer.closesAt !== open.closesAt && answer.error.code === 'stale-move'
    ? `Too late: question ${answer.number} had closed, and your answer to it does not count.`
    : null

export const hostErrorText = (error: WireError): string => {
  const question = /^questions\.(\d+)\.(\w+)/.exec(error.path ?? '')
  if (error.code === 'invalid-payload' && question !== null)
    return `Question ${Number(question[1]) + 1} cannot be asked like this: its ${question[2]} ${error.message}.`
  return hostErrors[error.code] ?? quizErrorText(error)
}

export const pointsText = (score: number): string =>
  `${score.toLocaleString('en')} ${score === 1 ? 'point' : 'points'}`

export const ordinal = (place: number): string => {
  const endings = ['th', 'st', 'nd', 'rd'] as const
  const ten = place % 100
  return `${place}${(ten > 10 && ten < 14 ? undefined : endings[place % 10]) ?? 'th'}`
}

const ownPlace = (state: QuizClientState): string => {
  const own = ranking(state.room).find(({ isOwn }) => isOwn)
  return own === undefined ? '' : ` You are ${ordinal(own.place)} with ${pointsText(own.score)}.`
}

/** The result of a closed question. */
const outcome = (state: QuizClientState, as: 'host' | 'player', round: Round): string => {
  const { question, answer, ownAnswer } = round
  const closed = `The right answer was ${letterOf(answer)}: ${question.choices[answer] ?? ''}.`
  if (as === 'host' || ownAnswer === null) return closed
  return ownAnswer.choice === answer
    ? `Right! ${pointsText(pointsOf(round))}.${ownPlace(state)}`
    : `Wrong. ${closed}${ownPlace(state)}`
}

/**
 * What a screen reader announces. It changes with the content, and not with the clock.
 * @param last the last question, while its result is shown after the end
 */
export const announcementOf = (state: QuizClientState, as: 'host' | 'player', last: Round | null): string => {
  const { room, answer } = state
  const { phase } = room.quiz
  switch (phase.type) {
    case 'idle':
      return ''
    case 'asking': {
      const { number, of, text, choices, openedAt, closesAt } = phase.question
      const own = as === 'player' ? ownChoice(room) : null
      if (own !== null) return `Your answer ${letterOf(own)} is locked in.`
      if (as === 'player' && answer.type === 'sending' && answer.isWaiting && answer.closesAt === closesAt)
        return `Your answer ${letterOf(answer.choice)} is sent as soon as the connection is back.`
      const seconds = Math.round((closesAt - openedAt) / 1_000)
      const late = as === 'player' ? lateAnswerText(phase.question, answer) : null
      return `${late === null ? '' : `${late} `}Question ${number} of ${of}: ${text} ${choices.length} choices, ${seconds} seconds.`
    }
    case 'closed': {
      const round = room.rounds.find(({ question }) => question.number === phase.question.number)
      return round === undefined ? '' : outcome(state, as, round)
    }
    case 'finished': {
      if (last !== null) return outcome(state, as, last)
      const [best] = ranking(room)
      if (best === undefined) return 'The quiz is over.'
      return as === 'host'
        ? `The quiz is over. ${best.name ?? 'Somebody'} has won with ${pointsText(best.score)}.`
        : `The quiz is over.${ownPlace(state)}`
    }
  }
}
