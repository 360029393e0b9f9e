import { z } from 'zod'
import { payloadDecoder } from '../../kernel/payload-decoder.js'
import type { PayloadDecoder } from '../../kernel/payload-decoder.js'
import type { Column } from './board.js'
import type { Level } from './players.js'

export interface Create {
  readonly type: 'create'
  readonly opponent: { readonly kind: 'human' } | { readonly kind: 'ai'; readonly level: Level }
  /** Who is player 1 and has the first move. */
  readonly first: 'me' | 'them'
}

/** Takes the open seat. Without one the member watches, and nothing happens. */
export interface Join {
  readonly type: 'join'
}

export interface Drop {
  readonly type: 'drop'
  readonly column: Column
  /** The number of this move. */
  readonly ply?: number
}

export interface Resign {
  readonly type: 'resign'
}

export interface Rematch {
  readonly type: 'rematch'
}

/** The computer's move with that number in that game; otherwise it is too late. Sent by the room alone. */
export interface PlayThought {
  readonly type: 'play-thought'
  readonly game: number
  readonly ply: number
  readonly column: Column
}

/** Ends a game for which no computer's move was found. Sent by the room alone. */
export interface GiveUp {
  readonly type: 'give-up'
  readonly game: number
  readonly ply: number
}

export type ConnectFourCommand = Create | Join | Drop | Resign | Rematch | PlayThought | GiveUp

const columns = [0, 1, 2, 3, 4, 5, 6] as const
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const
const defaultLevel = 5

/** The fields of a new game, in the game's own event and as a command of its module. */
export const createFields = {
  opponent: z.enum(['human', 'ai']),
  level: z.literal(levels, 'must be 1 to 10').optional(),
  first: z.enum(['me', 'them']).prefault('me'),
}
export const dropFields = {
  column: z.literal(columns, 'must be 0 to 6'),
  ply: z.number().int().min(1).max(42).optional(),
}

const createPayload = z.object(createFields)
const dropPayload = z.object(dropFields)

export const createCommand = ({ opponent, level, first }: z.output<typeof createPayload>): Create => ({
  type: 'create',
  first,
  opponent: opponent === 'ai' ? { kind: 'ai', level: level ?? defaultLevel } : { kind: 'human' },
})

export const dropCommand = ({ column, ply }: z.output<typeof dropPayload>): Drop =>
  ply === undefined ? { type: 'drop', column } : { type: 'drop', column, ply }

const empty = z.object({})

export const clientCommands: Readonly<Record<string, PayloadDecoder<ConnectFourCommand>>> = {
  create: payloadDecoder(createPayload.transform(createCommand)),
  join: payloadDecoder(empty.transform(() => ({ type: 'join' }) as const)),
  drop: payloadDecoder(dropPayload.transform(dropCommand)),
  resign: payloadDecoder(empty.transform(() => ({ type: 'resign' }) as const)),
  rematch: payloadDecoder(empty.transform(() => ({ type: 'rematch' }) as const)),
}
