import { describe, expect, test } from 'vitest'
import { winnerOf } from '../../../../../bench/connect-four/match.mjs'
import { drop, emptyBoard, isFull, isWin } from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column } from '../../../../../src/domain/activities/connect-four/board.js'
import type { Level } from '../../../../../src/domain/activities/connect-four/players.js'
import { bookData } from '../../../../../src/domain/activities/connect-four/solver/book-data.js'
import { readBook } from '../../../../../src/domain/activities/connect-four/solver/book.js'
import { choose } from '../../../../../src/domain/activities/connect-four/solver/choose.js'
import { positionOf } from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../../../src/domain/activities/connect-four/solver/search.js'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'

const mind = { search: makeSearch(new TranspositionTable(22)), book: readBook(bookData) }
const rules = { emptyBoard, drop, isWin, isFull }

const moveOf = (board: Board, level: Level, random: number): Column => {
  const choice = choose(mind, positionOf(board), level, random, () => true)
  if (choice === undefined) throw new Error('no move')
  return choice.column
}

/** Level 10 plays one side; the other side plays at a lower level, with a given first move if any. */
const winnerOfGame = (
  own: 1 | 2,
  other: { readonly level: Level; readonly game: number; readonly first?: Column },
) =>
  winnerOf(rules, (board, ply) => {
    if (ply % 2 === own - 1) return moveOf(board, 10, 0)
    if (ply === 0 && other.first !== undefined) return other.first
    return moveOf(board, other.level, (other.game * 0.6180339887498949 + ply * 0.7548776662466927) % 1)
  })

describe('level 10', () => {
  test('wins each game that it starts, against every other level', { timeout: 300_000 }, () => {
    for (const level of [1, 3, 5, 7, 8] as const) {
      for (const game of [1, 2])
        expect({ level, game, winner: winnerOfGame(1, { level, game }) }).toEqual({ level, game, winner: 1 })
    }
  })

  test(
    'wins as the second when the first begins in one of the four outer columns',
    { timeout: 300_000 },
    () => {
      for (const first of [0, 1, 5, 6] as const) {
        expect({ first, winner: winnerOfGame(2, { level: 7, game: 1, first }) }).toEqual({ first, winner: 2 })
      }
    },
  )

  test(
    'does not lose as the second player when the first one starts beside the middle',
    { timeout: 300_000 },
    () => {
      for (const first of [2, 4] as const) {
        for (const game of [1, 2, 3]) expect(winnerOfGame(2, { level: 8, game, first })).not.toBe(1)
      }
    },
  )
})
