import type { Column } from '../board.js'
import type { Level } from '../players.js'
import { candidatesOf } from './candidates.js'
import type { Candidate } from './candidates.js'
import { lookAhead, win } from './lookahead.js'
import { isLost } from './position.js'
import type { Position } from './position.js'
import type { MayGoOn } from './search.js'

interface Ability {
  /** The depth of its search in discs: with 1 it sees its own win, with 2 the other's reply. */
  readonly sight: number
  /** The probability that it searches two discs less. */
  readonly slip: number
  /** The maximum error of its evaluation; a winning square has the value 12 to 22. */
  readonly doubt: number
}

/** All levels but the perfect one. They err in what they do not see, never against what they see. */
export type ErringLevel = Exclude<Level, 10>

const abilities: Readonly<Record<ErringLevel, Ability>> = {
  1: { sight: 1, slip: 0, doubt: 6 },
  2: { sight: 2, slip: 0.3, doubt: 6 },
  3: { sight: 2, slip: 0, doubt: 4 },
  4: { sight: 4, slip: 0.4, doubt: 3 },
  5: { sight: 5, slip: 0.1, doubt: 2 },
  6: { sight: 6, slip: 0.1, doubt: 2 },
  7: { sight: 8, slip: 0.4, doubt: 2 },
  8: { sight: 8, slip: 0.05, doubt: 1 },
  9: { sight: 10, slip: 0.05, doubt: 1 },
}

/** The same move for the same position and `random`, unless it is stopped; `undefined`: the board is full. */
export const judgedMove = (
  position: Position,
  level: ErringLevel,
  random: number,
  mayGoOn: MayGoOn,
): { readonly column: Column; readonly isHurried: boolean } | undefined => {
  const { sight, slip, doubt } = abilities[level]
  const candidates = candidatesOf(position)
  const [attention = 0, ...errors] = uniforms(random, 1 + candidates.length)
  const seen = attention < slip ? Math.max(1, sight - 2) : sight
  let best: { readonly candidate: Candidate; readonly worth: number } | undefined
  for (const [index, candidate] of candidates.entries()) {
    const value = worthOf(candidate, seen, mayGoOn)
    if (value === undefined) return { column: (best?.candidate ?? candidate).column, isHurried: true }
    // A win or loss within its sight has no error.
    const worth = Math.abs(value) >= win ? value : value + doubt * (2 * (errors[index] ?? 0) - 1)
    if (best === undefined || worth > best.worth) best = { candidate, worth }
  }
  return best === undefined ? undefined : { column: best.candidate.column, isHurried: false }
}

const worthOf = ({ next }: Candidate, sight: number, mayGoOn: MayGoOn): number | undefined => {
  if (isLost(next)) return win + sight
  const value = lookAhead(next, sight - 1, mayGoOn)
  return value === undefined ? undefined : -value
}

/**
 * Numbers 0 ≤ u < 1 from a seed 0 ≤ random < 1, by Mulberry32 (Tommy Ettinger). Not for secrets.
 */
export const uniforms = (random: number, count: number): ReadonlyArray<number> => {
  let counter = Math.floor(random * 2 ** 32) | 0
  return Array.from({ length: count }, () => {
    counter = (counter + 0x6d2b79f5) | 0
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  })
}
