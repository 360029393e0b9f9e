import { defineActivity } from '../../kernel/activity.js'
import { clientCommands } from './commands.js'
import { close, decide, memberLeft } from './decide.js'
import type { ChooseMove } from './effects.js'
import { effects, noComputer, playMove } from './effects.js'
import { errors } from './errors.js'
import { schemas } from './events.js'
import { redactEvent, redactState } from './redact.js'
import { evolve, initial } from './state.js'

/** Connect Four for two members, or for one against the computer; all others watch. */
export const connectFourWith = (choose: ChooseMove) =>
  defineActivity({
    name: 'connect-four',
    commands: ['create', 'join', 'drop', 'resign', 'rematch', 'play-thought', 'give-up'],
    clientCommands,
    errors,
    foldVersion: 1,
    schemas,
    initial: () => initial,
    open: () => [],
    close,
    decide,
    memberLeft,
    evolve,
    // The room's grace period decides when an absent player forfeits.
    nextTimer: () => undefined,
    effects,
    runEffect: playMove(choose),
    redactState,
    redactEvent,
  })

/** Connect Four without a computer player. */
export const connectFour = connectFourWith(noComputer)

export type { Column, Player } from './board.js'
export { cellsOf, emptyBoard, plyOf } from './board.js'
export type { ConnectFourCommand } from './commands.js'
export type { ChooseMove, ComputerMove, MoveRequest } from './effects.js'
export type { Cells, ConnectFourEvent, Status } from './events.js'
export type { Level, Players, Seat } from './players.js'
export { sideOf } from './players.js'
export { nextIn, statusOf } from './state.js'
export type { ConnectFourState } from './state.js'
