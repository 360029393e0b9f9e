import { reading } from 'roomreel'
import type { GuestActivity } from 'roomreel'
import { z } from 'zod'
import type { HandsCommand } from './decide.js'
import { close, decide, due, memberLeft } from './decide.js'
import type { HandsEvent } from './events.js'
import { storage } from './events.js'
import type { HandsState } from './state.js'
import { evolve, initial } from './state.js'
import { shownTo, viewFor } from './redact.js'

const question = z.object({
  question: z.string().min(1).max(200),
  seconds: z.number().min(1).max(600),
  secret: z.boolean().default(false),
})
const nothing = z.object({})

/** Somebody asks, everybody may raise a hand or take it down, and the clock closes it. */
export const showOfHands: GuestActivity<HandsState, HandsCommand, HandsEvent> = {
  name: 'show-of-hands',
  commands: ['ask', 'raise', 'lower', 'close'] satisfies ReadonlyArray<HandsCommand['type']>,
  // What clients say, and how it is read. `close` is not here: the clock alone says it.
  wire: {
    ask: reading(question.transform((said) => ({ type: 'ask', ...said }) as const)),
    raise: reading(nothing.transform(() => ({ type: 'raise' }) as const)),
    lower: reading(nothing.transform(() => ({ type: 'lower' }) as const)),
  },
  fold: 1,
  hidesBetweenMembers: true,
  storage,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  memberLeft,
  evolve,
  due,
  viewFor,
  shownTo,
}

export type { HandsCommand } from './decide.js'
export type { HandsEvent } from './events.js'
export type { HandsState } from './state.js'
