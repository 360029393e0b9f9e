import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'
import type { Column, Line, Player } from './board.js'
import type { Players } from './players.js'

/** Six rows from the top of seven: whose disc lies there, 0 where none does. */
export type Cells = ReadonlyArray<ReadonlyArray<Player | 0>>

/** As the wire has it. `over`: somebody has resigned or stayed away. */
export type Status = 'waiting' | 'playing' | 'won' | 'draw' | 'over'

/** How a game came to its end. */
export type EndReason = 'four' | 'full' | 'resigned' | 'forfeit'

/** Somebody waits for an opponent. */
export type Created = DomainEvent<'connect-four.created', { readonly players: Players }>

/** Both seats are taken; player 1 has the first move. */
export type Started = DomainEvent<
  'connect-four.started',
  { readonly players: Players; readonly next: Player; readonly board: Cells }
>

/** `by` is nobody where the computer moved: what it decided is in the log, and no replay thinks again. */
export type Moved = DomainEvent<
  'connect-four.moved',
  {
    readonly player: Player
    readonly column: Column
    readonly row: number
    /** The number of the move, 1 for the first. */
    readonly ply: number
    /** With this disc. */
    readonly board: Cells
    readonly next: Player | null
    readonly status: Status
  }
>

/** A game that nobody had joined ends without a winner. */
export type Over = DomainEvent<
  'connect-four.over',
  { readonly winner: Player | null; readonly reason: EndReason; readonly line?: Line }
>

export type RematchAsked = DomainEvent<'connect-four.rematch-asked', { readonly player: Player }>

export type ConnectFourEvent = Created | Started | Moved | Over | RematchAsked

/** Members are known by their ids here, which are about nobody once the room has forgotten their names. */
export const schemas: Readonly<Record<ConnectFourEvent['type'], EventSchema>> = {
  'connect-four.created': { v: 1, personalPaths: [] },
  'connect-four.started': { v: 1, personalPaths: [] },
  'connect-four.moved': { v: 1, personalPaths: [] },
  'connect-four.over': { v: 1, personalPaths: [] },
  'connect-four.rematch-asked': { v: 1, personalPaths: [] },
}
