import type { Board } from '../../domain/activities/connect-four/board.js'
import type { Level } from '../../domain/activities/connect-four/players.js'
import { bookData } from '../../domain/activities/connect-four/solver/book-data.js'
import { readBook } from '../../domain/activities/connect-four/solver/book.js'
import type { ChosenMove, Mind } from '../../domain/activities/connect-four/solver/choose.js'
import { choose } from '../../domain/activities/connect-four/solver/choose.js'
import { positionOf } from '../../domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../domain/activities/connect-four/solver/search.js'
import { TranspositionTable } from '../../domain/activities/connect-four/solver/transposition-table.js'
import { monotonicMs } from './monotonic.js'

export interface MoveTask {
  readonly board: Board
  readonly level: Level
  readonly random: number
  /** By `monotonicMs`, the same clock in all threads of the process. */
  readonly answerBy: number
}

/** 2^22 entries, 32 MiB a thread: a proof with four times as many visits hardly fewer positions. */
const tableBits = 22

/** Kept between tasks: a proven position is valid in every game. */
const mind: Mind = { search: makeSearch(new TranspositionTable(tableBits)), book: readBook(bookData) }

/** The pool calls this export by its name. */
export const chooseMove = ({ board, level, random, answerBy }: MoveTask): ChosenMove => {
  const choice = choose(mind, positionOf(board), level, random, () => monotonicMs() < answerBy)
  if (choice === undefined) throw new RangeError('A full board has no move')
  return choice
}
