import * as E from '#fp/Either'
import type { Departure, RoomView } from '../../kernel/activity.js'
import type { CommandContext } from '../../kernel/command-context.js'
import type { Decision } from '../../kernel/decision.js'
import type { MemberId } from '../../kernel/ids.js'
import { entryIn } from '../../kernel/table.js'
import type { Board, Column, Player } from './board.js'
import { cellsOf, drop as dropped, emptyBoard, nextPlayer, plyOf, winningLine } from './board.js'
import type { ConnectFourCommand, Create, Drop, GiveUp, PlayThought } from './commands.js'
import type { ConnectFourRejection } from './errors.js'
import type { ConnectFourEvent, EndReason, Moved, Over, Started } from './events.js'
import type { Players, Seat } from './players.js'
import { bothSides, openSide, otherSide, seated, sideOf, sidesChanged } from './players.js'
import type { ConnectFourState, Phase } from './state.js'
import { nextIn, statusOf } from './state.js'

type GameDecision = Decision<ConnectFourEvent, ConnectFourRejection>

export const decide = (
  context: CommandContext<ConnectFourCommand>,
  state: ConnectFourState,
  room: RoomView,
): GameDecision => {
  const { command, by } = context
  if (command.type === 'play-thought') return by === null ? playThought(command, state) : notAPlayer
  if (command.type === 'give-up') return by === null ? giveUp(command, state) : notAPlayer
  if (by === null) return E.left({ type: 'not-in-room' })
  switch (command.type) {
    case 'create':
      return create(command, by, state)
    case 'join':
      return join(by, state)
    case 'drop':
      return drop(command, by, state)
    case 'resign':
      return resign(by, state)
    case 'rematch':
      return rematch(by, state, room)
  }
}

const notAPlayer: GameDecision = E.left({ type: 'not-a-player' })

const create = ({ opponent, first }: Create, by: MemberId, { phase }: ConnectFourState): GameDecision => {
  if (phase.type === 'playing') return E.left({ type: 'game-running' })
  const own: Seat = { kind: 'human', memberId: by }
  const side = first === 'me' ? 1 : 2
  if (phase.type === 'waiting') {
    const isTheSame = opponent.kind === 'human' && sideOf(by, phase.players) === side
    return isTheSame ? E.right([]) : E.left({ type: 'game-running' })
  }
  if (opponent.kind === 'ai') {
    return E.right([started(seated(side, own, { kind: 'ai', level: opponent.level }))])
  }
  return E.right([{ type: 'connect-four.created', data: { players: seated(side, own, null) } }])
}

const join = (by: MemberId, { phase }: ConnectFourState): GameDecision => {
  if (phase.type !== 'waiting' || sideOf(by, phase.players) !== undefined) return E.right([])
  const side = openSide(phase.players)
  if (side === undefined) return E.right([])
  const other = phase.players[otherSide(side)]
  return E.right([started(seated(side, { kind: 'human', memberId: by }, other))])
}

const started = (players: Players): Started => ({
  type: 'connect-four.started',
  data: { players, next: 1, board: cellsOf(emptyBoard) },
})

const drop = ({ column, ply }: Drop, by: MemberId, { phase }: ConnectFourState): GameDecision => {
  const player = playerIn(phase, by)
  if (phase.type === 'none' || player === undefined) return notAPlayer
  if (phase.type === 'ended') return E.left({ type: 'game-over' })
  if (phase.type === 'waiting') return E.left({ type: 'not-your-turn' })
  const next = plyOf(phase.board) + 1
  // Checked before the turn: a client that repeats a move learns that it was made.
  if (ply !== undefined && ply !== next) return E.left({ type: 'stale-move', ply: next })
  if (nextPlayer(phase.board) !== player) return E.left({ type: 'not-your-turn' })
  return moved(player, column, phase.board)
}

const playerIn = (phase: Phase, member: MemberId): Player | undefined =>
  phase.type === 'none' ? undefined : sideOf(member, phase.players)

