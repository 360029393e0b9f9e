import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plyOf } from '../../../../../src/domain/activities/connect-four/board.js'
import { positionOf } from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../../../src/domain/activities/connect-four/solver/search.js'
import { outcomeOf, scoreOf } from '../../../../../src/domain/activities/connect-four/solver/solve.js'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'
import { exhaustiveScore } from './exhaustive.js'
import { boardAfter, openBoards } from './games.js'

const always = (): boolean => true

/** `known-scores.txt` names the source of its positions. */
const knownScores = readFileSync(new URL('known-scores.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [moves = '', score = ''] = line.split(' ')
    return { moves, score: Number(score) }
  })

describe('the search', () => {
  test('finds the score of the exhaustive search', () => {
    const known = new Map<string, number>()
    fc.assert(
      fc.property(openBoards({ min: 29, max: 42 }), (board) => {
        // A new table for each position, because entries of other positions would hide errors.
        const search = makeSearch(new TranspositionTable(10))
        const score = exhaustiveScore(board, known)
        expect(scoreOf(search, positionOf(board), always)).toBe(score)
        expect(outcomeOf(search, positionOf(board), always)).toBe(Math.sign(score))
      }),
      { numRuns: 300 },
    )
  })

  test('is right about every bound', () => {
    const known = new Map<string, number>()
    fc.assert(
      fc.property(openBoards({ min: 30, max: 41 }), fc.integer({ min: -21, max: 20 }), (board, bound) => {
        const score = exhaustiveScore(board, known)
        const found = makeSearch(new TranspositionTable(10)).compare(positionOf(board), bound, always)
        if (found === undefined) throw new Error('nobody stopped it')
        if (score > bound) expect([bound < found, found <= score]).toEqual([true, true])
        else expect([score <= found, found <= bound]).toEqual([true, true])
      }),
      { numRuns: 300 },
    )
  })

  test('finds the published scores of middle and end positions', () => {
    const search = makeSearch(new TranspositionTable(18))
    expect(knownScores.length).toBe(400)
    for (const { moves, score } of knownScores) {
      const position = positionOf(boardAfter(moves))
      const found = {
        moves,
        score: scoreOf(search, position, always),
        outcome: outcomeOf(search, position, always),
      }
      expect(found).toEqual({ moves, score, outcome: Math.sign(score) })
    }
  })

  test('reports that it was stopped, and is still right afterwards', () => {
    const search = makeSearch(new TranspositionTable(16))
    const position = positionOf(boardAfter('44444'))
    let questions = 0
    const thrice = (): boolean => {
      questions += 1
      return questions < 3
    }
    expect(search.compare(position, 0, thrice)).toBe(undefined)
    expect(questions).toBe(3)
    const visited = search.visited()
    expect(visited).toBe(3 * 2 ** 11)
    const hard = positionOf(boardAfter('66546423652325425'))
    const alone = outcomeOf(makeSearch(new TranspositionTable(16)), hard, always)
    expect(outcomeOf(search, hard, always)).toBe(alone)
  })

  test('scores a board with one free cell as a draw unless the last disc wins', () => {
    const search = makeSearch(new TranspositionTable(8))
    fc.assert(
      fc.property(openBoards({ min: 41, max: 41 }), (board) => {
        expect(plyOf(board)).toBe(41)
        expect(search.compare(positionOf(board), -1, always)).toBe(exhaustiveScore(board))
      }),
      { numRuns: 20 },
    )
  })
})
