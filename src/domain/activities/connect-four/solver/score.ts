/**
 * Scores are for the player to move: 0 a draw, s > 0 a win with its disc number 22 − s, s < 0 a loss to the other's disc
 * number 22 + s. So 1 and −1 are decided by the last discs of the board, and sooner is further from 0.
 */

/** The player to move, with `ply` discs on the board, wins with the next one. */
export const winNow = (ply: number): number => 21 - (ply >> 1)

/** The other player wins with the disc after that. */
export const lossNext = (ply: number): number => ((ply + 1) >> 1) - 21
