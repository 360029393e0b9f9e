import type { Column } from '../board.js'
import type { Level } from '../players.js'
import { bookMove } from './book.js'
import type { Book } from './book.js'
import { judgedMove } from './levels.js'
import { perfectMove } from './perfect.js'
import type { Position } from './position.js'
import type { MayGoOn, Search } from './search.js'

/**
 * How a move was found: in the opening book; proven by search to keep win, draw or loss; judged as well as the level can; or, with
 * the time over, the best found so far.
 */
export type MoveReason = 'book' | 'proven' | 'judged' | 'hurried'

export interface ChosenMove {
  readonly column: Column
  readonly reason: MoveReason
}

/** What one thinks with. The search has a memory, which serves all games. */
export interface Mind {
  readonly search: Search
  readonly book: Book
}

/** Visits that go into winning sooner or losing later, when the outcome is certain: some tens of milliseconds. */
const visitsForPolish = 100_000

/** `undefined`: there is no move. Nobody has won yet. */
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

/** Counted from the first time that it is asked: what goes before is the proof. */
const polishing = (search: Search, mayGoOn: MayGoOn): MayGoOn => {
  let started: number | undefined
  return () => {
    started ??= search.visited()
    return search.visited() - started < visitsForPolish && mayGoOn()
  }
}
