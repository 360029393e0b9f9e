import type { Column } from '../board.js'
import type { Level } from '../players.js'
import { bookMove } from './book.js'
import type { Book } from './book.js'
import { judgedMove } from './levels.js'
import { perfectMove } from './perfect.js'
import type { Position } from './position.js'
import type { MayGoOn, Search } from './search.js'

/**
 * `book`: from the opening book. `proven`: a search has proven that it keeps the outcome. `judged`: by the level's evaluation.
 * `hurried`: the best move at the deadline.
 */
export type MoveReason = 'book' | 'proven' | 'judged' | 'hurried'

export interface ChosenMove {
  readonly column: Column
  readonly reason: MoveReason
}

/** The data of a computer player. The search's table serves all games. */
export interface Mind {
  readonly search: Search
  readonly book: Book
}

/** Positions visited to win sooner or lose later once the outcome is proven: some tens of milliseconds. */
const visitsForPolish = 100_000

/** `undefined`: the board is full. The position has no winner. */
export const choose = (
  { search, book }: Mind,
  position: Position,
  level: Level,
  random: number,
  mayGoOn: MayGoOn,
): ChosenMove | undefined => {
  if (level !== 10) {
    const judged = judgedMove(position, level, random, mayGoOn)
    return judged && { column: judged.column, reason: judged.isHurried ? 'hurried' : 'judged' }
  }
  const fromBook = bookMove(book, position)
  if (fromBook !== undefined) return { column: fromBook, reason: 'book' }
  const mayPolish = polishing(search, mayGoOn)
  const found = perfectMove(search, position, mayGoOn, mayPolish)
  return found && { column: found.column, reason: found.outcome === null ? 'hurried' : 'proven' }
}

/** Counts from its first call: earlier visits belong to the proof. */
const polishing = (search: Search, mayGoOn: MayGoOn): MayGoOn => {
  let started: number | undefined
  return () => {
    started ??= search.visited()
    return search.visited() - started < visitsForPolish && mayGoOn()
  }
}
