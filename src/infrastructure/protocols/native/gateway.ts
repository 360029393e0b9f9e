import * as E from '#fp/Either'
import { Inject } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { z } from 'zod'
import { memberId as asMemberId, commandId } from '../../../domain/kernel/ids.js'
import type { Enter } from '../../../domain/room/commands.js'
import type { Member, Room, RoomCommand, RoomModel } from '../../../domain/room/index.js'
import type { CommandResult } from '../../../application/engine/index.js'
import type { Connection } from '../../../application/sessions/index.js'
import { memberIdIn } from '../../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../../transport/socket-sessions.js'
import { HUB, ROOM_SETTINGS } from '../../nest/tokens.js'
import { isLarge } from '../../transport/frame-limits.js'
import type { Reply } from '../../transport/reply.js'
import { wireError } from '../../transport/reply.js'
import type { Handled, HandledInTurn } from '../handler.js'
import { answering, asking, inTurn, moving, refusing, withPayload } from '../handler.js'
import { digestOf } from '../digest.js'
import { refused } from '../error-mapping.js'
import type { RoomSettings } from '../room-settings.js'
import { decoded } from '../schemas.js'
import { signallingIn } from '../signals.js'
import { memberBy } from '../member-by.js'
import { sendEarlierEvents } from './catch-up.js'
import { writtenState } from './written-state.js'
import { decodeCommand } from './decode.js'
import type { ShownEvent } from './encode.js'
import { shownEvent } from './encode.js'
import { command as commandSchema, join, leave, signal } from './messages.js'

type Join = z.output<typeof join>

/**
 * For the client SDK, the replay page and other programs, on `/rooms`: every event of a room, with its place in the
 * log, and every command by its type.
 *
 * ```ts
 * const socket = io('http://localhost:3000/rooms')
 * const { epoch, seq, state } = await socket.emitWithAck('join', { room: 'friday', create: true })
 * socket.on('event', ({ seq, type, data }) => …)
 * await socket.emitWithAck('command', { room: 'friday', id: 'a1', type: 'poll.vote', payload: { for: 'tea' } })
 * // after a cut, with the sessionId of `session` in `auth`: all that came meanwhile is in `missed`
 * await socket.emitWithAck('join', { room: 'friday', after: { epoch, seq } })
 * ```
 *
 * A socket may be in many rooms.
 */
