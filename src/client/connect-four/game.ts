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
  /** `null`: a draw, or unknown to this client */
  readonly winner: Player | null
  /** `null`: the game ended before this client joined, by a resignation or a forfeit */
  readonly reason: EndReason | null
  readonly line: Line | null
}

export type GamePhase =
  /** the answer to the join has not come yet */
  | { readonly type: 'unknown' }
  | { readonly type: 'waiting' }
  | { readonly type: 'playing'; readonly next: Player }
  | { readonly type: 'over'; readonly end: End }

export interface LastMove {
  readonly player: Player
  readonly row: number
  readonly column: number
}

/** When a player went away, by the engine's clock, and the grace period. */
interface Away {
  readonly at: number
  readonly graceMs: number
}

/** A game as this client has seen it: a fold of its signals. */
export interface Game {
  /** the client's own member id, known to players and after a session resumption */
  readonly me: string | null
  readonly players: Players
  readonly board: Cells
  /** the number of moves so far */
  readonly ply: number
  readonly phase: GamePhase
  /** `null`: there was none, or it was before this client joined */
  readonly last: LastMove | null
  readonly away: { readonly 1: Away | null; readonly 2: Away | null }
  /** how far this device's clock is ahead of the engine's, at most: the message with the lowest delay gives the best bound */
  readonly aheadMs: number | null
  /** of the last emit that was folded */
  readonly seq: number
  /** the position of the session resumption: a later snapshot includes everything up to it */
  readonly resumedAtSeq: number
  readonly snapshotSeq: number
}

export type GameSignal =
  | { readonly type: 'session'; readonly membership: { memberId: string; seq: number } | null }
  /** the answer to a create or a join */
  | { readonly type: 'snapshot'; readonly you: Player | null; readonly state: GameSnapshot }
  | { readonly type: 'emit'; readonly emit: ConnectFourEmit; readonly receivedAtMs: number }

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
  resumedAtSeq: 0,
  snapshotSeq: 0,
}

/** The side that this client plays; `null`: it watches. */
export const ownSide = ({ me, players }: Game): Player | null => {
  const plays = (player: Player): boolean => {
    const seat = players[player]
    return seat?.kind === 'human' && seat.memberId === me
  }
  if (plays(1)) return 1
  return plays(2) ? 2 : null
}

/** The end of an absent player's grace period, in epoch ms by this device's clock; `null`: the player is there. */
export const awayUntil = ({ away, aheadMs }: Game, player: Player): number | null => {
  const since = away[player]
  return since === null ? null : since.at + since.graceMs + (aheadMs ?? 0)
}

export const evolveGame = (game: Game, signal: GameSignal): Game => {
  switch (signal.type) {
    case 'session':
      return signal.membership === null
        ? // A new member: earlier positions in the log do not apply.
          { ...game, me: null, seq: 0, resumedAtSeq: 0, snapshotSeq: 0 }
        : { ...game, me: signal.membership.memberId, resumedAtSeq: signal.membership.seq }
    case 'snapshot':
      return withSnapshot(game, signal.you, signal.state)
    case 'emit':
      return withEmit(game, signal.emit, signal.receivedAtMs)
  }
}

const withSnapshot = (game: Game, you: Player | null, snapshot: GameSnapshot): Game => {
  const { players, board, ply } = snapshot
  const seat = you === null ? null : players[you]
  const phase = phaseOf(snapshot)
  const updated: Game = {
    ...game,
    me: seat?.kind === 'human' ? seat.memberId : game.me,
    players,
    snapshotSeq: Math.max(game.seq, game.resumedAtSeq),
  }
  // A snapshot has neither the last move nor the player who resigned: for the same position the known ones stay.
  if (!isSameBoard(board, game.board)) return { ...updated, board, ply, phase, last: null }
  return phase.type === game.phase.type ? updated : { ...updated, ply, phase }
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

const withEmit = (before: Game, emit: ConnectFourEmit, receivedAtMs: number): Game => {
  const { seq, at } = emit.payload
  // Emits without a position in the log do not belong to the game.
  if (seq === undefined || at === undefined || seq <= before.seq) return before
  const game: Game = {
    ...before,
    seq,
    aheadMs: Math.min(before.aheadMs ?? Number.POSITIVE_INFINITY, receivedAtMs - at),
  }
  const isInSnapshot = seq <= game.snapshotSeq
  switch (emit.event) {
    case 'gameStarted':
      return isInSnapshot ? { ...game, away: nobodyAway } : withStart(game, emit.payload)
    case 'playerMove':
    case 'aiMove':
      return withMove(game, emit.payload, isInSnapshot)
    case 'gameOver':
      return isInSnapshot && game.phase.type !== 'over' ? game : withEnd(game, emit.payload)
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

const withStart = (game: Game, { players, next, board }: ConnectFourEmits['gameStarted']): Game => ({
  ...game,
  players,
  board,
  ply: 0,
  phase: { type: 'playing', next },
  last: null,
  away: nobodyAway,
})

/** A move that the snapshot includes changes no position, but it may be the last move. */
const withMove = (
  game: Game,
  { player, row, column, ply, board, next, status }: ConnectFourEmits['playerMove'],
  isInSnapshot: boolean,
): Game => {
  const last = { player, row, column }
  if (isInSnapshot || ply <= game.ply) return isSameBoard(board, game.board) ? { ...game, last } : game
  return { ...game, board, ply, phase: phaseOf({ board, next, status }), last }
}

const withEnd = (game: Game, { winner, reason, line }: ConnectFourEmits['gameOver']): Game => ({
  ...game,
  phase: { type: 'over', end: { winner, reason, line: line ?? null } },
  away: nobodyAway,
})
