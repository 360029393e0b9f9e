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
  test('each takes a win that is there', () => {
    fc.assert(
      fc.property(openBoards({ min: 6, max: 40 }), anyLevel, anyRandom, (board, level, random) => {
        const wins = winningColumns(board, nextPlayer(board))
        fc.pre(wins.length > 0)
        expect(wins).toContain(moveOf(board, level, random))
      }),
      { numRuns: 200 },
    )
  })

  test('from the third on each closes the one place where the other would win', () => {
    fc.assert(
      fc.property(openBoards({ min: 6, max: 40 }), anyLevel, anyRandom, (board, level, random) => {
        const own = nextPlayer(board)
        fc.pre(level >= 3 && winningColumns(board, own).length === 0)
        const other = own === 1 ? 2 : 1
        const places = winningColumns(board, other)
        const [place] = places
        fc.pre(places.length === 1 && place !== undefined)
        // Where the other would win on top of it, closing it does not help.
        const closed = drop(board, place)?.board
        fc.pre(closed !== undefined && winningColumns(closed, other).length === 0)
        expect([moveOf(board, level, random)]).toEqual(places)
      }),
      { numRuns: 150 },
    )
  })

  test('each plays the same again for the same chance, and a column with room', () => {
    fc.assert(
      fc.property(openBoards({ min: 0, max: 41 }), anyLevel, anyRandom, (board, level, random) => {
        const column = moveOf(board, level, random)
        expect(legalColumns(board)).toContain(column)
        expect(moveOf(board, level, random)).toBe(column)
      }),
      { numRuns: 150 },
    )
  })

  test('each is stronger than the one below', () => {
    for (const level of [1, 2, 3, 4, 5] as const) {
      const points = pointsOf(rules, moveOf, level + 1, level, 100)
      expect({ level, isBeaten: points > 50 }).toEqual({ level, isBeaten: true })
    }
  })

  test('a stopped one still moves, and says that it was hurried', () => {
    const choice = choose(mind, positionOf(emptyBoard), 9, 0.5, () => false)
    expect(choice?.reason).toBe('hurried')
    expect(legalColumns(emptyBoard)).toContain(choice?.column)
  })

  test('moods are even: each tenth of all numbers comes up about as often', () => {
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
