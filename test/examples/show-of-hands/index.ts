import { reading } from 'roomreel'
import type { ActivityPlugin } from 'roomreel'
import { z } from 'zod'
import type { HandsCommand } from './decide.js'
import { close, decide, nextTimer, memberLeft } from './decide.js'
import type { HandsEvent } from './events.js'
import { schemas } from './events.js'
import type { HandsState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'

const question = z.object({
  question: z.string().min(1).max(200),
  seconds: z.number().min(1).max(600),
  secret: z.boolean().default(false),
})
const nothing = z.object({})

/** Somebody asks, everybody may raise a hand or take it down, and the clock closes it. */
export const showOfHands: ActivityPlugin<HandsState, HandsCommand, HandsEvent> = {
  name: 'show-of-hands',
  commands: ['ask', 'raise', 'lower', 'close'] satisfies ReadonlyArray<HandsCommand['type']>,
  // What clients say, and how it is read. `close` is not here: the clock alone says it.
  commandDecoders: {
    ask: reading(question.transform((said) => ({ type: 'ask', ...said }) as const)),
    raise: reading(nothing.transform(() => ({ type: 'raise' }) as const)),
    lower: reading(nothing.transform(() => ({ type: 'lower' }) as const)),
  },
  foldVersion: 1,
  hidesBetweenMembers: true,
  schemas,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  memberLeft,
  evolve,
  nextTimer,
  redactState,
  redactEvent,
}

export type { HandsCommand } from './decide.js'
export type { HandsEvent } from './events.js'
export type { HandsState } from './state.js'
