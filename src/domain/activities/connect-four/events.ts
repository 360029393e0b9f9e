import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'
import type { Column, Line, Player } from './board.js'
import type { Players } from './players.js'

/** Six rows of seven cells from the top: the player of the disc, or 0. */
export type Cells = ReadonlyArray<ReadonlyArray<Player | 0>>

/** As on the wire. `over`: a player has resigned or forfeited. */
export type Status = 'waiting' | 'playing' | 'won' | 'draw' | 'over'

/** Why a game ended. */
export type EndReason = 'four' | 'full' | 'resigned' | 'forfeit'

/** A player waits for an opponent. */
export type Created = DomainEvent<'connect-four.created', { readonly players: Players }>

/** Both seats are taken; player 1 has the first move. */
export type Started = DomainEvent<
  'connect-four.started',
  { readonly players: Players; readonly next: Player; readonly board: Cells }
>

/** `by` is `null` for a move of the computer. The move is in the log, so a replay searches nothing. */
export type Moved = DomainEvent<
  'connect-four.moved',
  {
    readonly player: Player
    readonly column: Column
    readonly row: number
    /** The number of the move, 1 for the first. */
    readonly ply: number
    /** After this disc. */
    readonly board: Cells
    readonly next: Player | null
    readonly status: Status
  }
>

/** A game without an opponent ends without a winner. */
export type Over = DomainEvent<
  'connect-four.over',
  { readonly winner: Player | null; readonly reason: EndReason; readonly line?: Line }
>

export type RematchAsked = DomainEvent<'connect-four.rematch-asked', { readonly player: Player }>

export type ConnectFourEvent = Created | Started | Moved | Over | RematchAsked

/** Only member ids: they are not personal once the room has erased the names. */
export const schemas: Readonly<Record<ConnectFourEvent['type'], EventSchema>> = {
  'connect-four.created': { v: 1, personalPaths: [] },
  'connect-four.started': { v: 1, personalPaths: [] },
  'connect-four.moved': { v: 1, personalPaths: [] },
  'connect-four.over': { v: 1, personalPaths: [] },
  'connect-four.rematch-asked': { v: 1, personalPaths: [] },
}
