import type { CommandResult } from '../../../application/engine/index.js'
import {
  cellsOf,
  connectFour,
  emptyBoard,
  nextIn,
  plyOf,
  sideOf,
  statusOf,
} from '../../../domain/activities/connect-four/index.js'
import type { ConnectFourCommand, ConnectFourState } from '../../../domain/activities/connect-four/index.js'
import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import { roomId } from '../../../domain/kernel/ids.js'
import type { RoomState } from '../../../domain/room/index.js'
import { moduleCommand } from '../../../domain/room/index.js'
import { createCommand, dropCommand } from '../../../domain/activities/connect-four/commands.js'
import { message } from '../define-protocol.js'
import { eventIn } from '../event-family.js'
import type { Entered } from '../enter-room.js'
import type { CommandOptions, HandlerContext } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reply } from '../handler-result.js'
import { generateRoomCode } from '../room-codes.js'
import { nothing } from '../schemas.js'
import { gameIn, withNames } from './encode.js'
import * as messages from './messages.js'

/** Enters and takes a seat with one command, so that a member whose game command is rejected does not enter. */
const enter = <Fields extends object>(
  context: HandlerContext,
  entry: { readonly room: RoomId; readonly name?: string | undefined; readonly token?: string | undefined },
  command: ConnectFourCommand,
  replyTo: (entered: Entered) => Fields,
): HandlerResult<Fields> => {
  const creates = command.type === 'create'
  return context.enterRoom(
    {
      ...entry,
      role: 'player',
      creates,
      ...(creates ? { activates: 'connect-four' } : {}),
      acts: { module: 'connect-four', command },
    },
    (entered) => reply(replyTo(entered)),
  )
}

const act = <Fields extends object>(
  context: HandlerContext,
  command: ConnectFourCommand,
  options: CommandOptions,
  succeeded: (result: CommandResult) => Fields,
): HandlerResult<Fields> =>
  context.submit(moduleCommand(connectFour, command), (result) => reply(succeeded(result)), options)

export const incoming = {
  createGame: message({
    summary: 'Creates a game, in a new room unless one is named; against the computer it starts at once',
    access: 'anyone',
    payload: messages.createGame,
    reply: messages.created,
    handle: (context, payload) => {
      const { name, token } = payload
      const room = payload.room ?? roomId(`game_${generateRoomCode(context.entropy).toLowerCase()}`)
      return enter(context, { room, name, token }, createCommand(payload), ({ member, state }) => {
        const { you, state: game } = gameReply(member.id, state)
        if (you === null) throw new Error('The member that created the game has no seat')
        return { room, you, state: game }
      })
    },
  }),
  joinGame: message({
    summary: 'Takes the free seat; without one, the member watches',
    access: 'anyone',
    payload: messages.joinGame,
    reply: messages.joined,
    handle: (context, payload) =>
      enter(context, payload, { type: 'join' }, ({ member, state }) => gameReply(member.id, state)),
  }),
  dropDisc: message({
    summary: 'Drops a disc; a repeated `moveId` gets the first answer and plays nothing',
    access: 'member',
    payload: messages.dropDisc,
    reply: messages.dropped,
    handle: (context, { room, moveId, column, ply }) => {
      const cause =
        moveId === undefined
          ? undefined
          : // The native command with this id and content is the same move, so it has the same digest.
            context.causeOf(moveId, { type: 'connect-four.drop', payload: { column, ply } })
      return act(context, dropCommand({ column, ply }), { room, cause }, (result) => {
        const moved = eventIn(connectFour, 'connect-four.moved', result)
        return { ply: moved.ply, row: moved.row }
      })
    },
  }),
  resign: message({
    summary: 'Resigns the game',
    access: 'member',
    payload: messages.inGame,
    reply: nothing,
    handle: (context, { room }) => act(context, { type: 'resign' }, { room }, () => ({})),
  }),
  rematch: message({
    summary: 'Requests another game with the sides swapped; it starts when both players have requested it',
    access: 'member',
    payload: messages.inGame,
    reply: nothing,
    handle: (context, { room }) => act(context, { type: 'rematch' }, { room }, () => ({})),
  }),
}

const emptyCells = cellsOf(emptyBoard)

/** The game as a member that enters receives it. */
export const gameReply = (member: MemberId, state: RoomState) => ({
  you: sideIn(gameIn(state), member),
  state: gameStateFor(state),
})

const gameStateFor = (state: RoomState) => {
  const phase = gameIn(state)?.phase ?? { type: 'none' as const }
  const unstarted = { board: emptyCells, next: null, ply: 0, status: 'waiting' as const }
  switch (phase.type) {
    case 'none':
      return { ...unstarted, players: { 1: null, 2: null } }
    case 'waiting':
      return { ...unstarted, players: withNames(phase.players, state) }
    case 'playing':
    case 'ended': {
      const { board, players } = phase
      const isOver = phase.type === 'ended'
      const hasEndedEarly = isOver && phase.result.reason !== 'four' && phase.result.reason !== 'full'
      return {
        board: cellsOf(board),
        next: isOver ? null : nextIn(board),
        ply: plyOf(board),
        status: hasEndedEarly ? ('over' as const) : statusOf(board),
        players: withNames(players, state),
      }
    }
  }
}

const sideIn = (game: ConnectFourState | undefined, member: MemberId): 1 | 2 | null =>
  game === undefined || game.phase.type === 'none' ? null : (sideOf(member, game.phase.players) ?? null)
