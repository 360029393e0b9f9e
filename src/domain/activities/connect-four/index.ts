import type { Activity } from '../../kernel/activity.js'
import type { ConnectFourCommand } from './decide.js'
import { close, decide, memberLeft } from './decide.js'
import type { ConnectFourEvent } from './events.js'
import { schemas } from './events.js'
import type { ConnectFourState } from './state.js'
import { evolve, initial } from './state.js'
import { redactEvent, redactState } from './redact.js'
import type { ComputerMoveEffect } from './effects.js'
import { wants } from './effects.js'

/** Connect Four for two who are in the room, or one against the computer, and all others watch. */
export const connectFour: Activity<
  ConnectFourState,
  ConnectFourCommand,
  ConnectFourEvent,
  ComputerMoveEffect
> = {
  name: 'connect-four',
  commands: [
    'create',
    'join',
    'drop',
    'resign',
    'rematch',
    'play-thought',
    'give-up',
  ] satisfies ReadonlyArray<ConnectFourCommand['type']>,
  foldVersion: 1,
  schemas,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  memberLeft,
  evolve,
  // Who stays away is the room's to say: a forfeit comes with the end of its grace.
  nextTimer: () => undefined,
  effect: wants,
  redactState,
  redactEvent,
}

export type { Column, Player } from './board.js'
export { cellsOf, emptyBoard, plyOf } from './board.js'
export type { ConnectFourCommand } from './decide.js'
export type { Cells, ConnectFourEvent, Status } from './events.js'
export type { Level, Players, Seat } from './players.js'
export { sideOf } from './players.js'
export { nextIn, statusOf } from './state.js'
export type { ConnectFourState } from './state.js'
export type { ComputerMoveEffect } from './effects.js'
