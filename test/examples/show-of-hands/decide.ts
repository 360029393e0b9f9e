import { happened, refused, valuesIn } from 'roomreel'
import type { ActivityDeparture, Ask, Decision, Due, RoomFacts } from 'roomreel'
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

export const decide = (ask: Ask<HandsCommand>, state: HandsState, room: RoomFacts): Decision<HandsEvent> => {
  switch (ask.command.type) {
    case 'ask':
      return askForHands(ask.command, ask, state)
    case 'raise':
      return raise(ask, state)
    case 'lower':
      return lower(ask, state)
    case 'close':
      return closeQuestion(ask, state, room)
  }
}

const askForHands = (
  { question, seconds, secret: isSecret }: AskForHands,
  { at, by }: Ask<unknown>,
  state: HandsState,
): Decision<HandsEvent> => {
  if (by === null) return nobody
  if (state.type === 'open') return refused('question-open', 'A question is open; wait until it closes')
  const closesAt = at + Math.round(seconds * 1_000)
  return happened({ type: 'show-of-hands.asked', data: { question, isSecret, closesAt } })
}

const raise = ({ by: who }: Ask<unknown>, state: HandsState): Decision<HandsEvent> => {
  if (who === null) return nobody
  if (state.type === 'idle') return noQuestion
  if (state.hands.includes(who)) return happened()
  return happened({ type: 'show-of-hands.raised', data: { who, isSecret: state.isSecret } })
}

const lower = ({ by: who }: Ask<unknown>, state: HandsState): Decision<HandsEvent> => {
  if (who === null) return nobody
  if (state.type === 'idle') return noQuestion
  if (!state.hands.includes(who)) return happened()
  return happened({ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } })
}

const nobody = refused('not-in-room', 'Only members of the room ask and raise hands')
const noQuestion = refused('no-question', 'No question is open; ask one')

/** Nothing before its time, whoever says it. */
const closeQuestion = ({ at }: Ask<unknown>, state: HandsState, room: RoomFacts): Decision<HandsEvent> => {
  if (state.type === 'idle' || at < state.closesAt) return happened()
  const { hands: raised } = state
  const data = { raised, count: raised.length, of: valuesIn(room.members).length }
  return happened({ type: 'show-of-hands.closed', data })
}

/** The timer is data: armed by being the answer, and there again after a crash. */
export const due = (state: HandsState): Due<CloseQuestion> | undefined =>
  state.type === 'open' ? { at: state.closesAt, command: { type: 'close' } } : undefined

/** Who has left does not count: its hand goes down. A connection that is lost for less than the grace has not left. */
export const memberLeft = (
  { command: { memberId: who, isGone } }: Ask<ActivityDeparture>,
  state: HandsState,
): ReadonlyArray<HandsEvent> =>
  isGone && state.type === 'open' && state.hands.includes(who)
    ? [{ type: 'show-of-hands.lowered', data: { who, isSecret: state.isSecret } }]
    : []

/** Turned off by anybody; what is due in an activity that is off would never come. */
export const close = (_ask: Ask<null>, state: HandsState): Decision<HandsEvent> =>
  state.type === 'open' ? happened({ type: 'show-of-hands.dropped', data: {} }) : happened()
