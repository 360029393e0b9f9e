import {
  cellsOf,
  connectFour,
  emptyBoard,
  nextIn,
  plyOf,
  sideOf,
  statusOf,
} from '../../../domain/activities/connect-four/index.js'
import type { Cells, ConnectFourState, Status } from '../../../domain/activities/connect-four/index.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import type { RoomState } from '../../../domain/room/index.js'
import { eventOf } from '../../../domain/room/index.js'
import type { CommandResult } from '../../../application/engine/index.js'
import type { Reply } from '../../transport/reply.js'
import { gameIn, named } from './encode.js'

/** A game as somebody finds it who comes in. */
interface ToldState {
  readonly board: Cells
  readonly next: 1 | 2 | null
  readonly ply: number
  readonly status: Status
  readonly players: object
}

const emptyCells = cellsOf(emptyBoard)

const stateOf = (game: ConnectFourState | undefined, room: RoomState): ToldState => {
  const phase = game?.phase ?? { type: 'none' as const }
  const nothingYet = { board: emptyCells, next: null, ply: 0, status: 'waiting' as const }
  switch (phase.type) {
    case 'none':
      return { ...nothingYet, players: { 1: null, 2: null } }
    case 'waiting':
      return { ...nothingYet, players: named(phase.players, room) }
    case 'playing':
    case 'ended': {
      const { board, players } = phase
      const isOver = phase.type === 'ended'
      const isGivenUp = isOver && phase.result.reason !== 'four' && phase.result.reason !== 'full'
      return {
        board: cellsOf(board),
        next: isOver ? null : nextIn(board),
        ply: plyOf(board),
        status: isGivenUp ? 'over' : statusOf(board),
        players: named(players, room),
      }
    }
  }
}

const sideIn = (game: ConnectFourState | undefined, member: MemberId): 1 | 2 | null =>
  game === undefined || game.phase.type === 'none' ? null : (sideOf(member, game.phase.players) ?? null)

export const gameReply = (member: MemberId, state: RoomState) => {
  const game = gameIn(state)
  return { success: true as const, you: sideIn(game, member), state: stateOf(game, state) }
}

/** Also for a move that was made before and is said again. */
export const droppedReply = ({ events }: CommandResult): Reply => {
  for (const event of events) {
    const played = eventOf(connectFour, event)
    if (played?.type === 'connect-four.moved') {
      return { success: true, ply: played.data.ply, row: played.data.row }
    }
  }
  return { success: true }
}
