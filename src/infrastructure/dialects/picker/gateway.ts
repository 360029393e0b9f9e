import { Inject } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { PickerCommand } from '../../../domain/activities/random-picker/index.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import { memberId as asMemberId } from '../../../domain/kernel/ids.js'
import type { Role, RoomCommand } from '../../../domain/room/index.js'
import * as E from '#fp/Either'
import type { Answered } from '../../../application/rooms/index.js'
import type { Connection } from '../../connections/connection.js'
import { memberIdIn } from '../../connections/connection.js'
import type { Hub } from '../../connections/hub.js'
import { freshMemberId } from '../../connections/hub.js'
import { HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import { contributeEntropy, startRandom } from '../activity-commands.js'
import type { Handled } from '../answers.js'
import { asking, behindJoins, joining, refusing, withPayload } from '../answers.js'
import { refused } from '../refusals.js'
import { memberBy } from '../member-by.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded } from '../schemas.js'
import { join, removeMember } from './messages.js'
import { cancelledReply, contributedReply, joinedReply, startedReply } from './replies.js'

/** The team random picker: a leader broadcasts, viewers watch. */
@WebSocketGateway({ namespace: '/' })
export class PickerGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  handleConnection(socket: Socket): Promise<void> {
    return this.hub.open(socket, 'at-once')
  }

  handleDisconnect(socket: Socket, reason?: string): void {
    this.hub.close(socket, reason ?? 'transport close')
  }

  @SubscribeMessage('broadcaster-join')
  joinAsBroadcaster(socket: Socket, payload: unknown): Handled {
    return this.join(socket, payload, 'broadcaster', 'broadcaster-join')
  }

  @SubscribeMessage('viewer-join')
  joinAsViewer(socket: Socket, payload: unknown): Handled {
    return this.join(socket, payload, 'viewer', 'viewer-join')
  }

  private join(socket: Socket, payload: unknown, role: Role, event: string): Handled {
    return withPayload(this.hub, event, decoded(join, payload), ({ room, name, token }) => {
      const connection = this.hub.connectionOf(socket)
      return joining(connection, () => this.enter(connection, event, room, role, name, token))
    })
  }

  private enter(
    connection: Connection,
    event: string,
    room: RoomId,
    role: Role,
    name: string | undefined,
    token: string | undefined,
  ): Handled {
    const { hub, settings } = this
    const { socket, id, session, peer } = connection
    const member = memberIdIn(connection, room, freshMemberId(socket))
    const command: RoomCommand = {
      type: 'enter',
      dialect: 'picker',
      role,
      memberId: member,
      session,
      connection: id,
      name: (name === '' ? null : name) ?? peer.name,
      userId: peer.userId,
      token: token ?? null,
      creates: true,
      rules: settings.rules,
      activates: 'random-picker',
    }
    return asking(hub, event, room, { command, by: member, cause: null }, ({ state }) => {
      const entered = memberBy(state, id, member)
      // It has moved on to another connection before this one heard of it.
      if (entered === undefined) return refused({ type: 'not-in-room' }, event, hub.now())
      hub.attach(connection, room, entered.id, 'picker', false)
      this.leaveOther(connection, room)
      connection.current.set('picker', room)
      return joinedReply(room, entered, state, settings.iceServers)
    })
  }

  /** One picker room at a time: the new one first, so that a refused join leaves nothing. */
  private leaveOther(connection: Connection, room: RoomId): void {
    const other = connection.current.get('picker')
    if (other === undefined || other === room) return
    const by = connection.memberships.get(other)
    if (by === undefined) return
    this.hub.engine().submit(other, {
      command: { type: 'leave', dialect: 'picker', connection: connection.id, reason: 'left' },
      by,
      cause: null,
      answer: () => undefined,
    })
  }

  @SubscribeMessage('startRandom')
  startRandom(socket: Socket, payload: unknown): Handled {
    return this.start(socket, payload, 'startRandom')
  }

  @SubscribeMessage('start-random')
  startRandomInKebab(socket: Socket, payload: unknown): Handled {
    return this.start(socket, payload, 'start-random')
  }

  private start(socket: Socket, payload: unknown, event: string): Handled {
    return withPayload(this.hub, event, decoded(startRandom, payload), ({ members, nonce }) =>
      this.act(
        socket,
        event,
        nonce === undefined ? { type: 'start', members } : { type: 'start', members, nonce },
        startedReply,
      ),
    )
  }

  @SubscribeMessage('contribute-entropy')
  contribute(socket: Socket, payload: unknown): Handled {
    const event = 'contribute-entropy'
    return withPayload(this.hub, event, decoded(contributeEntropy, payload), ({ entropy }) =>
      this.act(socket, event, { type: 'contribute', entropy }, contributedReply),
    )
  }

  @SubscribeMessage('cancelRandom')
  cancelRandom(socket: Socket): Handled {
    return this.act(socket, 'cancelRandom', { type: 'cancel' }, cancelledReply)
  }

  @SubscribeMessage('cancel-random')
  cancelRandomInKebab(socket: Socket): Handled {
    return this.act(socket, 'cancel-random', { type: 'cancel' }, cancelledReply)
  }

  @SubscribeMessage('remove-member')
  removeMember(socket: Socket, payload: unknown): Handled {
    const event = 'remove-member'
    return withPayload(this.hub, event, decoded(removeMember, payload), ({ memberId }) =>
      this.inRoom(socket, event, { type: 'expel', target: asMemberId(memberId) }, done),
    )
  }

  @SubscribeMessage('leave')
  leave(socket: Socket): Handled {
    const connection = this.hub.connectionOf(socket)
    return behindJoins(connection, () => {
      const room = connection.current.get('picker')
      const by = room === undefined ? undefined : connection.memberships.get(room)
      if (room === undefined || by === undefined) return { success: true }
      const command: RoomCommand = {
        type: 'leave',
        dialect: 'picker',
        connection: connection.id,
        reason: 'left',
      }
      return (send) =>
        this.hub.engine().submit(room, {
          command,
          by,
          cause: null,
          // Somebody who is out already has got what it wanted.
          answer: (answer) =>
            send(
              E.isLeft(answer) && answer.left.type !== 'not-in-room'
                ? refused(answer.left, 'leave', this.hub.now())
                : { success: true },
            ),
        })
    })
  }

  private act(
    socket: Socket,
    event: string,
    command: PickerCommand,
    succeeded: (answered: Answered) => Reply,
  ): Handled {
    return this.inRoom(socket, event, { type: 'act', module: 'random-picker', command }, succeeded)
  }

  /** In the picker room in which this socket is by then. */
  private inRoom(
    socket: Socket,
    event: string,
    command: RoomCommand,
    succeeded: (answered: Answered) => Reply,
  ): Handled {
    const connection = this.hub.connectionOf(socket)
    return behindJoins(connection, () => {
      const room = connection.current.get('picker')
      const by = room === undefined ? undefined : connection.memberships.get(room)
      if (room === undefined || by === undefined) return refusing(this.hub, event, { type: 'not-in-room' })
      return asking(this.hub, event, room, { command, by, cause: null }, succeeded)
    })
  }
}

const done = (): Reply => ({ success: true })
