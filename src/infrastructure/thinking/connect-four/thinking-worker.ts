import type { ChosenMove } from '../../../domain/activities/connect-four/solver/choose.js'
import type { Board } from '../../../domain/activities/connect-four/board.js'
import type { Level } from '../../../domain/activities/connect-four/players.js'
import { bookData } from '../../../domain/activities/connect-four/solver/book-data.js'
import { readBook } from '../../../domain/activities/connect-four/solver/book.js'
import { choose } from '../../../domain/activities/connect-four/solver/choose.js'
import type { Mind } from '../../../domain/activities/connect-four/solver/choose.js'
import { monotonicMs } from './monotonic.js'
import { positionOf } from '../../../domain/activities/connect-four/solver/position.js'
import { makeSearch } from '../../../domain/activities/connect-four/solver/search.js'
import { TranspositionTable } from '../../../domain/activities/connect-four/solver/transposition-table.js'

/** What a thread is asked. */
export interface Task {
  readonly board: Board
  readonly level: Level
  readonly random: number
  /** By `monotonicMs`, which is one clock for all threads of the process. */
  readonly answerBy: number
}

/** 2^22 places, 32 MiB a thread: with four times as many a proof takes hardly fewer visits. */
const tableBits = 22

/** Kept from question to question: what was found out in one game holds in all. */
const mind: Mind = { search: makeSearch(new TranspositionTable(tableBits)), book: readBook(bookData) }

/** The pool calls it by this name. */
export const think = ({ board, level, random, answerBy }: Task): ChosenMove => {
  const choice = choose(mind, positionOf(board), level, random, () => monotonicMs() < answerBy)
  if (choice === undefined) throw new RangeError('a full board has been asked for a move')
  return choice
}
