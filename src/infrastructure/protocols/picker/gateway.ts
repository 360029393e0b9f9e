import * as E from '#fp/Either'
import { Inject } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { z } from 'zod'
import type { PickerCommand } from '../../../domain/activities/random-picker/index.js'
import { memberId as asMemberId } from '../../../domain/kernel/ids.js'
import type { Enter } from '../../../domain/room/commands.js'
import type { Role, RoomCommand } from '../../../domain/room/index.js'
import type { CommandResult } from '../../../application/engine/index.js'
import type { Connection } from '../../../application/sessions/index.js'
import { memberIdIn } from '../../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../../transport/socket-sessions.js'
import { HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import { contributeEntropy, startRandom } from '../activity-commands.js'
import type { Handled, HandledInTurn } from '../handler.js'
import { answering, asking, inTurn, moving, refusing, withPayload } from '../handler.js'
import { memberBy } from '../member-by.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded, nothing } from '../schemas.js'
import { signalling } from '../signals.js'
import type { Said } from '../signals.js'
import { join, removeMember, signals } from './messages.js'
import { cancelledReply, contributedReply, joinedReply, startedReply } from './replies.js'

/**
 * The team random picker on `/`: a leader broadcasts, viewers watch, and all see the same draw.
 *
 * ```ts
 * const socket = io('http://localhost:3000', { auth: { names: 'kebab' } })
 * await socket.emitWithAck('broadcaster-join', { room: 'friday', name: 'Lea' })
 * // { success: true, room, memberId, role: 'broadcaster', viewers, next: { drawNo, commitment }, iceServers }
 * await socket.emitWithAck('start-random', ['Ann', 'Bob'])
 * // { success: true, drawId, drawNo, commitment }; random-started, 50 × random-highlight and random-complete follow
 * ```
 *
 * A socket is in one room at a time, in which all its commands but the joins are meant.
 */
@WebSocketGateway({ namespace: '/' })
export class PickerGateway {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  @SubscribeMessage('broadcaster-join')
  joinAsBroadcaster(socket: Socket, payload: unknown): HandledInTurn {
    return this.join(socket, payload, 'broadcaster', 'broadcaster-join')
  }

  @SubscribeMessage('viewer-join')
  joinAsViewer(socket: Socket, payload: unknown): HandledInTurn {
    return this.join(socket, payload, 'viewer', 'viewer-join')
  }

  private join(socket: Socket, payload: unknown, role: Role, event: string): HandledInTurn {
    return withPayload(this.hub, event, decoded(join, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.enter(connection, event, role, wanted))
    })
  }

  private enter(
    connection: Connection,
    event: string,
    role: Role,
    { room, name, token }: z.output<typeof join>,
  ): Handled {
    const { hub, settings } = this
    const { id, session, peer } = connection
    const member = memberIdIn(connection, room)
    const command: Enter = {
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
    return (send) =>
      hub.enter(connection, room, {
        command,
        reply: answering(hub, event, send, (answer) => {
          if (E.isLeft(answer)) return send(refusing(hub, event, answer.left))
          const entered = memberBy(answer.right.state, id, member)
          // It has moved on to another connection before this one heard of it.
          if (entered === undefined) return send(refusing(hub, event, { type: 'not-in-room' }))
          hub.attach(connection, room, entered.id, 'picker', false)
          // One picker room at a time: the new one first, so that a refused join leaves nothing.
          const other = connection.current.get('picker')
          if (other !== undefined && other !== room) hub.leaveBehind(connection, other, 'picker')
          connection.current.set('picker', room)
          send(joinedReply(room, entered, answer.right, settings.ice.give(connection, entered.id).iceServers))
        }),
      })
  }

  @SubscribeMessage('startRandom')
  startRandom(socket: Socket, payload: unknown): HandledInTurn {
    return this.start(socket, payload, 'startRandom')
  }

  @SubscribeMessage('start-random')
  startRandomInKebab(socket: Socket, payload: unknown): HandledInTurn {
    return this.start(socket, payload, 'start-random')
  }

  private start(socket: Socket, payload: unknown, event: string): HandledInTurn {
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
  contribute(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'contribute-entropy'
    return withPayload(this.hub, event, decoded(contributeEntropy, payload), ({ entropy }) =>
      this.act(socket, event, { type: 'contribute', entropy }, contributedReply),
    )
  }

  @SubscribeMessage('cancelRandom')
  cancelRandom(socket: Socket, payload: unknown): HandledInTurn {
    return this.cancel(socket, payload, 'cancelRandom')
  }

  @SubscribeMessage('cancel-random')
  cancelRandomInKebab(socket: Socket, payload: unknown): HandledInTurn {
    return this.cancel(socket, payload, 'cancel-random')
  }

  private cancel(socket: Socket, payload: unknown, event: string): HandledInTurn {
    return withPayload(this.hub, event, decoded(nothing, payload), () =>
      this.act(socket, event, { type: 'cancel' }, cancelledReply),
    )
  }

  @SubscribeMessage('remove-member')
  removeMember(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'remove-member'
    return withPayload(this.hub, event, decoded(removeMember, payload), ({ memberId }) =>
      this.inRoom(socket, event, { type: 'expel', target: asMemberId(memberId) }, done),
    )
  }

  @SubscribeMessage('offer')
  offer(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'offer', decoded(signals.offer, payload), ({ offer, ...said }) =>
      this.relay(socket, 'offer', { ...said, kind: 'offer', content: offer }),
    )
  }

  @SubscribeMessage('answer')
  answer(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'answer', decoded(signals.answer, payload), ({ answer, ...said }) =>
      this.relay(socket, 'answer', { ...said, kind: 'answer', content: answer }),
    )
  }

  @SubscribeMessage('ice-candidate')
  candidate(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'ice-candidate'
    return withPayload(this.hub, event, decoded(signals[event], payload), ({ candidate, ...said }) =>
      this.relay(socket, event, { ...said, kind: 'candidate', content: candidate }),
    )
  }

  /** Whom a viewer does not name is the broadcaster. */
  private relay(
    socket: Socket,
    event: string,
    { target, ...said }: Omit<Said, 'to'> & { readonly target?: string | undefined },
  ): HandledInTurn {
    const to: Said['to'] =
      target === undefined ? { type: 'leader' } : { type: 'member', id: asMemberId(target) }
    const connection = this.hub.connectionOf(socket)
    return signalling(this.hub, event, connection, 'picker', { ...said, to })
  }

  @SubscribeMessage('leave')
  leave(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'leave', decoded(nothing, payload), () => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.exit(connection))
    })
  }

  private exit(connection: Connection): Handled {
    const { hub } = this
    const room = connection.current.get('picker')
    const by = room === undefined ? undefined : connection.memberships.get(room)
    if (room === undefined || by === undefined) return done()
    return (send) =>
      hub.engine().submit(room, {
        command: { type: 'leave', dialect: 'picker', connection: connection.id, reason: 'left' },
        by,
        cause: null,
        reply: answering(hub, 'leave', send, (answer) => {
          // Somebody who is out already has got what it wanted.
          const isOut = E.isRight(answer) || answer.left.type === 'not-in-room'
          send(isOut ? done() : refusing(hub, 'leave', answer.left))
        }),
      })
  }

  private act(
    socket: Socket,
    event: string,
    command: PickerCommand,
    succeeded: (answered: CommandResult) => Reply,
  ): HandledInTurn {
    return this.inRoom(socket, event, { type: 'act', module: 'random-picker', command }, succeeded)
  }

  /** In the picker room in which this socket is by then. */
  private inRoom(
    socket: Socket,
    event: string,
    command: RoomCommand,
    succeeded: (answered: CommandResult) => Reply,
  ): HandledInTurn {
    const connection = this.hub.connectionOf(socket)
    return inTurn(connection, () => {
      const room = connection.current.get('picker')
      const by = room === undefined ? undefined : connection.memberships.get(room)
      if (room === undefined || by === undefined) return refusing(this.hub, event, { type: 'not-in-room' })
      return asking(this.hub, event, room, { command, by, cause: null }, succeeded)
    })
  }
}

const done = (): Reply => ({ success: true })
