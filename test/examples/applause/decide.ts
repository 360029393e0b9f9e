import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandContext } from '../../../src/domain/kernel/command-context.js'
import type { Timer } from '../../../src/domain/kernel/instant.js'
import { lookup } from '../../../src/domain/kernel/record.js'
import type { Rejection } from '../../../src/domain/kernel/rejection.js'
import type { ApplauseEvent, Ended } from './events.js'
import type { ApplauseState } from './state.js'

export interface Begin {
  readonly type: 'begin'
}

export interface Clap {
  readonly type: 'clap'
}

/** Said by the room's clock. A client that says it changes nothing: it is not due. */
export interface End {
  readonly type: 'end'
}

export type ApplauseCommand = Begin | Clap | End

type Decision = Either<Rejection, ReadonlyArray<ApplauseEvent>>

const lastsMs = 10_000
const betweenClapsMs = 1_000

export const decide = (context: CommandContext<ApplauseCommand>, state: ApplauseState): Decision => {
  switch (context.command.type) {
    case 'begin':
      return begin(context, state)
    case 'clap':
      return clap(context, state)
    case 'end':
      return end(context, state)
  }
}

/** Nothing where it goes on already: said twice is once. */
const begin = ({ at }: CommandContext<unknown>, state: ApplauseState): Decision =>
  E.right(state.type === 'loud' ? [] : [{ type: 'applause.began', data: { until: at + lastsMs } }])

/** Somebody who claps faster than once a second is not heard more often. */
const clap = ({ at, by }: CommandContext<unknown>, state: ApplauseState): Decision => {
  if (by === null) return E.left({ type: 'not-in-room' })
  if (state.type === 'quiet') return E.right([])
  const last = lookup(state.byMember, by)
  if (last !== undefined && at < last.lastAt + betweenClapsMs) return E.right([])
  return E.right([{ type: 'applause.clapped', data: { by } }])
}

const end = ({ at }: CommandContext<unknown>, state: ApplauseState): Decision =>
  E.right(state.type === 'loud' && at >= state.until ? [ended(state)] : [])

const ended = ({ byMember }: Extract<ApplauseState, { readonly type: 'loud' }>): Ended => {
  let claps = 0
  for (const { count } of Object.values(byMember)) claps += count
  return { type: 'applause.ended', data: { claps } }
}

/** The timer is data: armed by being the answer, and there again after a crash. */
export const nextTimer = (state: ApplauseState): Timer<End> | undefined =>
  state.type === 'loud' ? { at: state.until, command: { type: 'end' } } : undefined

/** Turned off, it ends: what is due in a module that is off would never come. */
export const close = (_ask: CommandContext<unknown>, state: ApplauseState): Decision =>
  E.right(state.type === 'loud' ? [ended(state)] : [])
