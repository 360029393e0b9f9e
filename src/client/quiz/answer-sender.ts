import type { Answer, WireError } from '../wire.js'
import type { QuizRoom } from './quiz-room.js'
import { ownChoice } from './ranking.js'

/** To which question an answer was given. */
interface Given {
  readonly choice: number
  readonly number: number
  /** with the number: two quizzes in one room both have a first question */
  readonly closesAt: number
}

/** How one's answer to a question fares. What counts in the end is in the room: `ownChoice`. */
export type AnswerState =
  | { readonly type: 'none' }
  /** on its way, or waiting for a connection */
  | ({ readonly type: 'sending'; readonly isWaiting: boolean } & Given)
  /** kept until another answer is given, or a question has closed that was open when this was told */
  | ({ readonly type: 'refused'; readonly error: WireError } & Given)

export interface AnsweringPorts {
  readonly room: () => QuizRoom
  /** in the room, with a connection */
  readonly isReady: () => boolean
  readonly send: (
    payload: { readonly choice: number; readonly question: number },
    id: string,
  ) => Promise<Answer<object>>
  readonly newId: () => string
  readonly after: (delayMs: number, task: () => void) => () => void
  readonly changed: () => void
}

/** One's own answers: each sent until the server has it, under one id, so that it counts once. */
export interface Answering {
  readonly state: () => AnswerState
  readonly choose: (choice: number) => void
  /** something has changed in the room, or with the connection */
  readonly look: () => void
  readonly close: () => void
}

interface Pending extends Given {
  readonly id: string
  /** `given`: the server has it, and the room will say so */
  stage: 'to-send' | 'under-way' | 'resting' | 'given'
}

/** The connection went before the answer came: whether it happened is not known, and the next join tells. */
const untold: ReadonlySet<string> = new Set(['not-connected', 'connection-lost'])
/** It did not happen, or nobody knows, and it may yet. */
const passing: ReadonlySet<string> = new Set([
  'rate-limited',
  'store-unavailable',
  'shutting-down',
  'internal-error',
])
const restMs = 1_000

const tooLate: WireError = { code: 'stale-move', message: 'The question had closed.' }

export const answering = ({ room, isReady, send, newId, after, changed }: AnsweringPorts): Answering => {
  let pending: Pending | null = null
  let refused: Extract<AnswerState, { type: 'refused' }> | null = null
  /** the first question after the refused one: while it is open one still reads of that */
  let toldBeside: number | null = null
  let callOff = (): void => {}

  const openQuestion = () => {
    const { phase } = room().quiz
    return phase.type === 'asking' ? phase.question : null
  }

  const refuse = ({ choice, number, closesAt }: Pending, error: WireError): void => {
    pending = null
    refused = { type: 'refused', choice, number, closesAt, error }
    toldBeside = null
  }

  /** What is old news is told no more. */
  const lookAtRefused = (): void => {
    const open = openQuestion()
    if (refused === null || open === null || open.closesAt === refused.closesAt) return
    toldBeside ??= open.closesAt
    if (toldBeside !== open.closesAt) refused = null
  }

  const trySending = async (asked: Pending): Promise<void> => {
    if (asked !== pending || asked.stage !== 'to-send' || !isReady()) return
    asked.stage = 'under-way'
    const answer = await send({ choice: asked.choice, question: asked.number }, asked.id)
    asked.stage = answer.success ? 'given' : 'to-send'
    if (asked !== pending) return
    if (!answer.success && passing.has(answer.error.code)) rest(asked, answer.error.retryAfterMs ?? restMs)
    else if (!answer.success && !untold.has(answer.error.code)) refuse(asked, answer.error)
    look()
    changed()
  }

  const rest = (asked: Pending, forMs: number): void => {
    asked.stage = 'resting'
    callOff = after(forMs, () => {
      asked.stage = 'to-send'
      look()
      changed()
    })
  }

  /** The room says whether it counted, and whether it still can. */
  const look = (): void => {
    lookAtPending()
    lookAtRefused()
  }

  const lookAtPending = (): void => {
    if (pending === null) return
    const { number, closesAt, stage } = pending
    const open = openQuestion()
    const isOpen = open !== null && open.number === number && open.closesAt === closesAt
    if (isOpen ? ownChoice(room()) !== null : room().own[number] !== undefined) pending = null
    else if (isOpen) void trySending(pending)
    else if (stage !== 'under-way' && isReady()) refuse(pending, tooLate)
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
      // What is still on its way to a question before this one is not waited for: the room says if it counted.
      if (pending !== null && pending.closesAt === open.closesAt) return
      callOff()
      refused = null
      const { number, closesAt } = open
      pending = { id: newId(), choice, number, closesAt, stage: 'to-send' }
      look()
      changed()
    },
    look,
    close: () => {
      callOff()
      pending = null
    },
  }
}
