import { accept, reject, valuesIn } from 'roomreel'
import type { ActivityDeparture, CommandContext, Decision, RoomView, Timer } from 'roomreel'
import type { AskForHands, CloseQuestion, HandsCommand } from './commands.js'
import type { HandsRejection } from './errors.js'
import type { HandsEvent } from './events.js'
import type { HandsState } from './state.js'

type HandsDecision = Decision<HandsEvent, HandsRejection>

export const decide = (
  context: CommandContext<HandsCommand>,
  state: HandsState,
  room: RoomView,
): HandsDecision => {
  switch (context.command.type) {
    case 'ask':
      return askForHands(context.command, context, state)
    case 'raise':
      return raise(context, state)
    case 'lower':
      return lower(context, state)
    case 'close':
      return closeQuestion(context, state, room)
  }
}

const askForHands = (
  { question, seconds, secret: isSecret }: AskForHands,
  { at, by }: CommandContext<unknown>,
  state: HandsState,
): HandsDecision => {
  if (by === null) return reject({ type: 'not-in-room' })
  if (state.type === 'open') return reject({ type: 'question-open' })
  const closesAt = at + Math.round(seconds * 1_000)
  return accept({ type: 'show-of-hands.asked', data: { question, isSecret, closesAt } })
}

const raise = ({ by: who }: CommandContext<unknown>, state: HandsState): HandsDecision => {
  if (who === null) return reject({ type: 'not-in-room' })
  if (state.type === 'idle') return reject({ type: 'no-question' })
  if (state.hands.includes(who)) return accept()
  return accept({ type: 'show-of-hands.raised', data: { who, isSecret: state.isSecret } })
}

const lower = ({ by: who }: CommandContext<unknown>, state: HandsState): HandsDecision => {
  if (who === null) return reject({ type: 'not-in-room' })
  if (state.type === 'idle') return reject({ type: 'no-question' })
  if (!state.hands.includes(who)) return accept()
  return accept({ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } })
}

/** Nothing happens before `closesAt`. */
const closeQuestion = ({ at }: CommandContext<unknown>, state: HandsState, room: RoomView): HandsDecision => {
  if (state.type === 'idle' || at < state.closesAt) return accept()
  const { hands: raised } = state
  const data = { raised, count: raised.length, of: valuesIn(room.members).length }
  return accept({ type: 'show-of-hands.closed', data })
}

/** The timer follows from the state, so it is there again after a crash. */
export const nextTimer = (state: HandsState): Timer<CloseQuestion> | undefined =>
  state.type === 'open' ? { at: state.closesAt, command: { type: 'close' } } : undefined

/** The hand of a member that leaves goes down. A lost connection within the grace period is no departure. */
export const memberLeft = (
  { command: { memberId: who, isGone } }: CommandContext<ActivityDeparture>,
  state: HandsState,
): ReadonlyArray<HandsEvent> =>
  isGone && state.type === 'open' && state.hands.includes(who)
    ? [{ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } }]
    : []

/** Any member may deactivate it. The open question is dropped, because its timer no longer runs. */
export const close = (_context: CommandContext<null>, state: HandsState): HandsDecision =>
  state.type === 'open' ? accept({ type: 'show-of-hands.dropped', data: {} }) : accept()
