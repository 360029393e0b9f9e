import type { Column } from '../board.js'
import { candidatesOf } from './candidates.js'
import type { Candidate } from './candidates.js'
import { isLost } from './position.js'
import type { Position } from './position.js'
import { lossNext, winNow } from './score.js'
import type { MayGoOn, Search } from './search.js'
import type { Outcome } from './solve.js'

/** A move for a position in which nobody has won and there is room. */
export interface PerfectMove {
  readonly column: Column
  /** What the move keeps; `null` where the search was stopped before that was known: then it is the best found so far. */
  readonly outcome: Outcome | null
}

/**
 * First a move that keeps the outcome, for as long as `mayGoOn`. Then, for as long as `mayPolish` too, one
 * that wins sooner or loses later: what is kept is the same, but people see a player who means it.
 */
export const perfectMove = (
  search: Search,
  position: Position,
  mayGoOn: MayGoOn,
  mayPolish: MayGoOn,
): PerfectMove | undefined => {
  const candidates = candidatesOf(position)
  const [first] = candidates
  if (first === undefined) return undefined
  const winner = candidates.find(({ next }) => isLost(next))
  if (winner !== undefined) return { column: winner.column, outcome: 1 }

  const open: Candidate[] = []
  for (const candidate of candidates) {
    const reply = search.compare(candidate.next, -1, mayGoOn)
    if (reply === undefined) return { column: (open[0] ?? candidate).column, outcome: null }
    if (reply < 0) {
      const soonest = soonestWin(search, position, candidates, -reply, mayPolish)
      return { column: soonest ?? candidate.column, outcome: 1 }
    }
    if (reply === 0) open.push(candidate)
  }
  for (const candidate of open) {
    const reply = search.compare(candidate.next, 0, mayGoOn)
    if (reply === undefined) return { column: candidate.column, outcome: null }
    if (reply <= 0) return { column: candidate.column, outcome: 0 }
  }
  return { column: latestLoss(search, position, candidates, mayPolish), outcome: -1 }
}

/** From the soonest on, as far as it goes; the score that is known needs not be asked for. */
const soonestWin = (
  search: Search,
  { ply }: Position,
  candidates: ReadonlyArray<Candidate>,
  known: number,
  mayPolish: MayGoOn,
): Column | undefined => {
  for (let score = winNow(ply + 2); score > known; score -= 1) {
    for (const { column, next } of candidates) {
      const reply = search.compare(next, -score, mayPolish)
      if (reply === undefined) return undefined
      if (reply <= -score) return column
    }
  }
  return undefined
}

/** Leaves out what loses soonest, then what loses next soonest, until nothing would be left. */
const latestLoss = (
  search: Search,
  { ply }: Position,
  candidates: ReadonlyArray<Candidate>,
  mayPolish: MayGoOn,
): Column => {
  let left = candidates
  for (let score = -lossNext(ply); score > 0; score -= 1) {
    const longer: Candidate[] = []
    for (const candidate of left) {
      const reply = search.compare(candidate.next, score - 1, mayPolish)
      if (reply === undefined) return (longer[0] ?? candidate).column
      if (reply < score) longer.push(candidate)
    }
    if (longer.length === 0) break
    left = longer
  }
  const [best] = left
  if (best === undefined) throw new Error('a position with no move has been asked for one')
  return best.column
}
