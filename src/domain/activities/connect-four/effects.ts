import type { Effect, EffectContext } from '../../kernel/activity.js'
import type { Board } from './board.js'
import { plyOf } from './board.js'
import type { GiveUp, PlayThought } from './commands.js'
import type { Level } from './players.js'
import type { ChosenMove } from './solver/choose.js'
import type { ConnectFourState } from './state.js'
import { nextIn } from './state.js'

/** A move of the computer, whose turn it is. */
export interface ComputerMove extends Effect<GiveUp> {
  readonly game: number
  /** The number of the move. */
  readonly ply: number
  readonly board: Board
  readonly level: Level
}

export const effects = ({ games, phase }: ConnectFourState): ReadonlyArray<ComputerMove> => {
  if (phase.type !== 'playing') return []
  const next = nextIn(phase.board)
  const seat = next === null ? null : phase.players[next]
  if (seat?.kind !== 'ai') return []
  const ply = plyOf(phase.board) + 1
  return [
    {
      key: `${games}/${ply}`,
      game: games,
      ply,
      board: phase.board,
      level: seat.level,
      fallback: { type: 'give-up', game: games, ply },
    },
  ]
}

export interface MoveRequest {
  /** A board without a winner and with an open column. */
  readonly board: Board
  readonly level: Level
  /** 0 ≤ random < 1: the only randomness of levels 1 to 9. */
  readonly random: number
  /** The time until the answer, including time in a queue. */
  readonly deadlineMs: number
}

/**
 * Chooses a move within the deadline and without blocking the caller's thread. Rejects when `signal` is aborted, with its
 * reason, and when the computation fails. It remembers no game, so it may choose another move after a crash.
 */
export type ChooseMove = (request: MoveRequest, signal?: AbortSignal) => Promise<ChosenMove>

export const playMove =
  (choose: ChooseMove) =>
  async (
    { board, level, game, ply }: ComputerMove,
    { random, deadlineMs, signal }: EffectContext,
  ): Promise<PlayThought> => {
    const { column } = await choose({ board, level, random, deadlineMs }, signal)
    return { type: 'play-thought', game, ply, column }
  }

/** For models that run no game against the computer: every attempt fails, and the computer resigns. */
export const noComputer: ChooseMove = () => Promise.reject(new Error('This engine has no computer player'))
