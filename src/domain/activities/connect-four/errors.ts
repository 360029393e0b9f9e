import type { ErrorTable } from '../../kernel/activity.js'

export type ConnectFourRejection =
  /** A game waits for a player or is played in the room. */
  | { readonly type: 'game-running' }
  | { readonly type: 'game-over' }
  | { readonly type: 'not-a-player' }
  | { readonly type: 'not-your-turn' }
  | { readonly type: 'column-full'; readonly column: number }
  /** `ply` is the number of the next move. */
  | { readonly type: 'stale-move'; readonly ply: number }

export const errors: ErrorTable<ConnectFourRejection> = {
  'game-running': () => ({
    code: 'room-exists',
    message: 'A game is set up or being played in this room; join it, or take another room',
  }),
  'game-over': () => ({ message: 'The game is over; ask for a rematch, or create another' }),
  'not-a-player': () => ({ message: 'You do not play this game' }),
  'not-your-turn': () => ({ message: 'It is not your turn' }),
  'column-full': ({ column }) => ({ message: `Column ${column} is full`, details: { column } }),
  'stale-move': ({ ply }) => ({
    message: `That move is not the next one; the next is number ${ply}`,
    details: { ply },
  }),
}