@WebSocketGateway({ namespace: '/rooms' })
export class NativeGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  handleConnection(socket: Socket): Promise<void> {
    return this.hub.open(socket)
  }

  handleDisconnect(socket: Socket, reason?: string): void {
    this.hub.close(socket, reason ?? 'transport close')
  }

  @SubscribeMessage('join')
  join(socket: Socket, payload: unknown): HandledInTurn {
    return withPayload(this.hub, 'join', decoded(join, payload), (wanted) => {
      const connection = this.hub.connectionOf(socket)
      return moving(connection, () => this.enter(connection, wanted))
    })
  }

  private enter(connection: Connection, wanted: Join): Handled {
    const { hub, settings } = this
    const { id, session, peer, link } = connection
    const { room, name, token } = wanted
    const member = memberIdIn(connection, room)
    const command: Enter = {
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
    return (send) => {
      let settled: () => unknown = () => undefined
      hub.enter(connection, room, {
        command,
        afterPublish: () => void settled(),
        reply: answering(hub, 'join', send, (answer) => {
          if (E.isLeft(answer)) return send(refusing(hub, 'join', answer.left))
          const { state, seq } = answer.right
          const { model } = hub.engine()
          const entered = memberBy(state, id, member)
          // It has moved on to another connection before this one heard of it.
          if (entered === undefined || state.phase === 'absent') {
            return send(refusing(hub, 'join', { type: 'not-in-room' }))
          }
          // Held from this place in the order until what is before it has been sent.
          hub.attach(connection, room, entered.id, 'native', true)
          const goLive = () => hub.goLive(room, entered.id, connection, { seq, state, missesCount: false })
          if (beginsWithItsOwnJoin(wanted, entered, state, answer.right) && hub.answers.isFree(link)) {
            settled = goLive
            const reply = joined(
              wanted,
              entered,
              state,
              answer.right,
              ownEvents(entered, answer.right, model),
              model,
            )
            // The state of a large room may exceed the outbound queue.
            return hub.answers.sendNow(link, () => send(reply))
          }
          void this.welcome(connection, wanted, entered, state, answer.right, (reply) => {
            send(reply)
            if (reply.success) return void goLive()
            // The client repeats the join. Until then it receives nothing, rather than events with a gap.
            hub.detach(room, entered.id, connection)
          })
        }),
      })
    }
  }

  private async welcome(
    { link }: Connection,
    wanted: Join,
    member: Member,
    state: Room,
    answered: CommandResult,
    send: (reply: Reply) => void,
  ): Promise<void> {
    const { room, after } = wanted
    const { seq } = answered
    const readable = state.history === 'all' ? 0 : member.since - 1
    const unheard = isNew(member, answered) ? member.since - 1 : seq
    const from = knowsTheLog(wanted, answered) ? Math.max(after?.seq ?? unheard, readable) : seq
    const { engine, now, answers } = this.hub
    const unavailable = (): Reply => refused({ type: 'store-unavailable' }, 'join', now())
    const readLast = await sendEarlierEvents(engine(), room, member.id, from, seq, (events) =>
      link.emitPaced([{ event: 'events', payload: events }]),
    )
    if (E.isLeft(readLast)) return send(unavailable())
    await answers.pace(link, async () => {
      const missed = await readLast.right()
      if (E.isLeft(missed)) return () => send(unavailable())
      const reply = joined(wanted, member, state, answered, missed.right, engine().model)
      return () => send(reply)
    })
  }

  @SubscribeMessage('command')
  command(socket: Socket, payload: unknown): HandledInTurn {
    const { hub } = this
    return withPayload(
      hub,
      'command',
      decoded(commandSchema, payload),
      ({ room, id, type, payload: said }) => {
        const connection = hub.connectionOf(socket)
        return inTurn(connection, () => {
          const by = connection.memberships.get(room)
          if (by === undefined) return refusing(hub, 'command', { type: 'not-in-room' })
          // Only a draw's ten thousand members need what the transport lets commands have.
          if (type !== 'random-picker.start' && isLarge(payload)) {
            return { success: false, error: wireError('payload-too-large', 'command', hub.now()) }
          }
          return withPayload(hub, 'command', decodeCommand(type, said, hub.engine().model), (command) => {
            const cause = {
              id: commandId(id),
              digest: digestOf(hub.engine().key, { type, payload: said ?? null }),
            }
            return asking(hub, 'command', room, { command, by, cause }, ({ seq }) => ({ success: true, seq }))
          })
        })
      },
    )
  }

  @SubscribeMessage('signal')
  signal(socket: Socket, payload: unknown): HandledInTurn {
    const { hub } = this
    return withPayload(hub, 'signal', decoded(signal, payload), ({ room, to, kind, data, negotiation }) => {
      const connection = hub.connectionOf(socket)
      const target = { type: 'member', id: asMemberId(to) } as const
      const said = { to: target, kind, negotiation, content: data ?? null }
      return inTurn(connection, () => signallingIn(hub, 'signal', connection, 'native', room, said))
    })
  }

  @SubscribeMessage('leave')
  leave(socket: Socket, payload: unknown): HandledInTurn {
    const { hub } = this
    return withPayload(hub, 'leave', decoded(leave, payload), ({ room }) => {
      const connection = hub.connectionOf(socket)
      return moving(connection, () => {
        const by = connection.memberships.get(room)
        if (by === undefined) return refusing(hub, 'leave', { type: 'not-in-room' })
        const { id } = connection
        const command: RoomCommand = { type: 'leave', dialect: 'native', connection: id, reason: 'left' }
        return asking(hub, 'leave', room, { command, by, cause: null }, ({ state }) => {
          hub.left(connection, room, 'native', state)
          return { success: true }
        })
      })
    })
  }
}

const isNew = ({ since }: Member, { events }: CommandResult): boolean =>
  events.some(({ seq }) => seq === since)

const knowsTheLog = ({ after }: Join, { epoch, seq }: CommandResult): boolean =>
  after === undefined || (after.epoch === epoch && after.seq <= seq)

/** Most who come in have missed nothing, and of nothing the log need not be asked. */
const beginsWithItsOwnJoin = (
  { after }: Join,
  member: Member,
  state: Room,
  answered: CommandResult,
): boolean => after === undefined && state.history === 'own' && isNew(member, answered)

const ownEvents = (
  { id, since }: Member,
  { events }: CommandResult,
  model: RoomModel,
): ReadonlyArray<ShownEvent> =>
  events.flatMap((event) =>
    event.seq < since ? [] : (shownEvent({ type: 'member', id }, event, model) ?? []),
  )

const joined = (
  wanted: Join,
  member: Member,
  state: Room,
  answered: CommandResult,
  missed: ReadonlyArray<ShownEvent>,
  model: RoomModel,
): Reply => ({
  success: true,
  room: wanted.room,
  memberId: member.id,
  epoch: answered.epoch,
  seq: answered.seq,
  recovered: !knowsTheLog(wanted, answered) ? 'reset' : isNew(member, answered) ? 'new' : 'resumed',
  state: writtenState({ type: 'member', id: member.id }, state, model),
  missed,
})
