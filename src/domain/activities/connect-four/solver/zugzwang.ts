import { hasFour } from '../fours.js'
import { boardHigh, boardLow, bottomHigh, bottomLow, columnHigh, columnLow, columns } from '../squares.js'
import { isPlural } from './threats.js'

/**
 * Proofs by the follow-up strategy, without a search (Victor Allis, "A Knowledge-based Approach of Connect-Four", 1988).
 *
 * A player that answers each disc with a disc on top of it gets every second square. With an even number of empty squares in each
 * column and the first player to move, that gives the second player all squares in rows 2, 4 and 6 (counted from the
 * bottom, from 1) and the first player those in rows 1, 3 and 5. If the first has no four even with all of these, the
 * second does not lose. Two columns with an odd number of empty squares do not break this: their next squares are both in
 * an even row, and when the first player takes one, the second takes the other.
 *
 * `first` is the player that began, `second` the other.
 */
const evenRowsLow = bottomLow * 0b0101010
const evenRowsHigh = bottomHigh * 0b0101010
const oddRowsLow = bottomLow * 0b0010101
const oddRowsHigh = bottomHigh * 0b0010101

/**
 * Whether these rules prove that a move scores over `bound`. They prove who wins, not when, so they decide only the bounds
 * next to a draw.
 *
 * @param ply discs on the board before the move
 * @param ownLow the discs of the player that has moved, with that move; `threatLow`: the squares where it would win
 */
export const isDecided = (
  bound: number,
  ply: number,
  ownLow: number,
  ownHigh: number,
  otherLow: number,
  otherHigh: number,
  threatLow: number,
  threatHigh: number,
): boolean => {
  if (ply % 2 === 0) {
    return bound === 0 && firstWins(ownLow, ownHigh, otherLow, otherHigh, threatLow, threatHigh)
  }
  if (bound === -1) return secondHolds(otherLow, otherHigh, ownLow, ownHigh)
  return bound === 0 && secondWins(otherLow, otherHigh, ownLow, ownHigh)
}

/** The first player is to move and cannot win: the second player follows up. */
const secondHolds = (firstLow: number, firstHigh: number, secondLow: number, secondHigh: number): boolean => {
  const takenLow = firstLow | secondLow
  const takenHigh = firstHigh | secondHigh
  const low = firstLow | (oddRowsLow & ~takenLow)
  const high = firstHigh | (oddRowsHigh & ~takenHigh)
  const pairLow = (takenLow + bottomLow) & evenRowsLow
  const pairHigh = (takenHigh + bottomHigh) & evenRowsHigh
  return neverFour(low, high, pairLow, pairHigh)
}

/** The same, and the second player's squares have a four: it wins in the end. */
const secondWins = (firstLow: number, firstHigh: number, secondLow: number, secondHigh: number): boolean => {
  const takenLow = firstLow | secondLow
  const takenHigh = firstHigh | secondHigh
  const pairLow = (takenLow + bottomLow) & evenRowsLow
  const pairHigh = (takenHigh + bottomHigh) & evenRowsHigh
  // The first player chooses which of the pair the second gets, so neither counts.
  const low = secondLow | (evenRowsLow & ~takenLow & ~pairLow)
  const high = secondHigh | (evenRowsHigh & ~takenHigh & ~pairHigh)
  return hasFour(low, high) && secondHolds(firstLow, firstHigh, secondLow, secondHigh)
}

/**
 * The second player is to move, and the first has a threat in an odd row, in a column with an odd number of empty
 * squares. The first player follows up everywhere; when all else is full, the second must play below the threat. It wins
 * if the second has no four with what it can get: odd rows elsewhere, and in that column even rows below the threat.
 *
 * @param threatLow the empty squares, with the threat's high word, where the first player would win
 */
const firstWins = (
  firstLow: number,
  firstHigh: number,
  secondLow: number,
  secondHigh: number,
  threatLow: number,
  threatHigh: number,
): boolean => {
  const oddThreatLow = threatLow & oddRowsLow
  const oddThreatHigh = threatHigh & oddRowsHigh
  if ((oddThreatLow | oddThreatHigh) === 0) return false
  const emptyLow = boardLow & ~(firstLow | secondLow)
  const emptyHigh = boardHigh & ~(firstHigh | secondHigh)
  const oddLow = ((firstLow | secondLow) + bottomLow) & evenRowsLow
  const oddHigh = ((firstHigh | secondHigh) + bottomHigh) & evenRowsHigh
  for (let column = 0; column < columns; column += 1) {
    const inLow = columnLow(column)
    const inHigh = columnHigh(column)
    if (((oddLow & inLow) | (oddHigh & inHigh)) === 0) continue
    const goalLow = oddThreatLow & inLow
    const goalHigh = oddThreatHigh & inHigh
    if ((goalLow | goalHigh) === 0) continue
    // Only what is below the lowest threat of the column is played before it.
    const belowLow = goalLow === 0 ? 0 : (goalLow & -goalLow) - 1
    const belowHigh = goalHigh === 0 ? 0 : (goalHigh & -goalHigh) - 1
    const low = secondLow | (emptyLow & ((oddRowsLow & ~inLow) | (evenRowsLow & inLow & belowLow)))
    const high = secondHigh | (emptyHigh & ((oddRowsHigh & ~inHigh) | (evenRowsHigh & inHigh & belowHigh)))
    if (neverFour(low, high, oddLow & ~inLow, oddHigh & ~inHigh)) return true
  }
  return false
}

/**
 * Whether the opponent of the follow-up has no four with these discs and either of the pair, the next squares of the two
 * odd columns. No odd column is as good as two; with more than two nothing is proven.
 */
const neverFour = (low: number, high: number, pairLow: number, pairHigh: number): boolean => {
  if ((pairLow | pairHigh) === 0) return !hasFour(low, high)
  const oneLow = pairLow & -pairLow
  const oneHigh = oneLow === 0 ? pairHigh & -pairHigh : 0
  const otherLow = pairLow ^ oneLow
  const otherHigh = pairHigh ^ oneHigh
  if (isPlural(otherLow, otherHigh)) return false
  return !hasFour(low | oneLow, high | oneHigh) && !hasFour(low | otherLow, high | otherHigh)
}
