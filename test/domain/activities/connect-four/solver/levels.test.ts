import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointsOf } from '../../../../../bench/connect-four/match.mjs'
import {
  drop,
  emptyBoard,
  isFull,
  isWin,
  legalColumns,
  nextPlayer,
} from '../../../../../src/domain/activities/connect-four/board.js'
import type { Board, Column } from '../../../../../src/domain/activities/connect-four/board.js'
import type { Level } from '../../../../../src/domain/activities/connect-four/players.js'
import { choose } from '../../../../../src/domain/activities/connect-four/solver/choose.js'
import type { Mind } from '../../../../../src/domain/activities/connect-four/solver/choose.js'
import { positionOf } from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../../../src/domain/activities/connect-four/solver/search.js'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'
import { uniforms } from '../../../../../src/domain/activities/connect-four/solver/levels.js'
import { drawing, openBoards, winningColumns } from './games.js'

const always = (): boolean => true
const mind: Mind = { search: makeSearch(new TranspositionTable(16)), book: new Map() }

const rules = { emptyBoard, drop, isWin, isFull }

const moveOf = (board: Board, level: Level, random: number): Column => {
  const choice = choose(mind, positionOf(board), level, random, always)
  if (choice === undefined) throw new Error(`no move in\n${drawing(board)}`)
  return choice.column
}

const quick = [1, 2, 3, 4, 5, 6] as const satisfies ReadonlyArray<Level>
const anyLevel = fc.constantFrom<Level>(...quick)
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the levels', () => {
  test('each takes an immediate win', () => {
    fc.assert(
      fc.property(openBoards({ min: 6, max: 40 }), anyLevel, anyRandom, (board, level, random) => {
        const wins = winningColumns(board, nextPlayer(board))
        fc.pre(wins.length > 0)
        expect(wins).toContain(moveOf(board, level, random))
      }),
      { numRuns: 200 },
    )
  })

  test('from the third level, each blocks a single winning move of the opponent', () => {
    fc.assert(
      fc.property(openBoards({ min: 6, max: 40 }), anyLevel, anyRandom, (board, level, random) => {
        const own = nextPlayer(board)
        fc.pre(level >= 3 && winningColumns(board, own).length === 0)
        const other = own === 1 ? 2 : 1
        const places = winningColumns(board, other)
        const [place] = places
        fc.pre(places.length === 1 && place !== undefined)
        // If the opponent wins on top of the block, blocking does not help.
        const closed = drop(board, place)?.board
        fc.pre(closed !== undefined && winningColumns(closed, other).length === 0)
        expect([moveOf(board, level, random)]).toEqual(places)
      }),
      { numRuns: 150 },
    )
  })

  test('each repeats its move for the same random number, in a column that is not full', () => {
    fc.assert(
      fc.property(openBoards({ min: 0, max: 41 }), anyLevel, anyRandom, (board, level, random) => {
        const column = moveOf(board, level, random)
        expect(legalColumns(board)).toContain(column)
        expect(moveOf(board, level, random)).toBe(column)
      }),
      { numRuns: 150 },
    )
  })

  test('each is stronger than the level below', () => {
    for (const level of [1, 2, 3, 4, 5] as const) {
      const points = pointsOf(rules, moveOf, level + 1, level, 100)
      expect({ level, isBeaten: points > 50 }).toEqual({ level, isBeaten: true })
    }
  })

  test('a stopped search still gives a move, and reports that it was stopped', () => {
    const choice = choose(mind, positionOf(emptyBoard), 9, 0.5, () => false)
    expect(choice?.reason).toBe('hurried')
    expect(legalColumns(emptyBoard)).toContain(choice?.column)
  })

  test('the random numbers of moods are uniform in tenths', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    for (let seed = 0; seed < 1_000; seed += 1) {
      for (const value of uniforms(seed / 1_000, 8)) {
        const tenth = Math.floor(value * 10)
        counts[tenth] = (counts[tenth] ?? 0) + 1
      }
    }
    expect(counts.length).toBe(10)
    for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(120)
  })
})
