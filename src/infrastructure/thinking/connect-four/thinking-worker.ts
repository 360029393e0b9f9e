import type { ChosenMove } from '../../../application/ports/connect-four-player.js'
import type { Board } from '../../../domain/activities/connect-four/board.js'
import type { Level } from '../../../domain/activities/connect-four/players.js'
import { bookData } from './book-data.js'
import { readBook } from './book.js'
import { choose } from './choose.js'
import type { Mind } from './choose.js'
import { monotonicMs } from './monotonic.js'
import { positionOf } from './position.js'
import { makeSearch } from './search.js'
import { TranspositionTable } from './transposition-table.js'

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
