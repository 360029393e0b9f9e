import type { Effect } from '../../kernel/activity.js'
import type { Board } from './board.js'
import { plyOf } from './board.js'
import type { GiveUp } from './decide.js'
import type { Level } from './players.js'
import type { ConnectFourState } from './state.js'
import { nextIn } from './state.js'

/** A move for the computer, whose turn it is. */
export interface ComputerMoveEffect extends Effect {
  readonly kind: 'connect-four.move'
  readonly game: number
  /** The number that the move will have. */
  readonly ply: number
  readonly board: Board
  readonly level: Level
  readonly fallback: GiveUp
}

export const wants = ({ games, phase }: ConnectFourState): ComputerMoveEffect | undefined => {
  if (phase.type !== 'playing') return undefined
  const next = nextIn(phase.board)
  const seat = next === null ? null : phase.players[next]
  if (seat?.kind !== 'ai') return undefined
  const ply = plyOf(phase.board) + 1
  return {
    key: `${games}/${ply}`,
    kind: 'connect-four.move',
    game: games,
    ply,
    board: phase.board,
    level: seat.level,
    fallback: { type: 'give-up', game: games, ply },
  }
}
