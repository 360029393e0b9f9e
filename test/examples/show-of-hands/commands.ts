import { payloadDecoder } from 'roomreel'
import type { PayloadDecoder } from 'roomreel'
import { z } from 'zod'

export interface AskForHands {
  readonly type: 'ask'
  readonly question: string
  readonly seconds: number
  /** In a secret vote the raised hands are hidden until the question closes. */
  readonly secret: boolean
}

export interface RaiseHand {
  readonly type: 'raise'
}

export interface LowerHand {
  readonly type: 'lower'
}

/** Sent by the room's timer. */
export interface CloseQuestion {
  readonly type: 'close'
}

export type HandsCommand = AskForHands | RaiseHand | LowerHand | CloseQuestion

const question = z.object({
  question: z.string().min(1).max(200),
  seconds: z.number().min(1).max(600),
  secret: z.boolean().default(false),
})
const empty = z.object({})

/** Clients cannot send `close`: it is the timer's command. */
export const clientCommands: Readonly<Record<string, PayloadDecoder<HandsCommand>>> = {
  ask: payloadDecoder(question.transform((fields) => ({ type: 'ask', ...fields }) as const)),
  raise: payloadDecoder(empty.transform(() => ({ type: 'raise' }) as const)),
  lower: payloadDecoder(empty.transform(() => ({ type: 'lower' }) as const)),
}
