import * as E from '#fp/Either'
import { Inject } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { z } from 'zod'
import { commandId } from '../../../domain/kernel/ids.js'
import type { Member, Room, RoomCommand } from '../../../domain/room/index.js'
import { viewFor } from '../../../domain/room/index.js'
import type { Answered } from '../../../application/rooms/index.js'
import type { Connection } from '../../connections/connection.js'
import { memberIdIn } from '../../connections/connection.js'
import type { Hub } from '../../connections/hub.js'
import { freshMemberId } from '../../connections/hub.js'
import { HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import type { Handled } from '../answers.js'
import { asking, behindJoins, joining, refusing, withPayload } from '../answers.js'
import { digestOf } from '../digest.js'
import { refused } from '../refusals.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded } from '../schemas.js'
import { memberBy } from '../member-by.js'
import { missedEvents } from './catch-up.js'
import { decodeCommand } from './decode.js'
import { command as commandSchema, join, leave } from './messages.js'

type Join = z.output<typeof join>

/** For the client SDK, the replay page and other programs: every event of a room, with its place in the log. */
@WebSocketGateway({ namespace: '/rooms' })
export class NativeGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  handleConnection(socket: Socket): Promise<void> {
    return this.hub.open(socket, 'on-join')
  }

  handleDisconnect(socket: Socket, reason?: string): void {
    this.hub.close(socket, reason ?? 'transport close')
  }

  @SubscribeMessage('join')
  join(socket: Socket, payload: unknown): Handled {
    return withPayload(this.hub, 'join', decoded(join, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return joining(connection, () => this.enter(connection, wanted))
    })
  }

  private enter(connection: Connection, wanted: Join): Handled {
    const { hub, settings } = this
    const { socket, id, session, peer } = connection
    const { room, name, token } = wanted
    const member = memberIdIn(connection, room, freshMemberId(socket))
    const wasMember = connection.memberships.has(room)
    const command: RoomCommand = {
      type: 'enter',
      dialect: 'native',
      role: wanted.role ?? 'member',
      memberId: member,
      session,
      connection: id,
      name: (name === '' ? null : name) ?? peer.name,
      userId: peer.userId,
      token: token ?? null,
      creates: wanted.create ?? false,
      rules: settings.rules,
      activates: null,
    }
    return (send) =>
      hub.engine().submit(room, {
        command,
        by: member,
        cause: null,
        answer: (answer) => {
          if (E.isLeft(answer)) return send(refused(answer.left, 'join', hub.now()))
          const { state } = answer.right
          const entered = memberBy(state, id, member)
          if (entered === undefined || state.phase === 'absent') {
            return send(refused({ type: 'not-in-room' }, 'join', hub.now()))
          }
          // Held from this place in the order until what is before it has been sent.
          hub.attach(connection, room, entered.id, 'native', true)
          void this.welcome(connection, wanted, wasMember, entered, state, answer.right).then((reply) => {
            send(reply)
            if (reply.success) hub.goLive(room, entered.id, connection, answer.right.seq)
            // The client repeats the join; until then it hears nothing, rather than something with a hole.
            else hub.detach(room, entered.id, connection)
          })
        },
      })
  }

  private async welcome(
    connection: Connection,
    { room, after }: Join,
    wasMember: boolean,
    member: Member,
    state: Room,
    { epoch, seq }: Answered,
  ): Promise<Reply> {
    const knowsTheLog = after === undefined || (after.epoch === epoch && after.seq <= seq)
    const readable = state.history === 'all' ? 0 : member.since - 1
    const from = !knowsTheLog ? seq : Math.max(after?.seq ?? (wasMember ? seq : member.since - 1), readable)
    const { engine, now } = this.hub
    const missed = await missedEvents(engine(), room, member.id, from, seq, async (events) => {
      connection.socket.emit('events', events)
    })
    if (E.isLeft(missed)) return refused({ type: 'store-unavailable' }, 'join', now())
    return {
      success: true,
      room,
      memberId: member.id,
      epoch,
      seq,
      recovered: !knowsTheLog ? 'reset' : wasMember ? 'resumed' : 'new',
      state: viewFor({ type: 'member', id: member.id }, state),
      missed: missed.right,
    }
  }

  @SubscribeMessage('command')
  command(socket: Socket, payload: unknown): Handled {
    const { hub } = this
    return withPayload(
      hub,
      'command',
      decoded(commandSchema, payload),
      ({ room, id, type, payload: said }) => {
        const connection = hub.connectionOf(socket)
        return behindJoins(connection, () => {
          const by = connection.memberships.get(room)
          if (by === undefined) return refusing(hub, 'command', { type: 'not-in-room' })
          return withPayload(hub, 'command', decodeCommand(type, said), (command) => {
            const cause = { id: commandId(id), digest: digestOf({ type, payload: said ?? null }) }
            return asking(hub, 'command', room, { command, by, cause }, ({ seq }) => ({ success: true, seq }))
          })
        })
      },
    )
  }

  @SubscribeMessage('leave')
  leave(socket: Socket, payload: unknown): Handled {
    const { hub } = this
    return withPayload(hub, 'leave', decoded(leave, payload), ({ room }) => {
      const connection = hub.connectionOf(socket)
      return behindJoins(connection, () => {
        const by = connection.memberships.get(room)
        if (by === undefined) return refusing(hub, 'leave', { type: 'not-in-room' })
        const command: RoomCommand = {
          type: 'leave',
          dialect: 'native',
          connection: connection.id,
          reason: 'left',
        }
        return asking(hub, 'leave', room, { command, by, cause: null }, () => ({ success: true }))
      })
    })
  }
}
