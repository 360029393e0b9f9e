import type { Column } from '../board.js'
import { candidatesOf } from './candidates.js'
import type { Candidate } from './candidates.js'
import { isLost, lossNext, winNow } from './position.js'
import type { Position } from './position.js'
import type { MayGoOn, Search } from './search.js'
import type { Outcome } from './solve.js'

/** A move in a position without a winner and with an open column. */
export interface PerfectMove {
  readonly column: Column
  /** The outcome that the move keeps; `null`: the search was stopped, and the move is the best so far. */
  readonly outcome: Outcome | null
}

/**
 * Finds a move that keeps the outcome, while `mayGoOn`. Then, while `mayPolish` too, one that wins sooner or loses later:
 * the outcome is the same, but people expect it of a strong player.
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

/** Tries wins from the soonest on. The known score is not searched again. */
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

/** Removes the moves that lose soonest, then the next, as long as a move is left. */
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
