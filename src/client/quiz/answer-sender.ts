import { isWithoutConnection, retryAfterMs, type Answer, type WireError } from '../wire.js'
import type { QuizRoom } from './quiz-room.js'
import { ownChoice } from './ranking.js'

interface AnswerToQuestion {
  readonly choice: number
  readonly number: number
  /** tells apart the first questions of two quizzes in one room */
  readonly closesAt: number
}

/** The own answer to a question on its way. What counts in the end is in the room: `ownChoice`. */
export type AnswerState =
  | { readonly type: 'none' }
  /** `isWaiting`: for a connection */
  | ({ readonly type: 'sending'; readonly isWaiting: boolean } & AnswerToQuestion)
  /** kept until another answer is given, or until the question closes that was open when it was refused */
  | ({ readonly type: 'refused'; readonly error: WireError } & AnswerToQuestion)

export interface AnswerSenderPorts {
  readonly room: () => QuizRoom
  /** the room is joined on this connection */
  readonly isReady: () => boolean
  readonly send: (
    payload: { readonly choice: number; readonly question: number },
    id: string,
  ) => Promise<Answer<object>>
  readonly newId: () => string
  readonly after: (delayMs: number, task: () => void) => () => void
  readonly changed: () => void
}

/** Sends each own answer until the server has it, always with the same id, so that it counts once. */
export interface AnswerSender {
  readonly state: () => AnswerState
  readonly choose: (choice: number) => void
  /** to be called after each change of the room or the connection */
  readonly update: () => void
  readonly close: () => void
}

interface Pending extends AnswerToQuestion {
  readonly id: string
  /** `acknowledged`: the server has it, and the room will show it */
  stage: 'unsent' | 'sent' | 'backing-off' | 'acknowledged'
}

const tooLate: WireError = { code: 'stale-move', message: 'The question had closed.' }

export const answerSender = (ports: AnswerSenderPorts): AnswerSender => {
  const { room, isReady, send, newId, after, changed } = ports
  let pending: Pending | null = null
  let refused: Extract<AnswerState, { type: 'refused' }> | null = null
  /** `closesAt` of the first question after the refused one, during which the error is still shown */
  let shownDuring: number | null = null
  let cancelRetry = (): void => {}

  const openQuestion = () => {
    const { phase } = room().quiz
    return phase.type === 'asking' ? phase.question : null
  }

  const refuse = ({ choice, number, closesAt }: Pending, error: WireError): void => {
    pending = null
    refused = { type: 'refused', choice, number, closesAt, error }
    shownDuring = null
  }

  const updateRefused = (): void => {
    const open = openQuestion()
    if (refused === null || open === null || open.closesAt === refused.closesAt) return
    shownDuring ??= open.closesAt
    if (shownDuring !== open.closesAt) refused = null
  }

  const trySending = async (answer: Pending): Promise<void> => {
    if (answer !== pending || answer.stage !== 'unsent' || !isReady()) return
    answer.stage = 'sent'
    const reply = await send({ choice: answer.choice, question: answer.number }, answer.id)
    answer.stage = reply.success ? 'acknowledged' : 'unsent'
    if (answer !== pending) return
    if (!reply.success && !isWithoutConnection(reply.error)) {
      const retryMs = retryAfterMs(reply.error)
      if (retryMs === null) refuse(answer, reply.error)
      else backOff(answer, retryMs)
    }
    update()
    changed()
  }

  const backOff = (answer: Pending, delayMs: number): void => {
    answer.stage = 'backing-off'
    cancelRetry = after(delayMs, () => {
      answer.stage = 'unsent'
      update()
      changed()
    })
  }

  const update = (): void => {
    updatePending()
    updateRefused()
  }

  /** The room shows whether the answer counted, and whether it still can. */
  const updatePending = (): void => {
    if (pending === null) return
    const { number, closesAt, stage } = pending
    const open = openQuestion()
    const isOpen = open !== null && open.number === number && open.closesAt === closesAt
    if (isOpen ? ownChoice(room()) !== null : room().ownAnswers[number] !== undefined) pending = null
    else if (isOpen) void trySending(pending)
    else if (stage !== 'sent' && isReady()) refuse(pending, tooLate)
  }

  return {
    state: () => {
      if (pending !== null) {
        const { choice, number, closesAt } = pending
        return { type: 'sending', choice, number, closesAt, isWaiting: !isReady() }
      }
      return refused ?? { type: 'none' }
    },
    choose: (choice) => {
      const open = openQuestion()
      if (open === null || ownChoice(room()) !== null) return
      // An answer to an earlier question that is still on its way does not block this one.
      if (pending !== null && pending.closesAt === open.closesAt) return
      cancelRetry()
      refused = null
      const { number, closesAt } = open
      pending = { id: newId(), choice, number, closesAt, stage: 'unsent' }
      update()
      changed()
    },
    update,
    close: () => {
      cancelRetry()
      pending = null
    },
  }
}
