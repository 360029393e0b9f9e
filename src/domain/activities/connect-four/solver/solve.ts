import type { Position } from './position.js'
import { lossNext, winNow } from './position.js'
import type { MayGoOn, Search } from './search.js'

/** 1: the player to move wins, 0: a draw, −1: it loses, with perfect play of both. */
export type Outcome = -1 | 0 | 1

/** `undefined`: the search was stopped. The position has no winner. */
export const outcomeOf = (search: Search, position: Position, mayGoOn: MayGoOn): Outcome | undefined => {
  const overDraw = search.compare(position, 0, mayGoOn)
  if (overDraw === undefined) return undefined
  if (overDraw > 0) return 1
  if (overDraw < 0) return -1
  const overLoss = search.compare(position, -1, mayGoOn)
  if (overLoss === undefined) return undefined
  return overLoss < 0 ? -1 : 0
}

/** The score (see position.ts), by bisection. */
export const scoreOf = (search: Search, position: Position, mayGoOn: MayGoOn): number | undefined => {
  let lower = lossNext(position.ply)
  let upper = winNow(position.ply)
  while (lower < upper) {
    const bound = boundBetween(lower, upper)
    const score = search.compare(position, bound, mayGoOn)
    if (score === undefined) return undefined
    if (score > bound) lower = score
    else upper = score
  }
  return lower
}

/** Further from a draw than the middle: early wins and losses need the fewest positions. */
const boundBetween = (lower: number, upper: number): number => {
  const middle = lower + Math.floor((upper - lower) / 2)
  return middle <= 0 ? Math.min(middle, Math.ceil(lower / 2)) : Math.max(middle, Math.floor(upper / 2))
}
