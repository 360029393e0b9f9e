import * as E from '#fp/Either'
import { Inject } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { z } from 'zod'
import { lookup } from '../../../domain/kernel/record.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { Enter } from '../../../domain/room/commands.js'
import type { Member, RoomCommand } from '../../../domain/room/index.js'
import { isPrivateWithToken } from '../../../domain/room/index.js'
import type { CommandResult, RequestFailure } from '../../../application/engine/index.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Connection } from '../../../application/sessions/index.js'
import { memberIdIn } from '../../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../../transport/socket-sessions.js'
import { HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import { decodeModuleCommand } from '../activity-commands.js'
import type { Handled, HandledInTurn } from '../handler.js'
import { answering, asking, inTurn, moving, refusing, withPayload } from '../handler.js'
import { memberBy } from '../member-by.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded } from '../schemas.js'
import { signalling } from '../signals.js'
import { userOf, usersBeside } from './encode.js'
import { activate, activityRequest, deactivate, join, moduleEvent, relay } from './messages.js'
import { ownToken } from './own-token.js'

type Join = z.output<typeof join>

/**
 * Rooms with activity modules, on `/`. Whoever asks for a room that is not there makes it, and gets the token with which
 * others enter; what they do there together are modules: activities of this server by their names, and any other name as a
 * relay of the clients' own.
 *
 * ```ts
 * const { joinToken } = await socket.emitWithAck('JOIN_USER_REQUEST', { roomId: 'friday', user: { id: 'u1', name: 'Lea' } })
 * await socket.emitWithAck('ACTIVATE_MODULE', { module: 'random-picker' })
 * await socket.emitWithAck('CUSTOM_MODULE_EVENT', { module: 'random-picker', event: 'start', payload: ['Ann', 'Bob'] })
 * await socket.emitWithAck('join-activity-request', { activity: 'random-picker' })
 * // { success: true, activity: 'random-picker', state: { draws, phase, lastDrawNo } }
 * ```
 *
 * Of the random picker: `draws` are the last twenty that are over, oldest first, each
 * `{ drawNo, drawId, at, members, winner, cancelled }` with `members` their number and `winner` `{ id, name }` or
 * `null`; `phase` is `{ type: 'committed', next: { drawNo, commitment, contributions } }` or
 * `{ type: 'running', draw: { drawId, drawNo, members, tick, index, startedAt, … } }`.
 *
 * Of the telequiz: `host` is `{ member, userId }`, `table` are the scores as of the last question that closed; `phase` is
 * `{ type: 'asking', question: { number, of, text, choices, openedAt, closesAt }, answers }` with one's own answer in
 * `answers` if there is one, `{ type: 'closed', question, answer, counts, at }`, `{ type: 'finished' }` or, before the
 * first quiz, `{ type: 'idle' }`.
 */
@WebSocketGateway({ namespace: '/' })
export class PartyGateway {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  @SubscribeMessage('JOIN_USER_REQUEST')
  join(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'JOIN_USER_REQUEST', decoded(join, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.enter(connection, wanted))
    })
  }

  private enter(connection: Connection, { roomId: room, user, token }: Join): Handled {
    const event = 'JOIN_USER_REQUEST'
    const { hub, settings } = this
    const { id: connectionId, sessionId, session, peer } = connection
    const { id: userId, name, ...profile } = user
    // Whoever said at the handshake who it is cannot be somebody else here.
    if (peer.userId !== null && peer.userId !== userId)
      return this.denied(room, { type: 'access-denied', cause: 'identity' })
    const member = memberIdIn(connection, room)
    const joinToken = token ?? ownToken(hub.engine().key, room, sessionId)
    const command: Enter = {
      type: 'enter',
      dialect: 'party',
      role: 'user',
      memberId: member,
      session,
      connection: connectionId,
      name: name === '' ? peer.name : name,
      userId,
      ...(Object.keys(profile).length === 0 ? {} : { profile }),
      token: joinToken,
      creates: true,
      rules: settings.rules,
      activates: null,
    }
    return (send) =>
      hub.enter(connection, room, {
        command,
        reply: answering(hub, event, send, (answer) => {
          if (E.isLeft(answer)) return send(this.denied(room, answer.left))
          const entered = memberBy(answer.right.state, connectionId, member)
          // It has moved on to another connection before this one heard of it.
          if (entered === undefined) return send(this.denied(room, { type: 'not-in-room' }))
          hub.attach(connection, room, entered.id, 'party', false)
          // In one room at a time, for a signal does not say which: the new one first.
          const other = connection.current.get('party')
          if (other !== undefined && other !== room) hub.leaveBehind(connection, other, 'party')
          connection.current.set('party', room)
          this.welcome(connection, entered, answer.right, { joinToken, isBrought: token !== undefined }, send)
        }),
      })
  }

  /** Names the room, as `JOIN_USER_DENIED` does. */
  private denied(roomId: RoomId, refusal: RequestFailure): Reply {
    const reply = refusing(this.hub, 'JOIN_USER_REQUEST', refusal)
    return reply.success ? reply : { success: false, error: { ...reply.error, roomId } }
  }

  private welcome(
    { link }: Connection,
    member: Member,
    { state, events }: CommandResult,
    { joinToken, isBrought }: { readonly joinToken: string; readonly isBrought: boolean },
    send: (reply: Reply) => void,
  ): void {
    const roomId = state.id
    const user = userOf(member)
    const own = events.find(({ type }) => type === 'room.member-joined')
    const place = own === undefined ? { room: roomId } : { room: roomId, seq: own.seq, at: own.at }
    if (events.some(({ type }) => type === 'room.created')) {
      send({ success: true, roomId, user, joinToken })
      link.emit('ROOM_CREATED', { roomId, user, joinToken, ...place })
      return
    }
    const users = usersBeside(member.id, state)
    // Its maker's own, who may have been cut off before it heard of it.
    const again = !isBrought && isPrivateWithToken(joinToken, state) ? { joinToken } : {}
    send({ success: true, roomId, user, users, ...again })
    link.emit('JOIN_USER_ACCEPTED', {
      roomId,
      user,
      ...again,
      ...place,
      ...(own === undefined ? {} : { more: true }),
    })
    link.emit('EXISTING_USERS', { roomId, users, ...place })
  }

  @SubscribeMessage('PEER_RELAY_SIGNAL')
  relay(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'PEER_RELAY_SIGNAL'
    return withPayload(this.hub, event, decoded(relay, payload), ({ targetUser, signalData: content }) => {
      const to = { type: 'user', id: targetUser } as const
      const said = { to, kind: kindOf(content), content }
      return signalling(this.hub, event, this.hub.connectionOf(socket), 'party', said)
    })
  }

  @SubscribeMessage('ACTIVATE_MODULE')
  activate(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'ACTIVATE_MODULE'
    return withPayload(this.hub, event, decoded(activate, payload), ({ module, options }) =>
      this.ask(socket, event, { type: 'activate', activity: module, options: options ?? null }),
    )
  }

  @SubscribeMessage('DEACTIVATE_MODULE')
  deactivate(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'DEACTIVATE_MODULE'
    return withPayload(this.hub, event, decoded(deactivate, payload), ({ module }) =>
      this.ask(socket, event, { type: 'deactivate', activity: module }),
    )
  }

  @SubscribeMessage('CUSTOM_MODULE_EVENT')
  moduleEvent(socket: Socket, payload: unknown): HandledInTurn {
    const name = 'CUSTOM_MODULE_EVENT'
    return withPayload(this.hub, name, decoded(moduleEvent, payload), ({ module, event, payload: said }) =>
      withPayload(
        this.hub,
        name,
        decodeModuleCommand(module, event, said, 'event', this.hub.engine().model),
        (command) => this.ask(socket, name, { type: 'act', module, command }),
      ),
    )
  }

  /** In the party in which this socket is by then. */
  private ask(socket: Socket, event: string, command: RoomCommand): HandledInTurn {
    const connection = this.hub.connectionOf(socket)
    return inTurn(connection, () => {
      const room = connection.current.get('party')
      const by = room === undefined ? undefined : connection.memberships.get(room)
      if (room === undefined || by === undefined) return refusing(this.hub, event, { type: 'not-in-room' })
      return asking(this.hub, event, room, { command, by, cause: null }, () => ({ success: true }))
    })
  }

  @SubscribeMessage('join-activity-request')
  requestActivity(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'join-activity-request'
    return withPayload(this.hub, event, decoded(activityRequest, payload), ({ activity }) => {
      const connection = this.hub.connectionOf(socket)
      return inTurn(connection, () => this.stateOf(connection, event, activity))
    })
  }

  private stateOf({ current, memberships }: Connection, event: string, activity: string): Handled {
    const { hub } = this
    const room = current.get('party') ?? current.get('picker')
    const by = room === undefined ? undefined : memberships.get(room)
    if (room === undefined || by === undefined) return refusing(hub, event, { type: 'not-in-room' })
    const { model } = hub.engine()
    if (model.activityFor(activity) === undefined)
      return refusing(hub, event, { type: 'unknown-activity', activity })
    return asking(hub, event, room, { command: null, by, cause: null }, ({ state }): Reply => {
      const seen = model.redactState({ type: 'member', id: by }, state)
      if (seen.phase === 'absent' || entryIn(seen.members, by) === undefined) {
        return refusing(hub, event, { type: 'not-in-room' })
      }
      const module = lookup(seen.modules, activity)
      if (module?.active !== true) return refusing(hub, event, { type: 'activity-inactive', activity })
      return { success: true, activity, state: module.state }
    })
  }
}

/** What the clients' library says of its own signals; whatever it does not name is passed on as it is. */
const kindOf = (content: z.output<typeof relay>['signalData']): string => {
  if (typeof content === 'string') return 'signal'
  const { type } = content
  if (type === 'offer' || type === 'answer') return type
  return type === 'candidate' || 'candidate' in content ? 'candidate' : 'signal'
}
