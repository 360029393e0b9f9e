import type { CommonEmits, Stamp } from '../wire.js'

/** The words of Connect Four on namespace `/`, as wire.md has them. */

/** Player 1 has the first move of a game; a rematch changes the sides. */
export type Player = 1 | 2

/** Six rows from the top, each of seven cells from the left: whose disc lies there, 0 where none does. */
export type Cells = ReadonlyArray<ReadonlyArray<Player | 0>>

/** `row` 0 is the top, `column` 0 the left. */
export type Cell = readonly [row: number, column: number]
export type Line = ReadonlyArray<Cell>

export type Seat =
  | { readonly kind: 'human'; readonly memberId: string; readonly name?: string }
  /** 1 is a beginner, 10 plays perfectly */
  | { readonly kind: 'ai'; readonly level: number }

/** By the player's number; `null` is a seat that waits for somebody. */
export interface Players {
  readonly 1: Seat | null
  readonly 2: Seat | null
}

/** `over`: somebody has given up or stayed away. */
export type GameStatus = 'waiting' | 'playing' | 'won' | 'draw' | 'over'

/** A game as somebody finds it who comes in. */
export interface GameSnapshot {
  readonly board: Cells
  readonly next: Player | null
  /** moves that were made */
  readonly ply: number
  readonly status: GameStatus
  readonly players: Players
}

export type EndReason = 'four' | 'full' | 'resigned' | 'forfeit'

interface Coming {
  readonly room: string
  readonly name?: string
  /** of a private game: nobody enters without the one that it was created with */
  readonly token?: string
}

interface InGame {
  readonly room: string
}

export interface ConnectFourRequests {
  createGame: {
    request: Coming & { opponent: 'human' | 'ai'; level?: number; first: 'me' | 'them' }
    result: { readonly room: string; readonly you: Player; readonly state: GameSnapshot }
  }
  joinGame: {
    request: Coming
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
  /** with this disc */
  readonly board: Cells
  readonly next: Player | null
  readonly status: GameStatus
}

/** What the server emits of its own accord. */
export interface ConnectFourEmits extends CommonEmits {
  gameStarted: { readonly players: Players; readonly next: Player; readonly board: Cells }
  playerMove: Move
  aiMove: Move
  gameOver: { readonly winner: Player | null; readonly reason: EndReason; readonly line?: Line }
  /** the game is lost after `graceMs` */
  playerDisconnected: { readonly player: Player; readonly graceMs?: number }
  playerReconnected: { readonly player: Player }
}

export type ConnectFourEmit = {
  [E in keyof ConnectFourEmits]: { readonly event: E; readonly payload: ConnectFourEmits[E] & Stamp }
}[keyof ConnectFourEmits]

const emitNames: { readonly [E in keyof ConnectFourEmits]: true } = {
  session: true,
  'server-shutdown': true,
  error: true,
  gameStarted: true,
  playerMove: true,
  aiMove: true,
  gameOver: true,
  playerDisconnected: true,
  playerReconnected: true,
}

/** The server's schemas check what it emits, so the client looks at the name alone. */
export const isConnectFourEmit = (heard: { event: string; payload: unknown }): heard is ConnectFourEmit =>
  Object.hasOwn(emitNames, heard.event) && typeof heard.payload === 'object' && heard.payload !== null
