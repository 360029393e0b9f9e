import * as E from '#fp/Either'
import { Inject } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { z } from 'zod'
import type { Entropy } from '../../../application/ports/entropy.js'
import type { Sfu } from '../../../application/ports/sfu.js'
import type { CommandResult, RequestFailure } from '../../../application/engine/index.js'
import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import { memberId } from '../../../domain/kernel/ids.js'
import type { Enter } from '../../../domain/room/commands.js'
import type { RoomCommand } from '../../../domain/room/index.js'
import type { Connection } from '../../../application/sessions/index.js'
import { memberIdIn } from '../../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../../transport/socket-sessions.js'
import { ENTROPY, HUB, ROOM_SETTINGS, SFU } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import type { Handled, HandledInTurn } from '../handler.js'
import { answering, moving, refusing, withPayload } from '../handler.js'
import { memberBy } from '../member-by.js'
import { freshCode, roomOfCode } from '../room-codes.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded, nothing } from '../schemas.js'
import { signalling } from '../signals.js'
import { peersFor } from './encode.js'
import { create, join, signals } from './messages.js'

/** Of codes at random one may be taken; that three in a row are is no chance. */
const attempts = 3

/**
 * WebRTC rooms by code, on `/`: up to ten peers, each connected with each, who find one another through here.
 *
 * ```ts
 * const { peerId, peers } = await socket.emitWithAck('join:room', { roomCode: 'ABC123', create: true })
 * for (const peer of peers) await socket.emitWithAck('webrtc:offer', { targetPeerId: peer.id, offer, negotiation: 1 })
 * socket.on('webrtc:answer', ({ from, answer }) => …)
 * ```
 *
 * A socket is in one such room at a time. What peers say to each other is passed on and written nowhere.
 */