const moved = (player: Player, column: Column, before: Board): GameDecision => {
  const disc = dropped(before, column)
  if (disc === undefined) return E.left({ type: 'column-full', column })
  const { board, row } = disc
  const move: Moved = {
    type: 'connect-four.moved',
    data: {
      player,
      column,
      row,
      ply: plyOf(board),
      board: cellsOf(board),
      next: nextIn(board),
      status: statusOf(board),
    },
  }
  switch (statusOf(board)) {
    case 'playing':
      return E.right([move])
    case 'draw':
      return E.right([move, over(null, 'full')])
    case 'won': {
      const line = winningLine(board, player)
      return E.right([
        move,
        {
          type: 'connect-four.over',
          data: { winner: player, reason: 'four', ...(line === undefined ? {} : { line }) },
        },
      ])
    }
  }
}

const over = (winner: Player | null, reason: EndReason): Over => ({
  type: 'connect-four.over',
  data: { winner, reason },
})

const resign = (by: MemberId, { phase }: ConnectFourState): GameDecision => {
  const player = playerIn(phase, by)
  if (phase.type === 'none' || player === undefined) return notAPlayer
  return phase.type === 'ended' ? E.left({ type: 'game-over' }) : E.right(givenUp(player, phase, 'resigned'))
}

type Unfinished = Extract<Phase, { readonly type: 'waiting' | 'playing' }>

/** Without an opponent there is no winner. */
const givenUp = (player: Player, phase: Unfinished, reason: EndReason): ReadonlyArray<Over> => [
  over(phase.type === 'waiting' ? null : otherSide(player), reason),
]

const rematch = (by: MemberId, { phase }: ConnectFourState, room: RoomView): GameDecision => {
  const player = playerIn(phase, by)
  if (phase.type === 'none' || player === undefined) return notAPlayer
  if (phase.type !== 'ended') return E.left({ type: 'game-running' })
  const other = phase.players[otherSide(player)]
  const isAi = other?.kind === 'ai'
  if (!isAi && !isInRoom(other, room)) return E.left({ type: 'target-not-found' })
  if (isAi || phase.rematch.includes(otherSide(player))) {
    return E.right([started(sidesChanged(phase.players))])
  }
  if (phase.rematch.includes(player)) return E.right([])
  return E.right([{ type: 'connect-four.rematch-asked', data: { player } }])
}

/** The board of the move that the game waits for; `undefined` if it waits for another. */
const boardAt = (
  { game, ply }: PlayThought | GiveUp,
  { games, phase }: ConnectFourState,
): Board | undefined => {
  if (phase.type !== 'playing' || game !== games || ply !== plyOf(phase.board) + 1) return undefined
  return phase.players[nextPlayer(phase.board)]?.kind === 'ai' ? phase.board : undefined
}

const playThought = (command: PlayThought, state: ConnectFourState): GameDecision => {
  const board = boardAt(command, state)
  return board === undefined ? E.right([]) : moved(nextPlayer(board), command.column, board)
}

const giveUp = (command: GiveUp, state: ConnectFourState): GameDecision => {
  const board = boardAt(command, state)
  return E.right(board === undefined ? [] : [over(otherSide(nextPlayer(board)), 'resigned')])
}

/**
 * A player that leaves during a game resigns; the end of its grace period is a forfeit. A member that joined with the
 * game's own protocol leaves the game with that protocol; other members play as long as they are in the room.
 */
export const memberLeft = (
  { command: { memberId, isGone, leftActivity, reason } }: CommandContext<Departure>,
  { phase }: ConnectFourState,
): ReadonlyArray<ConnectFourEvent> => {
  if (phase.type !== 'waiting' && phase.type !== 'playing') return []
  const player = sideOf(memberId, phase.players)
  if (player === undefined || !(isGone || leftActivity)) return []
  return givenUp(player, phase, reason === 'expired' || reason === 'displaced' ? 'forfeit' : 'resigned')
}

/** Deactivation ends the game for both, so only a player may deactivate it while a player is in the room. */
export const close = (
  { by }: CommandContext<unknown>,
  { phase }: ConnectFourState,
  room: RoomView,
): GameDecision => {
  if (phase.type !== 'waiting' && phase.type !== 'playing') return E.right([])
  const { players } = phase
  const player = sideOf(by, players)
  if (player !== undefined) return E.right(givenUp(player, phase, 'resigned'))
  const isPlayed = bothSides.some((side) => isInRoom(players[side], room))
  return isPlayed ? notAPlayer : E.right([over(null, 'resigned')])
}

const isInRoom = (seat: Seat | null, room: RoomView): boolean =>
  seat?.kind === 'human' && entryIn(room.members, seat.memberId) !== undefined
