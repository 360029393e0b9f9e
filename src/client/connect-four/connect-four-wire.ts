import { emitGuard, type CommonEmits, type EmitOf } from '../wire.js'

/** The protocol of Connect Four on namespace `/`, as in wire.md. */

/** Player 1 moves first; a rematch swaps the sides. */
export type Player = 1 | 2

/** Six rows from the top, each of seven cells from the left: the player whose disc it holds, 0 for none. */
export type Cells = ReadonlyArray<ReadonlyArray<Player | 0>>

/** `row` 0 is the top, `column` 0 the left. */
export type Cell = readonly [row: number, column: number]
export type Line = ReadonlyArray<Cell>

export type Seat =
  | { readonly kind: 'human'; readonly memberId: string; readonly name?: string }
  /** 1 is a beginner, 10 plays perfectly */
  | { readonly kind: 'ai'; readonly level: number }

/** By the player's number; `null` is a free seat. */
export interface Players {
  readonly 1: Seat | null
  readonly 2: Seat | null
}

/** `over`: resigned or forfeit. */
export type GameStatus = 'waiting' | 'playing' | 'won' | 'draw' | 'over'

/** The state of a game in the answer to a create or a join. */
export interface GameSnapshot {
  readonly board: Cells
  readonly next: Player | null
  /** the number of moves so far */
  readonly ply: number
  readonly status: GameStatus
  readonly players: Players
}

export type EndReason = 'four' | 'full' | 'resigned' | 'forfeit'

interface Place {
  readonly room: string
  readonly name?: string
  /** of a private game */
  readonly token?: string
}

interface InGame {
  readonly room: string
}

export interface ConnectFourRequests {
  createGame: {
    request: Place & { opponent: 'human' | 'ai'; level?: number; first: 'me' | 'them' }
    result: { readonly room: string; readonly you: Player; readonly state: GameSnapshot }
  }
  joinGame: {
    request: Place
    /** `you: null`: watching */
    result: { readonly you: Player | null; readonly state: GameSnapshot }
  }
  dropDisc: {
    request: InGame & { column: number; ply: number; moveId: string }
    result: { readonly ply: number; readonly row: number }
  }
  resign: { request: InGame; result: object }
  rematch: { request: InGame; result: object }
}

interface Move {
  readonly player: Player
  readonly column: number
  readonly row: number
  readonly ply: number
  /** after this move */
  readonly board: Cells
  readonly next: Player | null
  readonly status: GameStatus
}

export interface ConnectFourEmits extends CommonEmits {
  gameStarted: { readonly players: Players; readonly next: Player; readonly board: Cells }
  playerMove: Move
  aiMove: Move
  gameOver: { readonly winner: Player | null; readonly reason: EndReason; readonly line?: Line }
  /** after `graceMs` the game is forfeit */
  playerDisconnected: { readonly player: Player; readonly graceMs?: number }
  playerReconnected: { readonly player: Player }
}

export type ConnectFourEmit = EmitOf<ConnectFourEmits>

export const isConnectFourEmit = emitGuard<ConnectFourEmits>({
  session: true,
  'server-shutdown': true,
  error: true,
  gameStarted: true,
  playerMove: true,
  aiMove: true,
  gameOver: true,
  playerDisconnected: true,
  playerReconnected: true,
})
