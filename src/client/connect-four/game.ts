import { emptyBoard, isSameBoard, lineOn } from './board.js'
import type {
  Cells,
  ConnectFourEmit,
  ConnectFourEmits,
  EndReason,
  GameSnapshot,
  GameStatus,
  Line,
  Player,
  Players,
} from './connect-four-wire.js'

export interface End {
  /** `null`: a draw, or nobody told this client who it was */
  readonly winner: Player | null
  /** `null`: it was given up before this client came, which is told no more than that */
  readonly reason: EndReason | null
  readonly line: Line | null
}

export type GamePhase =
  /** nothing has been told yet */
  | { readonly type: 'unknown' }
  | { readonly type: 'waiting' }
  | { readonly type: 'playing'; readonly next: Player }
  | { readonly type: 'over'; readonly end: End }

export interface LastMove {
  readonly player: Player
  readonly row: number
  readonly column: number
}

/** Since when and for how long a place is kept, by the engine's clock. */
interface Away {
  readonly at: number
  readonly graceMs: number
}

/** A game as this client has been told of it. Computed from signals alone. */
export interface Game {
  /** one's own member id, known to players and to whoever has come back */
  readonly me: string | null
  readonly players: Players
  readonly board: Cells
  /** moves that were made */
  readonly ply: number
  readonly phase: GamePhase
  /** `null`: none was made, or it was before this client came */
  readonly last: LastMove | null
  readonly away: { readonly 1: Away | null; readonly 2: Away | null }
  /** how far this device's clock was ahead of the engine's, at most: the quickest message tells best */
  readonly aheadMs: number | null
  /** the last emit that was folded */
  readonly seq: number
  /** where the session was taken up: a snapshot that is told afterwards has all up to here in it */
  readonly takenUpAt: number
  readonly snapshotHas: number
}

export type GameSignal =
  | { readonly type: 'session'; readonly membership: { memberId: string; seq: number } | null }
  /** the answer to a create or a join */
  | { readonly type: 'snapshot'; readonly you: Player | null; readonly state: GameSnapshot }
  | { readonly type: 'emit'; readonly emit: ConnectFourEmit; readonly heardAtMs: number }

const nobodyAway = { 1: null, 2: null } as const

export const unknownGame: Game = {
  me: null,
  players: { 1: null, 2: null },
  board: emptyBoard,
  ply: 0,
  phase: { type: 'unknown' },
  last: null,
  away: nobodyAway,
  aheadMs: null,
  seq: 0,
  takenUpAt: 0,
  snapshotHas: 0,
}

/** For which side this client plays; `null`: it watches. */
export const ownSide = ({ me, players }: Game): Player | null => {
  const plays = (player: Player): boolean => {
    const seat = players[player]
    return seat?.kind === 'human' && seat.memberId === me
  }
  if (plays(1)) return 1
  return plays(2) ? 2 : null
}

/** Until when an absent player's place is kept, in epoch ms by this device's clock; `null`: it is there. */
export const awayUntil = ({ away, aheadMs }: Game, player: Player): number | null => {
  const since = away[player]
  return since === null ? null : since.at + since.graceMs + (aheadMs ?? 0)
}

export const evolveGame = (game: Game, signal: GameSignal): Game => {
  switch (signal.type) {
    case 'session':
      return signal.membership === null
        ? // Somebody new to the room, to whom places in the log before mean nothing.
          { ...game, me: null, seq: 0, takenUpAt: 0, snapshotHas: 0 }
        : { ...game, me: signal.membership.memberId, takenUpAt: signal.membership.seq }
    case 'snapshot':
      return found(game, signal.you, signal.state)
    case 'emit':
      return heard(game, signal.emit, signal.heardAtMs)
  }
}

const found = (game: Game, you: Player | null, snapshot: GameSnapshot): Game => {
  const { players, board, ply } = snapshot
  const seat = you === null ? null : players[you]
  const phase = phaseOf(snapshot)
  const here: Game = {
    ...game,
    me: seat?.kind === 'human' ? seat.memberId : game.me,
    players,
    snapshotHas: Math.max(game.seq, game.takenUpAt),
  }
  // What is known of the same position besides, its last move and who gave it up, is in no snapshot.
  if (phase.type === game.phase.type && isSameBoard(board, game.board)) return here
  return { ...here, board, ply, phase, last: null }
}

const phaseOf = ({ board, next, status }: Pick<GameSnapshot, 'board' | 'next' | 'status'>): GamePhase => {
  if (status === 'waiting') return { type: 'waiting' }
  return status === 'playing' && next !== null
    ? { type: 'playing', next }
    : { type: 'over', end: endOn(board, status) }
}

const endOn = (board: Cells, status: GameStatus): End => {
  const four = status === 'won' ? lineOn(board) : null
  if (four !== null) return { winner: four.player, reason: 'four', line: four.line }
  return { winner: null, reason: status === 'draw' ? 'full' : null, line: null }
}

const heard = (before: Game, emit: ConnectFourEmit, heardAtMs: number): Game => {
  const { seq, at } = emit.payload
  // Without a place in the log it is not of the game.
  if (seq === undefined || at === undefined || seq <= before.seq) return before
  const game: Game = {
    ...before,
    seq,
    aheadMs: Math.min(before.aheadMs ?? Number.POSITIVE_INFINITY, heardAtMs - at),
  }
  const isInSnapshot = seq <= game.snapshotHas
  switch (emit.event) {
    case 'gameStarted':
      return isInSnapshot ? { ...game, away: nobodyAway } : started(game, emit.payload)
    case 'playerMove':
    case 'aiMove':
      return moved(game, emit.payload, isInSnapshot)
    case 'gameOver':
      return isInSnapshot && game.phase.type !== 'over' ? game : ended(game, emit.payload)
    case 'playerDisconnected': {
      const { player, graceMs = 0 } = emit.payload
      return { ...game, away: { ...game.away, [player]: { at, graceMs } } }
    }
    case 'playerReconnected':
      return { ...game, away: { ...game.away, [emit.payload.player]: null } }
    case 'session':
    case 'server-shutdown':
    case 'error':
      return before
  }
}

const started = (game: Game, { players, next, board }: ConnectFourEmits['gameStarted']): Game => ({
  ...game,
  players,
  board,
  ply: 0,
  phase: { type: 'playing', next },
  last: null,
  away: nobodyAway,
})

/** What a snapshot has already takes nothing back; it still says which move was the last. */
const moved = (
  game: Game,
  { player, row, column, ply, board, next, status }: ConnectFourEmits['playerMove'],
  isInSnapshot: boolean,
): Game => {
  const last = { player, row, column }
  if (isInSnapshot || ply <= game.ply) return isSameBoard(board, game.board) ? { ...game, last } : game
  return { ...game, board, ply, phase: phaseOf({ board, next, status }), last }
}

const ended = (game: Game, { winner, reason, line }: ConnectFourEmits['gameOver']): Game => ({
  ...game,
  phase: { type: 'over', end: { winner, reason, line: line ?? null } },
  away: nobodyAway,
})
