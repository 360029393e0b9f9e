import type { Board } from '../../domain/activities/connect-four/board.js'
import type { Level } from '../../domain/activities/connect-four/players.js'
import type { ChosenMove } from '../../domain/activities/connect-four/solver/choose.js'

export interface MoveRequest {
  /** Nobody has won yet, and there is room. */
  readonly board: Board
  readonly level: Level
  /** 0 ≤ random < 1, drawn by whoever asks: what levels 1 to 9 do besides thinking comes from it alone. */
  readonly random: number
  /** From the question to the answer, waiting for other questions included. */
  readonly deadlineMs: number
}

/**
 * Whoever moves for the computer. It remembers nothing of a game: asked again, after a crash say, it may think again, and
 * what counts is the move that came into the log.
 */
export interface ConnectFourPlayer {
  /**
   * Within the deadline, and without holding up whoever asks. Rejects when `signal` is aborted, with its reason, when the
   * player is closed, and when thinking itself fails, which a second attempt may not.
   */
  readonly choose: (question: MoveRequest, signal?: AbortSignal) => Promise<ChosenMove>
  /** Gives up what is being thought about, and keeps no thread. */
  readonly close: () => Promise<void>
}