@WebSocketGateway({ namespace: '/' })
export class MeshGateway {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
    @Inject(ENTROPY) private readonly entropy: Entropy,
    @Inject(SFU) private readonly sfu: Sfu,
  ) {}

  @SubscribeMessage('create:room')
  create(_socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'create:room', decoded(create, payload), (wanted) => this.made(wanted, 1))
  }

  private made(wanted: z.output<typeof create>, attempt: number): Handled {
    const { hub, settings, entropy } = this
    const roomCode = wanted.roomCode ?? freshCode(entropy)
    const room = roomOfCode(roomCode)
    const maxPeers = Math.min(wanted.maxPeers ?? settings.rules.maxPeers, settings.rules.maxPeers)
    const command: RoomCommand = { type: 'create', token: null, rules: { ...settings.rules, maxPeers } }
    return (send) =>
      hub.engine().submit(room, {
        command,
        by: null,
        cause: null,
        reply: answering(hub, 'create:room', send, (answer) => {
          if (E.isRight(answer)) return send({ success: true, roomId: room, roomCode })
          const isChance = answer.left.type === 'room-exists' && wanted.roomCode === undefined
          if (!isChance || attempt === attempts) return send(refusing(hub, 'create:room', answer.left))
          const again = this.made(wanted, attempt + 1)
          return typeof again === 'function' ? again(send) : send(again)
        }),
      })
  }

  @SubscribeMessage('join:room')
  join(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'join:room', decoded(join, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.enter(connection, wanted))
    })
  }

  private enter(
    connection: Connection,
    { roomCode, create: creates, token }: z.output<typeof join>,
  ): Handled {
    const { hub, settings } = this
    const { id, session, peer, link } = connection
    const room = roomOfCode(roomCode)
    const member = memberIdIn(connection, room)
    const command: Enter = {
      type: 'enter',
      dialect: 'mesh',
      role: 'peer',
      memberId: member,
      session,
      connection: id,
      name: peer.name,
      userId: peer.userId,
      token: token ?? null,
      creates: creates ?? false,
      rules: settings.rules,
      activates: null,
    }
    return (send) =>
      hub.enter(connection, room, {
        command,
        reply: answering(hub, 'join:room', send, (answer) => {
          if (E.isLeft(answer)) return this.refuse(connection, room, member, answer.left, send)
          const entered = memberBy(answer.right.state, id, member)
          // It has moved on to another connection before this one heard of it.
          if (entered === undefined) return send(refusing(hub, 'join:room', { type: 'not-in-room' }))
          this.arrive(connection, room, entered.id)
          const joined = {
            roomId: room,
            peerId: entered.id,
            peers: peersFor(entered.id, answer.right.state),
            iceServers: settings.ice.give(connection, entered.id).iceServers,
          }
          send({ success: true, ...joined })
          link.emit('room:joined', { ...joined, ...placeOf(room, answer.right) })
        }),
      })
  }

  /** In one room at a time: the new one first, so that a refused join leaves nothing. */
  private arrive(connection: Connection, room: RoomId, member: MemberId): void {
    const { hub } = this
    hub.attach(connection, room, member, 'mesh', false)
    const other = connection.current.get('mesh')
    if (other !== undefined && other !== room) hub.leaveBehind(connection, other, 'mesh')
    connection.current.set('mesh', room)
  }

  /** Whoever meets a full room is told of the other way, where there is one. */
  private refuse(
    { peer: { name } }: Connection,
    room: RoomId,
    member: MemberId,
    refusal: RequestFailure,
    send: (reply: Reply) => void,
  ): void {
    const refused = refusing(this.hub, 'join:room', refusal)
    if (refusal.type !== 'room-full' || refused.success) return send(refused)
    void this.sfu
      .accessFor(room, member, name)
      .then((sfu) => send(sfu === null ? refused : { success: false, error: { ...refused.error, sfu } }))
  }

  @SubscribeMessage('leave:room')
  leave(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'leave:room', decoded(nothing, payload), () => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.exit(connection))
    })
  }

  private exit(connection: Connection): Handled {
    const { hub } = this
    const room = connection.current.get('mesh')
    const by = room === undefined ? undefined : connection.memberships.get(room)
    if (room === undefined || by === undefined) return { success: true }
    return (send) =>
      hub.engine().submit(room, {
        command: { type: 'leave', dialect: 'mesh', connection: connection.id, reason: 'left' },
        by,
        cause: null,
        reply: answering(hub, 'leave:room', send, (answer) => {
          // Somebody who is out already has got what it wanted.
          const isOut = E.isRight(answer) || answer.left.type === 'not-in-room'
          send(isOut ? { success: true } : refusing(hub, 'leave:room', answer.left))
        }),
      })
  }

  @SubscribeMessage('webrtc:offer')
  offer(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'webrtc:offer'
    return withPayload(
      this.hub,
      event,
      decoded(signals[event], payload),
      ({ targetPeerId, negotiation, offer }) =>
        this.relay(socket, event, 'offer', targetPeerId, negotiation, offer),
    )
  }

  @SubscribeMessage('webrtc:answer')
  answer(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'webrtc:answer'
    return withPayload(
      this.hub,
      event,
      decoded(signals[event], payload),
      ({ targetPeerId, negotiation, answer }) =>
        this.relay(socket, event, 'answer', targetPeerId, negotiation, answer),
    )
  }

  @SubscribeMessage('webrtc:ice')
  candidate(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'webrtc:ice'
    return withPayload(
      this.hub,
      event,
      decoded(signals[event], payload),
      ({ targetPeerId, negotiation, candidate }) =>
        this.relay(socket, event, 'candidate', targetPeerId, negotiation, candidate),
    )
  }

  private relay(
    socket: Socket,
    event: string,
    kind: string,
    target: string,
    negotiation: string | number | undefined,
    content: unknown,
  ): HandledInTurn {
    const to = { type: 'member', id: memberId(target) } as const
    const connection = this.hub.connectionOf(socket)
    return signalling(this.hub, event, connection, 'mesh', { to, kind, negotiation, content })
  }
}

/** Where in the log the entry is; one who was in already has nothing new to place. */
const placeOf = (room: RoomId, { events }: CommandResult): object => {
  const own = events.find(({ type }) => type === 'room.member-joined')
  return own === undefined ? { room } : { room, seq: own.seq, at: own.at }
}
