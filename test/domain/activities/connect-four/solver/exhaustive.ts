import {
  discsOf,
  drop,
  isFull,
  isWin,
  legalColumns,
  nextPlayer,
  plyOf,
} from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board } from '../../../../../src/domain/activities/connect-four/board.js'

/**
 * The score by trying everything to the end, with nothing clever in it but that it remembers. For boards with a dozen
 * empty squares or so. `known` may be shared by several calls.
 */
export const exhaustiveScore = (board: Board, known: Map<string, number> = new Map()): number => {
  const key = [discsOf(1, board), discsOf(2, board)].map(({ low, high }) => `${low} ${high}`).join(' ')
  const before = known.get(key)
  if (before !== undefined) return before
  const score = isFull(board) ? 0 : bestOf(board, known)
  known.set(key, score)
  return score
}

const bestOf = (board: Board, known: Map<string, number>): number => {
  const player = nextPlayer(board)
  let best = -Infinity
  for (const column of legalColumns(board)) {
    const next = drop(board, column)?.board
    if (next === undefined) continue
    // The number of the player's disc is half of all discs on the board, rounded up.
    const score = isWin(next, player) ? 22 - Math.ceil(plyOf(next) / 2) : -exhaustiveScore(next, known)
    // -0 would differ from 0 in an exact comparison.
    best = Math.max(best, score === 0 ? 0 : score)
  }
  return best
}
