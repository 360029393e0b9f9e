import type { Board } from '../board.js'
import { plyOf } from '../board.js'
import { hasFour } from '../fours.js'
import { boardHigh, boardLow, bottomHigh, bottomLow, columnHigh, columnLow } from '../squares.js'
import type { Discs } from '../squares.js'
import { threatsHigh, threatsLow } from './threats.js'

/** A board from the view of the player to move. */
export interface Position {
  readonly own: Discs
  readonly other: Discs
  /** Discs on the board. */
  readonly ply: number
}

export const positionOf = (board: Board): Position => {
  const ply = plyOf(board)
  const { first, second } = board
  return ply % 2 === 0 ? { own: first, other: second, ply } : { own: second, other: first, ply }
}

/** The position after a move, from the other player's view; `undefined`: the column is full. */
export const after = ({ own, other, ply }: Position, column: number): Position | undefined => {
  const low = ((own.low | other.low) + bottomLow) & boardLow & columnLow(column)
  const high = ((own.high | other.high) + bottomHigh) & boardHigh & columnHigh(column)
  if ((low | high) === 0) return undefined
  return { own: other, other: { low: own.low | low, high: own.high | high }, ply: ply + 1 }
}

/** The player who has just moved has four in a line. */
export const isLost = ({ other }: Position): boolean => hasFour(other.low, other.high)

/** The player to move wins with its next disc. */
export const canWinNow = ({ own, other }: Position): boolean => {
  const low = ((own.low | other.low) + bottomLow) & boardLow & threatsLow(own.low, own.high)
  const high = ((own.high | other.high) + bottomHigh) & boardHigh & threatsHigh(own.low, own.high)
  return (low | high) !== 0
}

/**
 * Scores are those of the player to move: 0 is a draw, s > 0 a win with its disc number 22 − s, s < 0 a loss to the other's
 * disc number 22 + s. Sooner ends are further from 0.
 */

/** The player to move, with `ply` discs on the board, wins with the next one. */
export const winNow = (ply: number): number => 21 - (ply >> 1)

/** The other player wins with the disc after that. */
export const lossNext = (ply: number): number => ((ply + 1) >> 1) - 21
