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
import type { CommandOptions, Entered, HandlerContext } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reply } from '../handler-result.js'
import { freshCode } from '../room-codes.js'
import { nothing } from '../schemas.js'
import { gameIn, withNames } from './encode.js'
import * as messages from './messages.js'

/** Enters and takes a seat with one command: if the room has no seat, the member does not enter. */
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
    summary:
      'Sets up a game, in a room of its own unless one is named; against the computer it starts at once',
    payload: messages.createGame,
    reply: messages.created,
    handle: (context, payload) => {
      const { name, token } = payload
      // One of 30⁸ names.
      const room = payload.room ?? roomId(`game_${freshCode(context.entropy).toLowerCase()}`)
      return enter(context, { room, name, token }, createCommand(payload), ({ member, state }) => {
        const { you, state: game } = gameReply(member.id, state)
        if (you === null) throw new Error('The member that created the game has no seat')
        return { room, you, state: game }
      })
    },
  }),
  joinGame: message({
    summary: 'Takes the free seat, or watches if there is none',
    payload: messages.joinGame,
    reply: messages.joined,
    handle: (context, payload) =>
      enter(context, payload, { type: 'join' }, ({ member, state }) => gameReply(member.id, state)),
  }),
  dropDisc: message({
    summary: 'Drops a disc; the same `moveId` again gets the same answer and plays nothing',
    payload: messages.dropDisc,
    reply: messages.dropped,
    handle: (context, { room, moveId, column, ply }) => {
      const cause =
        moveId === undefined
          ? undefined
          : // The digest of the native command with this id: it is the same move.
            context.causeOf(moveId, { type: 'connect-four.drop', payload: { column, ply } })
      return act(context, dropCommand({ column, ply }), { room, cause }, (result) => {
        const moved = eventIn(connectFour, 'connect-four.moved', result)
        return { ply: moved.ply, row: moved.row }
      })
    },
  }),
  resign: message({
    summary: 'Gives the game up',
    payload: messages.inGame,
    reply: nothing,
    handle: (context, { room }) => act(context, { type: 'resign' }, { room }, () => ({})),
  }),
  rematch: message({
    summary: 'Asks for another game with the sides changed; it starts when both have asked',
    payload: messages.inGame,
    reply: nothing,
    handle: (context, { room }) => act(context, { type: 'rematch' }, { room }, () => ({})),
  }),
}

const emptyCells = cellsOf(emptyBoard)

/** The game as a member that enters gets it. */
export const gameReply = (member: MemberId, state: RoomState) => ({
  you: sideIn(gameIn(state), member),
  state: shownGame(state),
})

const shownGame = (state: RoomState) => {
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
      const isGivenUp = isOver && phase.result.reason !== 'four' && phase.result.reason !== 'full'
      return {
        board: cellsOf(board),
        next: isOver ? null : nextIn(board),
        ply: plyOf(board),
        status: isGivenUp ? ('over' as const) : statusOf(board),
        players: withNames(players, state),
      }
    }
  }
}

const sideIn = (game: ConnectFourState | undefined, member: MemberId): 1 | 2 | null =>
  game === undefined || game.phase.type === 'none' ? null : (sideOf(member, game.phase.players) ?? null)
