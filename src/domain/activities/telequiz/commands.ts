import { z } from 'zod'
import { payloadDecoder } from '../../kernel/payload-decoder.js'
import type { PayloadDecoder } from '../../kernel/payload-decoder.js'
import type { Question } from './questions.js'

export interface StartQuiz {
  readonly type: 'start-quiz'
  readonly questions: ReadonlyArray<Question>
}

export interface GiveAnswer {
  readonly type: 'give-answer'
  readonly choice: number
  /** The number of the question. An answer with a number never counts for the next question. */
  readonly question?: number
}

/** Sent by the room's timer. From a client it changes nothing before the question is due. */
export interface CloseQuestion {
  readonly type: 'close-question'
  readonly number: number
}

/** Sent by the room's timer. From a client it changes nothing before the pause has ended. */
export interface AskNext {
  readonly type: 'ask-next'
  readonly number: number
}

export type QuizCommand = StartQuiz | GiveAnswer | CloseQuestion | AskNext

/** The quiz checks the bounds of each text and number itself. */
const startPayload = z.object({
  questions: z
    .array(
      z.object({
        text: z.string(),
        choices: z.array(z.string()).max(10),
        answer: z.number(),
        seconds: z.number(),
      }),
    )
    .max(100),
})

const answerPayload = z.object({ choice: z.number(), question: z.number().int().positive().optional() })

export const clientCommands: Readonly<Record<string, PayloadDecoder<QuizCommand>>> = {
  start: payloadDecoder(
    startPayload.transform(({ questions }) => ({ type: 'start-quiz', questions }) as const),
  ),
  answer: payloadDecoder(
    answerPayload.transform(({ choice, question }): GiveAnswer => ({
      type: 'give-answer',
      choice,
      ...(question === undefined ? {} : { question }),
    })),
  ),
}
