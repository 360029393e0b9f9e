import type { Column } from '../board.js'
import type { Level } from '../players.js'
import { candidatesOf } from './candidates.js'
import type { Candidate } from './candidates.js'
import { lookAhead, win } from './lookahead.js'
import { isLost } from './position.js'
import type { Position } from './position.js'
import type { MayGoOn } from './search.js'
import { uniforms } from './uniforms.js'

interface Ability {
  /** How many discs ahead it looks, its own included: with 1 it sees that it can win, with 2 that it would lose. */
  readonly sight: number
  /** How often it looks two discs less far, of 1. */
  readonly slip: number
  /** How far off its judgement of what it sees no end of can be; a square to win on is worth 12 to 22. */
  readonly doubt: number
}

/** All but the tenth, which does not judge but knows. They err as people do: in what they see, never against it. */
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

/** The same for the same position and the same `random`, unless it was stopped; `undefined`: there is no move. */
export const judgedMove = (
  position: Position,
  level: ErringLevel,
  random: number,
  mayGoOn: MayGoOn,
): { readonly column: Column; readonly isHurried: boolean } | undefined => {
  const { sight, slip, doubt } = abilities[level]
  const candidates = candidatesOf(position)
  const [attention = 0, ...moods] = uniforms(random, 1 + candidates.length)
  const seen = attention < slip ? Math.max(1, sight - 2) : sight
  let best: { readonly candidate: Candidate; readonly worth: number } | undefined
  for (const [at, candidate] of candidates.entries()) {
    const value = worthOf(candidate, seen, mayGoOn)
    if (value === undefined) return { column: (best?.candidate ?? candidate).column, isHurried: true }
    // What it sees to the end it does not doubt.
    const worth = Math.abs(value) >= win ? value : value + doubt * (2 * (moods[at] ?? 0) - 1)
    if (best === undefined || worth > best.worth) best = { candidate, worth }
  }
  return best === undefined ? undefined : { column: best.candidate.column, isHurried: false }
}

const worthOf = ({ next }: Candidate, sight: number, mayGoOn: MayGoOn): number | undefined => {
  if (isLost(next)) return win + sight
  const value = lookAhead(next, sight - 1, mayGoOn)
  return value === undefined ? undefined : -value
}
