import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { Board, Line, Player } from './board.js'
import { drop, emptyBoard, isFull, isWin, nextPlayer } from './board.js'
import type { ConnectFourEvent, EndReason, Status } from './events.js'
import type { Players } from './players.js'

/** Why the last game ended. */
export interface Result {
  readonly winner: Player | null
  readonly reason: EndReason
  readonly line?: Line
}

export type Phase =
  | { readonly type: 'none' }
  | { readonly type: 'waiting'; readonly players: Players }
  | { readonly type: 'playing'; readonly players: Players; readonly board: Board }
  | {
      readonly type: 'ended'
      readonly players: Players
      readonly board: Board
      readonly result: Result
      /** The players that want a rematch. */
      readonly rematch: ReadonlyArray<Player>
    }

export interface ConnectFourState {
  /** The number of games started in this room. It distinguishes the moves of different games. */
  readonly games: number
  readonly phase: Phase
}

export const initial: ConnectFourState = { games: 0, phase: { type: 'none' } }

/** The player to move; `null` when a player has won or the board is full. */
export const nextIn = (board: Board): Player | null =>
  isWin(board, 1) || isWin(board, 2) || isFull(board) ? null : nextPlayer(board)

/** By the board alone: between the last move and its `over` event the game has ended already. */
export const statusOf = (board: Board): Extract<Status, 'playing' | 'won' | 'draw'> => {
  if (isWin(board, 1) || isWin(board, 2)) return 'won'
  return isFull(board) ? 'draw' : 'playing'
}

export const evolve = (state: ConnectFourState, event: RecordedEvent<ConnectFourEvent>): ConnectFourState => {
  const { phase } = state
  switch (event.type) {
    case 'connect-four.created':
      return { ...state, phase: { type: 'waiting', players: event.data.players } }
    case 'connect-four.started': {
      const { players } = event.data
      return { games: state.games + 1, phase: { type: 'playing', players, board: emptyBoard } }
    }
    case 'connect-four.moved': {
      if (phase.type !== 'playing') return state
      const dropped = drop(phase.board, event.data.column)
      return dropped === undefined ? state : { ...state, phase: { ...phase, board: dropped.board } }
    }
    case 'connect-four.over': {
      if (phase.type !== 'playing' && phase.type !== 'waiting') return state
      const board = phase.type === 'playing' ? phase.board : emptyBoard
      const { players } = phase
      return { ...state, phase: { type: 'ended', players, board, result: event.data, rematch: [] } }
    }
    case 'connect-four.rematch-asked': {
      if (phase.type !== 'ended') return state
      return { ...state, phase: { ...phase, rematch: [...phase.rematch, event.data.player] } }
    }
  }
}
