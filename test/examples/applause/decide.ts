import type { CommandContext } from '../../../src/domain/kernel/command-context.js'
import { accept, reject } from '../../../src/domain/kernel/decision.js'
import type { Decision } from '../../../src/domain/kernel/decision.js'
import type { Timer } from '../../../src/domain/kernel/instant.js'
import { lookup } from '../../../src/domain/kernel/record.js'
import type { ApplauseCommand, End } from './commands.js'
import type { ApplauseRejection } from './errors.js'
import type { ApplauseEvent, Ended } from './events.js'
import type { ApplauseState } from './state.js'

type ApplauseDecision = Decision<ApplauseEvent, ApplauseRejection>

const durationMs = 10_000
const clapIntervalMs = 1_000

export const decide = (context: CommandContext<ApplauseCommand>, state: ApplauseState): ApplauseDecision => {
  switch (context.command.type) {
    case 'begin':
      return begin(context, state)
    case 'clap':
      return clap(context, state)
    case 'end':
      return end(context, state)
  }
}

/** Changes nothing during an applause, so a repeated command is safe. */
const begin = ({ at }: CommandContext<unknown>, state: ApplauseState): ApplauseDecision =>
  state.type === 'loud' ? accept() : accept({ type: 'applause.began', data: { until: at + durationMs } })

/** A member's claps count once a second. */
const clap = ({ at, by }: CommandContext<unknown>, state: ApplauseState): ApplauseDecision => {
  if (by === null) return reject({ type: 'not-in-room' })
  if (state.type === 'quiet') return reject({ type: 'no-applause' })
  const last = lookup(state.byMember, by)
  if (last !== undefined && at < last.lastAt + clapIntervalMs) return accept()
  return accept({ type: 'applause.clapped', data: { by } })
}

const end = ({ at }: CommandContext<unknown>, state: ApplauseState): ApplauseDecision =>
  state.type === 'loud' && at >= state.until ? accept(ended(state)) : accept()

const ended = ({ byMember }: Extract<ApplauseState, { readonly type: 'loud' }>): Ended => {
  let claps = 0
  for (const { count } of Object.values(byMember)) claps += count
  return { type: 'applause.ended', data: { claps } }
}

/** The timer follows from the state, so it is there again after a crash. */
export const nextTimer = (state: ApplauseState): Timer<End> | undefined =>
  state.type === 'loud' ? { at: state.until, command: { type: 'end' } } : undefined

/** A deactivation ends the applause, because its timer no longer runs. */
export const close = (_context: CommandContext<unknown>, state: ApplauseState): ApplauseDecision =>
  state.type === 'loud' ? accept(ended(state)) : accept()
