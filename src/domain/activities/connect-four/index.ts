import type { Activity } from '../../kernel/activity.js'
import type { ConnectFourCommand } from './decide.js'
import { close, decide, memberLeft } from './decide.js'
import type { ConnectFourEvent } from './events.js'
import { storage } from './events.js'
import type { ConnectFourState } from './state.js'
import { evolve, initial } from './state.js'
import { shownTo, viewFor } from './redact.js'
import type { MoveWanted } from './effects.js'
import { wants } from './effects.js'

/** Connect Four for two who are in the room, or one against the computer, and all others watch. */
export const connectFour: Activity<ConnectFourState, ConnectFourCommand, ConnectFourEvent, MoveWanted> = {
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
  fold: 1,
  storage,
  initial: () => initial,
  open: () => [],
  close,
  decide,
  memberLeft,
  evolve,
  // Who stays away is the room's to say: a forfeit comes with the end of its grace.
  due: () => undefined,
  wants,
  viewFor,
  shownTo,
}

export type { Column, Player } from './board.js'
export { cellsOf, emptyBoard, plyOf } from './board.js'
export type { ConnectFourCommand } from './decide.js'
export type { Cells, ConnectFourEvent, Status } from './events.js'
export type { Level, Players, Seat } from './players.js'
export { sideOf } from './players.js'
export { nextIn, statusOf } from './state.js'
export type { ConnectFourState } from './state.js'
export type { MoveWanted } from './effects.js'
