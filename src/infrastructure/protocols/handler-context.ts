import { createHmac, hash } from 'node:crypto'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandResult, ReplyCallback, RequestFailure } from '../../application/engine/index.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { Sfu } from '../../application/ports/sfu.js'
import type { Cause } from '../../domain/kernel/domain-event.js'
import { commandId } from '../../domain/kernel/ids.js'
import type { ConnectionId, MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { JsonObject } from '../../domain/kernel/json.js'
import { canonicalJson } from '../../domain/kernel/json.js'
import { entryIn, findIn } from '../../domain/kernel/table.js'
import type { Enter } from '../../domain/room/commands.js'
import type {
  Member,
  ProtocolName,
  Role,
  Room,
  RoomCommand,
  RoomModel,
  RoomRules,
} from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { Connection } from '../../application/sessions/index.js'
import { memberIdIn } from '../../application/sessions/index.js'
import type { IceRenewal } from '../ice/ice-renewal.js'
import { isLarge } from '../transport/frame-limits.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { HandlerResult, Settle } from './handler-result.js'
import { pending, reject, reply } from './handler-result.js'

/** What rooms are created with, and the ICE servers that a join returns. */
export interface RoomSettings {
  readonly rules: RoomRules
  readonly ice: IceRenewal
}

/** What handlers need besides the connection; the same for all connections. */
export interface HandlerServices {
  readonly sessions: SocketSessions
  readonly settings: RoomSettings
  readonly entropy: Entropy
  readonly sfu: Sfu
}

/** How a member enters a room. */
export interface Entry {
  readonly room: RoomId
  readonly role: Role
  readonly token?: string | undefined
  /** Empty or left out: the name of the handshake. */
  readonly name?: string | undefined
  /** Left out: the user of the handshake. */
  readonly userId?: string
  readonly profile?: JsonObject
  /** Whether the room is created if it does not exist; `false` unless given. */
  readonly creates?: boolean
  /** An activity that is activated with the entry. */
  readonly activates?: string
  /** The member's first command. If it is rejected, the member does not enter. */
  readonly acts?: Enter['acts']
}

/** The member that entered, and the room at that moment. */
export interface Entered {
  readonly member: Member
  readonly state: Room
  readonly result: CommandResult
}

/** Where and with which id a command is given. */
export interface CommandOptions {
  /** Left out: the room in which this connection is by the protocol. */
  readonly room?: RoomId | undefined
  /** The client's id for the command: the same id again does nothing twice. */
  readonly cause?: Cause | undefined
}

/** A signal as a protocol has decoded it. */
export interface OutgoingSignal {
  readonly to: Signal['to']
  readonly kind: string
  readonly negotiation?: string | number | undefined
  readonly content: unknown
}

/** A result, or the last step towards it, which is taken once the client has read earlier large answers. */
export type PacedResult<Fields extends object> =
  | HandlerResult<Fields>
  | (() => Promise<HandlerResult<Fields>>)

/** What a context has to know of its protocol. */
export interface ContextProtocol {
  readonly name: ProtocolName
  readonly rooms: 'one' | 'many'
  readonly resumes: 'at-once' | 'on-join'
}

/** The way for a handler to act: it reads the connection, and gives commands to rooms. One for each request. */
export class HandlerContext {
  constructor(
    private readonly services: HandlerServices,
    private readonly protocol: ContextProtocol,
    private readonly connection: Connection,
    private readonly payload: unknown,
  ) {}

  /** The user as the handshake gives it. */
  get user(): Connection['peer'] {
    return this.connection.peer
  }

  get rules(): RoomRules {
    return this.services.settings.rules
  }

  /** The rules of the engine's rooms. */
  get model(): RoomModel {
    return this.services.sessions.engine().model
  }

  get entropy(): Entropy {
    return this.services.entropy
  }

  get sfu(): Sfu {
    return this.services.sfu
  }

  /** Whether the payload is larger than events may be in general. */
  get isLarge(): boolean {
    return isLarge(this.payload)
  }

  /** The room in which this connection is by its own protocol, or by another one of its namespace. */
  roomBy(protocol: ProtocolName = this.protocol.name): RoomId | undefined {
    return this.connection.current.get(protocol)
  }

  isIn(room: RoomId): boolean {
    return this.connection.memberships.has(room)
  }

  /** The id under which this connection is, or would become, a member of the room. */
  memberIn(room: RoomId): MemberId {
    return memberIdIn(this.connection, room)
  }

  /** ICE servers for the member; the connection gets new ones before these expire. */
  iceServers(member: MemberId): ReturnType<IceRenewal['give']>['iceServers'] {
    return this.services.settings.ice.give(this.connection, member).iceServers
  }

  /** The id of a command and a digest of its content, so that a repeated id with other content is found. */
  causeOf(id: string, content: { readonly type: string; readonly payload: unknown }): Cause {
    return { id: commandId(id), digest: digestOf(this.services.sessions.engine().key, content) }
  }

  /**
   * 128 bits that only this session gets, the same each time. They need the store's key and the session's id: a copy of the
   * data folder has no session id, and a client has no key.
   */
  secretOf(purpose: string, room: RoomId): string {
    return createHmac('sha256', this.services.sessions.engine().key)
      .update(JSON.stringify([purpose, room, this.connection.sessionId]))
      .digest()
      .subarray(0, 16)
      .toString('base64url')
  }

  records(
    room: RoomId,
    after: number,
    limit: number,
  ): Promise<Either<StoreFault, ReadonlyArray<RoomRecord>>> {
    return this.services.sessions.engine().records(room, after, limit)()
  }

  /** Emits at the pace at which the client reads. */
  emitPaced(event: string, payload: object): Promise<void> {
    return this.connection.link.emitPaced([{ event, payload }])
  }

  /** Whether no large answer to this client waits for its reading. */
  get mayAnswerNow(): boolean {
    return this.services.sessions.answers.isFree(this.connection.link)
  }

  /**
   * Enters a room. With `rooms: 'one'`, the room before is left once the new one is entered, so that a rejected entry changes
   * nothing. Requests behind this one wait for its answer.
   */
  enterRoom<Fields extends object>(
    entry: Entry,
    entered: (entered: Entered) => HandlerResult<Fields> | Promise<PacedResult<Fields>>,
    rejected: (rejection: RequestFailure) => HandlerResult<Fields> | Promise<HandlerResult<Fields>> = reject,
  ): HandlerResult<Fields> {
    const { connection, protocol } = this
    const { sessions } = this.services
    const { room } = entry
    const command = this.enterCommand(entry)
    const holds = protocol.resumes === 'on-join'
    return pending(true, (settle) => {
      let published: () => void = () => undefined
      sessions.enter(connection, room, {
        command,
        afterPublish: () => published(),
        reply: answering(settle, (answer) => {
          if (E.isLeft(answer)) return settleWith(rejected(answer.left), settle)
          const { state } = answer.right
          const member = memberBy(state, connection.id, command.memberId)
          // The session has resumed on another connection before this answer.
          if (member === undefined || state.phase === 'absent') {
            return settleWith(rejected({ type: 'not-in-room' }), settle)
          }
          sessions.attach(connection, room, member.id, protocol.name, holds)
          if (protocol.rooms === 'one') this.moveTo(room)
          const result = entered({ member, state, result: answer.right })
          const pace = (last: () => Promise<HandlerResult<Fields>>, send: Settle<Fields>): Promise<void> =>
            sessions.answers.pace(connection.link, async () => {
              const settled = await last()
              return () => send(settled)
            })
          if (!holds) return settleWith(result, settle, pace)
          const goLive = (): void => {
            const { seq } = answer.right
            void sessions.goLive(room, member.id, connection, { seq, state, missesCount: false })
          }
          if (!(result instanceof Promise)) {
            published = goLive
            // The state of a large room may exceed the outbound queue.
            return sessions.answers.sendNow(connection.link, () => settle(result))
          }
          const settleThenGoLive: Settle<Fields> = (sent) => {
            settle(sent)
            // After a failure the client joins again. Until then it receives nothing, instead of events with a gap.
            if (sent.type === 'success') return goLive()
            return sessions.detach(room, member.id, connection)
          }
          return settleWith(result, settleThenGoLive, pace)
        }),
      })
    })
  }

  private enterCommand({ room, name, token, userId, profile, acts, ...entry }: Entry): Enter {
    const { id, session, peer } = this.connection
    return {
      type: 'enter',
      dialect: this.protocol.name,
      role: entry.role,
      memberId: this.memberIn(room),
      session,
      connection: id,
      name: name === undefined || name === '' ? peer.name : name,
      userId: userId ?? peer.userId,
      ...(profile === undefined ? {} : { profile }),
      token: token ?? null,
      creates: entry.creates ?? false,
      rules: this.rules,
      activates: entry.activates ?? null,
      ...(acts === undefined ? {} : { acts }),
    }
  }

  private moveTo(room: RoomId): void {
    const { name } = this.protocol
    const before = this.roomBy()
    if (before !== undefined && before !== room)
      this.services.sessions.leaveBehind(this.connection, before, name)
    this.connection.current.set(name, room)
  }

  /** Leaves the named room, or the one in which this connection is by the protocol, if there is one. */
  leaveRoom(named?: RoomId): HandlerResult {
    const { connection, protocol } = this
    const { sessions } = this.services
    const room = named ?? this.roomBy()
    const by = room === undefined ? undefined : connection.memberships.get(room)
    const isOut = (rejection: RequestFailure): boolean =>
      named === undefined && rejection.type === 'not-in-room'
    if (room === undefined || by === undefined) {
      return named === undefined ? reply({}) : reject({ type: 'not-in-room' })
    }
    const { id } = connection
    return pending(true, (settle) =>
      sessions.engine().submit(room, {
        command: { type: 'leave', dialect: protocol.name, connection: id, reason: 'left' },
        by,
        cause: null,
        reply: answering(settle, (answer) => {
          if (E.isRight(answer)) sessions.left(connection, room, protocol.name, answer.right.state)
          settle(E.isRight(answer) || isOut(answer.left) ? reply({}) : reject(answer.left))
        }),
      }),
    )
  }

  /** Gives a command in the name of this connection's member. */
  submit<Fields extends object = object>(
    command: RoomCommand | null,
    succeeded: (result: CommandResult, by: MemberId) => HandlerResult<Fields>,
    { room = this.roomBy(), cause }: CommandOptions = {},
  ): HandlerResult<Fields> {
    const by = room === undefined ? undefined : this.connection.memberships.get(room)
    if (room === undefined || by === undefined) return reject({ type: 'not-in-room' })
    return this.request(room, { command, by, cause: cause ?? null }, (result) => succeeded(result, by))
  }

  /** Creates a room without entering it. */
  createRoom<Fields extends object>(
    room: RoomId,
    rules: RoomRules,
    succeeded: () => HandlerResult<Fields>,
    rejected: (rejection: RequestFailure) => HandlerResult<Fields>,
  ): HandlerResult<Fields> {
    const command: RoomCommand = { type: 'create', token: null, rules }
    return this.request(room, { command, by: null, cause: null }, succeeded, rejected)
  }

  /** Sends a signal to another member of the room. */
  signal(
    { to, kind, negotiation, content }: OutgoingSignal,
    room: RoomId | undefined = this.roomBy(),
  ): HandlerResult {
    const by = room === undefined ? undefined : this.connection.memberships.get(room)
    if (room === undefined || by === undefined) return reject({ type: 'not-in-room' })
    const bytes = Buffer.byteLength(JSON.stringify(content) ?? '')
    const signal = { to, protocol: this.protocol.name, kind, negotiation: negotiation ?? null, bytes }
    return this.request(room, { command: { type: 'signal', signal, content }, by, cause: null }, () =>
      reply({}),
    )
  }

  private request<Fields extends object>(
    room: RoomId,
    request: Omit<Parameters<ReturnType<SocketSessions['engine']>['submit']>[1], 'reply'>,
    succeeded: (result: CommandResult) => HandlerResult<Fields>,
    rejected: (rejection: RequestFailure) => HandlerResult<Fields> = reject,
  ): HandlerResult<Fields> {
    return pending(false, (settle) =>
      this.services.sessions.engine().submit(room, {
        ...request,
        reply: answering(settle, (answer) =>
          settle(E.isLeft(answer) ? rejected(answer.left) : succeeded(answer.right)),
        ),
      }),
    )
  }
}

/** The engine's monitor reports what throws in a reply; the client gets an answer all the same. */
const answering =
  <Fields extends object>(settle: Settle<Fields>, answer: ReplyCallback): ReplyCallback =>
  (result) => {
    try {
      answer(result)
    } catch (defect) {
      settle(reject({ type: 'internal-error' }))
      throw defect
    }
  }

const settleWith = <Fields extends object>(
  result: HandlerResult<Fields> | Promise<PacedResult<Fields>>,
  settle: Settle<Fields>,
  pace?: (last: () => Promise<HandlerResult<Fields>>, send: Settle<Fields>) => Promise<void>,
): void => {
  if (!(result instanceof Promise)) return settle(result)
  result
    .then(async (settled) => {
      if (typeof settled !== 'function') return settle(settled)
      if (pace === undefined) return settle(await settled())
      return pace(settled, settle)
    })
    .catch((error: unknown) => settle({ type: 'defect', error }))
}

/** The member that speaks by this connection: most likely under the id that was asked for. */
const memberBy = (state: CommandResult['state'], connection: ConnectionId, expected: MemberId) => {
  if (state.phase === 'absent') return undefined
  const member = entryIn(state.members, expected)
  if (member?.secret?.connection === connection) return member
  return findIn(state.members, ({ secret }) => secret?.connection === connection)
}

/** Where in the log the member's entry is. A member that was in the room before has no new entry. */
export const placeOf = ({ state, events }: CommandResult): object => {
  const own = events.find(({ type }) => type === 'room.member-joined')
  return own === undefined ? { room: state.id } : { room: state.id, seq: own.seq, at: own.at }
}

/**
 * Tells whether two commands are equal, whatever the order of their fields. Digests stand in records that everybody can read,
 * and a command can be short (a name, an answer), so the store's `key` keeps others from trying values. All keys have one
 * length, so a plain hash serves; an HMAC takes twice as long.
 */
export const digestOf = (key: string, command: unknown): string =>
  hash('sha256', `${key}${canonicalJson(command)}`, 'base64url')
