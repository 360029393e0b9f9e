import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drop, emptyBoard, isWin, plyOf } from '../../../../../src/domain/activities/connect-four/board.js'
import type { Column } from '../../../../../src/domain/activities/connect-four/board.js'
import { bookData } from '../../../../../src/domain/activities/connect-four/solver/book-data.js'
import { bookMove, readBook } from '../../../../../src/domain/activities/connect-four/solver/book.js'
import {
  firstPositions,
  positionsAfter,
} from '../../../../../src/domain/activities/connect-four/solver/book.js'
import type { Side } from '../../../../../src/domain/activities/connect-four/solver/book.js'
import {
  after,
  isLost,
  positionOf,
} from '../../../../../src/domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../../../src/domain/activities/connect-four/solver/search.js'
import { outcomeOf } from '../../../../../src/domain/activities/connect-four/solver/solve.js'
import { TranspositionTable } from '../../../../../src/domain/activities/connect-four/solver/transposition-table.js'
import { boardAfter } from './games.js'

const always = (): boolean => true
const anyColumn = fc.constantFrom<Column>(0, 1, 2, 3, 4, 5, 6)

describe('the format of the book', () => {
  test('has one digit for each position that the earlier moves lead to', () => {
    // 3 for the middle of the empty board, and four replies, because three of the seven are mirror images.
    const book = readBook({ first: ['3', '3333'], second: ['3333'] })
    expect(book.size).toBe(9)
    expect(bookMove(book, positionOf(emptyBoard))).toBe(3)
    expect(bookMove(book, positionOf(boardAfter('47')))).toBe(3)
    expect(bookMove(book, positionOf(boardAfter('4')))).toBe(3)
    expect(bookMove(book, positionOf(boardAfter('12')))).toBe(undefined)
  })

  test('has one of two mirror images, and mirrors its move for the other', () => {
    const positions = firstPositions('second')
    const text = positions.map((_, at) => `${at}`).join('')
    const book = readBook({ first: [], second: [text] })
    for (const [one, other] of ['17', '26', '35'].map((pair) => Array.from(pair))) {
      const left = bookMove(book, positionOf(boardAfter(one ?? '')))
      const right = bookMove(book, positionOf(boardAfter(other ?? '')))
      expect(left).toBe(6 - (right ?? NaN))
    }
  })

  test('is rejected if it is incomplete or has an invalid column', () => {
    expect(() => readBook({ first: ['3', '333'], second: [] })).toThrow(RangeError)
    expect(() => readBook({ first: ['33'], second: [] })).toThrow(RangeError)
    expect(() => readBook({ first: ['7'], second: [] })).toThrow(RangeError)
    expect(() => readBook({ first: ['x'], second: [] })).toThrow(RangeError)
  })

  test('has only positions that are not over, with the perfect player to move', () => {
    for (const position of firstPositions('first')) expect(position.ply).toBe(0)
    const second = firstPositions('second')
    expect(second.map(({ ply }) => ply)).toEqual([1, 1, 1, 1])
    let positions = second
    for (let ply = 3; ply <= 9; ply += 2) {
      positions = positionsAfter(
        positions,
        positions.map((position) => [3, 2, 4, 1, 5, 0, 6].find((column) => after(position, column)) ?? 0),
      )
      expect(positions.every((position) => position.ply === ply && !isLost(position))).toBe(true)
    }
    expect(positions.length).toBeGreaterThan(100)
  })
})

describe('the bundled book', () => {
  const book = readBook(bookData)

  test('starts in the middle, the only winning column', () => {
    expect(bookMove(book, positionOf(emptyBoard))).toBe(3)
  })

  test('agrees with the search in a sample of its deepest positions', { timeout: 300_000 }, () => {
    const search = makeSearch(new TranspositionTable(22))
    for (const side of ['first', 'second'] as const) {
      let positions = firstPositions(side)
      const texts = bookData[side]
      for (const text of texts.slice(0, -1)) positions = positionsAfter(positions, Array.from(text, Number))
      const step = Math.max(1, Math.floor(positions.length / 12))
      for (let at = 0; at < positions.length; at += step) {
        const position = positions[at]
        const next = position && after(position, Number(texts.at(-1)?.[at]))
        if (position === undefined || next === undefined) throw new Error(`no move for position ${at}`)
        const kept = isLost(next) ? 1 : 0 - (outcomeOf(search, next, always) ?? NaN)
        expect({ position, kept }).toEqual({ position, kept: outcomeOf(search, position, always) })
      }
    }
  })

  test('has every position of its depth that a game of level 10 can reach', () => {
    const anyReplies = fc.array(anyColumn, { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom<Side>('first', 'second'), anyReplies, (side, replies) => {
        let board = emptyBoard
        for (const reply of replies) {
          const isOwnTurn = plyOf(board) % 2 === (side === 'first' ? 0 : 1)
          if (isOwnTurn && plyOf(board) < depthOf(side)) {
            const column = bookMove(book, positionOf(board))
            if (column === undefined) throw new Error(`not in the book: ${JSON.stringify(board)}`)
            board = drop(board, column)?.board ?? board
          }
          if (isWin(board, 1) || isWin(board, 2)) return
          board = drop(board, reply)?.board ?? board
          if (isWin(board, 1) || isWin(board, 2)) return
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** From this number of discs, the book has no positions. */
const depthOf = (side: Side): number => 2 * bookData[side].length + (side === 'first' ? 0 : 1)
