import { Inject } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { Entropy } from '../../../application/ports/entropy.js'
import type { CommandResult } from '../../../application/engine/index.js'
import type { ConnectFourCommand } from '../../../domain/activities/connect-four/index.js'
import type { Cause } from '../../../domain/kernel/domain-event.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import { commandId, roomId } from '../../../domain/kernel/ids.js'
import type { RoomCommand } from '../../../domain/room/index.js'
import type { Connection } from '../../../application/sessions/index.js'
import { memberIdIn } from '../../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../../transport/socket-sessions.js'
import { ENTROPY, HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import { createCommand, dropCommand } from '../activity-commands.js'
import type { Handled, HandledInTurn } from '../handler.js'
import { asking, inTurn, moving, refusing, withPayload } from '../handler.js'
import { digestOf } from '../digest.js'
import { memberBy } from '../member-by.js'
import { refused } from '../error-mapping.js'
import { freshCode } from '../room-codes.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded } from '../schemas.js'
import { createGame, dropDisc, inGame, joinGame } from './messages.js'
import { droppedReply, gameReply } from './replies.js'

/** What one comes into a game with. */
interface Coming {
  readonly room: RoomId
  readonly name?: string | undefined
  readonly token?: string | undefined
}

/**
 * Connect Four on `/`, for two people or one against the computer; everybody else who joins watches.
 *
 * ```ts
 * const { room, you } = await socket.emitWithAck('createGame', { opponent: 'ai', level: 7 })
 * socket.on('aiMove', ({ column, row, board, next }) => …)
 * await socket.emitWithAck('dropDisc', { column: 3, ply: 1, moveId: 'a1' }) // { success: true, ply: 1, row: 5 }
 * ```
 *
 * A socket is in one game at a time, which is meant where no room is named. Who plays is in the game's state and not in
 * how somebody came in: all who did are its `players` to the room.
 */
@WebSocketGateway({ namespace: '/' })
export class ConnectFourGateway {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
    @Inject(ENTROPY) private readonly entropy: Entropy,
  ) {}

  @SubscribeMessage('createGame')
  create(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'createGame', decoded(createGame, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      // One that nobody has thought of: 30⁸ of them.
      const room = wanted.room ?? roomId(`game_${freshCode(this.entropy).toLowerCase()}`)
      const coming = { room, name: wanted.name, token: wanted.token }
      return moving(connection, () => this.enter(connection, 'createGame', coming, createCommand(wanted)))
    })
  }

  @SubscribeMessage('joinGame')
  join(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'joinGame', decoded(joinGame, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.enter(connection, 'joinGame', wanted, { type: 'join' }))
    })
  }

  /** Comes in and takes a seat in one go: whoever is refused the one is not left with the other. */
  private enter(
    connection: Connection,
    event: string,
    { room, name, token }: Coming,
    first: ConnectFourCommand,
  ): Handled {
    const { hub, settings } = this
    const { id, session, peer } = connection
    const member = memberIdIn(connection, room)
    const creates = first.type === 'create'
    const command: RoomCommand = {
      type: 'enter',
      dialect: 'connect-four',
      role: 'player',
      memberId: member,
      session,
      connection: id,
      name: (name === '' ? null : name) ?? peer.name,
      userId: peer.userId,
      token: token ?? null,
      creates,
      rules: settings.rules,
      activates: creates ? 'connect-four' : null,
      acts: { module: 'connect-four', command: first },
    }
    return asking(hub, event, room, { command, by: member, cause: null }, ({ state }) => {
      const entered = memberBy(state, id, member)
      // It has moved on to another connection before this one heard of it.
      if (entered === undefined) return refused({ type: 'not-in-room' }, event, hub.now())
      hub.attach(connection, room, entered.id, 'connect-four', false)
      // One game at a time: the new one first, so that a refused join leaves nothing.
      const other = connection.current.get('connect-four')
      if (other !== undefined && other !== room) hub.leaveBehind(connection, other, 'connect-four')
      connection.current.set('connect-four', room)
      const reply = gameReply(entered.id, state)
      return creates ? { ...reply, room } : reply
    })
  }

  @SubscribeMessage('dropDisc')
  drop(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'dropDisc', decoded(dropDisc, payload), ({ room, moveId, column, ply }) => {
      const cause =
        moveId === undefined
          ? null
          : {
              id: commandId(moveId),
              // As the native command of this id would be: it is the same move.
              digest: digestOf(this.hub.engine().key, {
                type: 'connect-four.drop',
                payload: { column, ply },
              }),
            }
      return this.act(socket, 'dropDisc', room, dropCommand({ column, ply }), cause, droppedReply)
    })
  }

  @SubscribeMessage('resign')
  resign(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'resign', decoded(inGame, payload), ({ room }) =>
      this.act(socket, 'resign', room, { type: 'resign' }, null, done),
    )
  }

  @SubscribeMessage('rematch')
  rematch(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'rematch', decoded(inGame, payload), ({ room }) =>
      this.act(socket, 'rematch', room, { type: 'rematch' }, null, done),
    )
  }

  /** In the named room, or the game in which this socket is by then. */
  private act(
    socket: Socket,
    event: string,
    named: RoomId | undefined,
    command: ConnectFourCommand,
    cause: Cause | null,
    succeeded: (answered: CommandResult) => Reply,
  ): HandledInTurn {
    const { hub } = this
    const connection = hub.connectionOf(socket)
    return inTurn(connection, () => {
      const room = named ?? connection.current.get('connect-four')
      const by = room === undefined ? undefined : connection.memberships.get(room)
      if (room === undefined || by === undefined) return refusing(hub, event, { type: 'not-in-room' })
      const act: RoomCommand = { type: 'act', module: 'connect-four', command }
      return asking(hub, event, room, { command: act, by, cause }, succeeded)
    })
  }
}

const done = (): Reply => ({ success: true })
