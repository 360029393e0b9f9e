import { accept, reject, valuesIn } from 'roomreel'
import type { ActivityDeparture, CommandContext, Decision, Timer, RoomView } from 'roomreel'
import type { HandsEvent } from './events.js'
import type { HandsState } from './state.js'

export interface AskForHands {
  readonly type: 'ask'
  readonly question: string
  readonly seconds: number
  /** Nobody sees who has raised a hand before it closes. */
  readonly secret: boolean
}

export interface RaiseHand {
  readonly type: 'raise'
}

export interface LowerHand {
  readonly type: 'lower'
}

/** Said by the room's clock. */
export interface CloseQuestion {
  readonly type: 'close'
}

export type HandsCommand = AskForHands | RaiseHand | LowerHand | CloseQuestion

export const decide = (
  context: CommandContext<HandsCommand>,
  state: HandsState,
  room: RoomView,
): Decision<HandsEvent> => {
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
): Decision<HandsEvent> => {
  if (by === null) return nobody
  if (state.type === 'open') return reject('question-open', 'A question is open; wait until it closes')
  const closesAt = at + Math.round(seconds * 1_000)
  return accept({ type: 'show-of-hands.asked', data: { question, isSecret, closesAt } })
}

const raise = ({ by: who }: CommandContext<unknown>, state: HandsState): Decision<HandsEvent> => {
  if (who === null) return nobody
  if (state.type === 'idle') return noQuestion
  if (state.hands.includes(who)) return accept()
  return accept({ type: 'show-of-hands.raised', data: { who, isSecret: state.isSecret } })
}

const lower = ({ by: who }: CommandContext<unknown>, state: HandsState): Decision<HandsEvent> => {
  if (who === null) return nobody
  if (state.type === 'idle') return noQuestion
  if (!state.hands.includes(who)) return accept()
  return accept({ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } })
}

const nobody = reject('not-in-room', 'Only members of the room ask and raise hands')
const noQuestion = reject('no-question', 'No question is open; ask one')

/** Nothing before its time, whoever says it. */
const closeQuestion = (
  { at }: CommandContext<unknown>,
  state: HandsState,
  room: RoomView,
): Decision<HandsEvent> => {
  if (state.type === 'idle' || at < state.closesAt) return accept()
  const { hands: raised } = state
  const data = { raised, count: raised.length, of: valuesIn(room.members).length }
  return accept({ type: 'show-of-hands.closed', data })
}

/** The timer is data: armed by being the answer, and there again after a crash. */
export const nextTimer = (state: HandsState): Timer<CloseQuestion> | undefined =>
  state.type === 'open' ? { at: state.closesAt, command: { type: 'close' } } : undefined

/** Who has left does not count: its hand goes down. A connection that is lost for less than the grace has not left. */
export const memberLeft = (
  { command: { memberId: who, isGone } }: CommandContext<ActivityDeparture>,
  state: HandsState,
): ReadonlyArray<HandsEvent> =>
  isGone && state.type === 'open' && state.hands.includes(who)
    ? [{ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } }]
    : []

/** Turned off by anybody; what is due in an activity that is off would never come. */
export const close = (_ask: CommandContext<null>, state: HandsState): Decision<HandsEvent> =>
  state.type === 'open' ? accept({ type: 'show-of-hands.dropped', data: {} }) : accept()
