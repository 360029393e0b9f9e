import { createHmac, hash } from 'node:crypto'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandResult, Engine, Request, RequestFailure } from '../../application/engine/index.js'
import type { Socket } from 'socket.io'
import type { Identity } from '../../application/identity/identity.js'
import type { Principal } from '../../application/identity/principal.js'
import type { AuditScope } from '../../application/identity/audit-scope.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { Sfu } from '../../application/ports/sfu.js'
import type { Connection } from '../../application/sessions/index.js'
import { memberIdIn } from '../../application/sessions/index.js'
import type { Cause } from '../../domain/kernel/domain-event.js'
import { commandId } from '../../domain/kernel/ids.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { canonicalJson } from '../../domain/kernel/json.js'
import type { ProtocolName, RoomCommand, RoomModel, RoomRules } from '../../domain/room/index.js'
import type { Signal } from '../../domain/signalling/index.js'
import type { IceRenewal } from '../ice/ice-renewal.js'
import { isLarge } from '../transport/frame-limits.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import { enterRoom } from './enter-room.js'
import type { ContextProtocol, Denial, Entered, EntryRequest, PacedResult } from './enter-room.js'
import type { Failure, HandlerResult } from './handler-result.js'
import { pending, reject, rejectIdentity, reply, settledBy, settlingReply } from './handler-result.js'
import { OperatorContext } from './operator-context.js'
import { limitCreation } from './room-creation-limit.js'
import type { RoomCreationLimit } from './room-creation-limit.js'

/** What rooms are created with, and the ICE servers that a join returns. */
export interface RoomSettings {
  readonly rules: RoomRules
  readonly ice: IceRenewal
  /** The rate at which rooms are created; left out: any. */
  readonly creation?: RoomCreationLimit
}

/** What handlers need besides the connection; the same for all connections. */
export interface HandlerServices {
  readonly sessions: SocketSessions
  readonly settings: RoomSettings
  readonly entropy: Entropy
  readonly sfu: Sfu
  readonly identity: Identity
  /** The user of a new token for this socket. */
  readonly reauthenticate: Reauthenticate
}

/** Names the user of a new token for a connected socket, or says why the token is refused. */
export type Reauthenticate = (socket: Socket, token: string) => Promise<Either<Failure, Principal>>

/** Where and with which id a command is given. */
export interface CommandOptions {
  /** Left out: the room in which this connection is by the protocol. */
  readonly room?: RoomId | undefined
  /** The client's id for the command: repeated with the same id, the command has no further effect. */
  readonly cause?: Cause | undefined
}

/** What a handler adds to the audit record of its request. */
export interface AuditNote {
  readonly room?: RoomId
  /** A member or user; never a text of the client that names neither. */
  readonly target?: string | null
  /** Why the user says that it acts. */
  readonly statement?: string
}

/** A signal as a protocol has decoded it. */
export interface OutgoingSignal {
  readonly to: Signal['to']
  readonly kind: string
  readonly negotiation?: string | number | undefined
  readonly content: unknown
}

/** What a handler works with: it reads the connection, and gives commands to rooms. One for each request. */
export class HandlerContext {
  constructor(
    private readonly services: HandlerServices,
    private readonly protocol: ContextProtocol,
    private readonly connection: Connection,
    private readonly payload: unknown,
    private readonly socket: Socket,
    private readonly scope: AuditScope | null,
  ) {}

  /**
   * Records the request as accepted before it takes effect, so that nothing takes effect without a record. Resolves to false
   * if it cannot be recorded.
   */
  private readonly recordAhead = (): Promise<boolean> => {
    const { services, scope } = this
    const trail = services.sessions.engine().audit
    if (trail === null || scope === null) return Promise.resolve(true)
    return new Promise((resolve) => trail.record(scope, null, resolve))
  }

  /** Why this connection may not act any more, when the room decides its command. */
  private readonly denial = (): RequestFailure | undefined => {
    const { services, connection } = this
    return services.identity.isExpired(connection.principal) ? { type: 'token-expired' } : undefined
  }

  /** Also counts the room, if the command creates it. */
  private get creationDenial(): Denial {
    const { services, connection, socket, denial } = this
    return limitCreation(services.settings.creation, connection, socket, denial)
  }

  /** The user of the connection, with its roles. */
  get user(): Connection['principal'] {
    return this.connection.principal
  }

  /**
   * Completes the audit record of a request that reads or changes something without a command of its own. The record is
   * durable before the reply leaves.
   */
  noteForAudit({ room, target, statement }: AuditNote): void {
    const { scope } = this
    if (scope === null) return
    if (room !== undefined) scope.room = room
    if (target !== undefined) scope.target = target
    if (statement !== undefined) scope.statement = statement
  }

  /** The rules with which rooms are created. */
  get rules(): RoomRules {
    return this.services.settings.rules
  }

  /** The commands, events and redaction of the engine's rooms. */
  get model(): RoomModel {
    return this.engine.model
  }

  get entropy(): Entropy {
    return this.services.entropy
  }

  get sfu(): Sfu {
    return this.services.sfu
  }

  private get engine(): Engine {
    return this.services.sessions.engine()
  }

  /** Whether the payload is larger than most events may be (E-15). */
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

  /** The id of a command with a digest of its content, by which a repeated id with other content is recognised. */
  causeOf(id: string, content: { readonly type: string; readonly payload: unknown }): Cause {
    return { id: commandId(id), digest: digestOf(this.engine.key, content) }
  }

  /**
   * 128 bits that only this session gets, the same each time. They derive from the store's key, which no client has, and
   * the session's id, which no copy of the data folder has.
   */
  secretOf(purpose: string, room: RoomId): string {
    return createHmac('sha256', this.engine.key)
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
    return this.engine.records(room, after, limit)()
  }

  /** Emits at the pace at which the client reads. */
  emitPaced(event: string, payload: object): Promise<void> {
    return this.connection.link.emitPaced([{ event, payload }])
  }

  /** Whether the client has read all earlier large replies. */
  get mayReplyNow(): boolean {
    return this.services.sessions.answers.isFree(this.connection.link)
  }

  /**
   * Enters a room. With `rooms: 'one'`, the previous room is left once the new one is entered, so that a rejected entry
   * changes nothing. The client's next requests wait for the reply.
   */
  enterRoom<Fields extends object>(
    entry: EntryRequest,
    entered: (entered: Entered) => HandlerResult<Fields> | Promise<PacedResult<Fields>>,
    rejected?: (rejection: RequestFailure) => HandlerResult<Fields> | Promise<HandlerResult<Fields>>,
  ): HandlerResult<Fields> {
    const { protocol, connection, rules, scope } = this
    const { sessions } = this.services
    this.noteForAudit({ room: entry.room })
    if (this.isHeldByToken(entry.userId ?? this.user.userId)) {
      const taken = { type: 'access-denied', cause: 'identity' } as const
      // The protocol's answer to a rejection does not depend on the room.
      return pending(false, (settle) => void Promise.resolve((rejected ?? reject)(taken)).then(settle))
    }
    const denial = entry.creates === true ? this.creationDenial : this.denial
    return enterRoom({ sessions, protocol, connection, rules, denial, scope }, entry, entered, rejected)
  }

  /** Leaves the given room, or the one in which this connection is by the protocol, if there is one. */
  leaveRoom(given?: RoomId): HandlerResult {
    const { connection, protocol, engine, scope } = this
    const { sessions } = this.services
    if (given !== undefined) this.noteForAudit({ room: given })
    const membership = this.membershipIn(given ?? this.roomBy())
    const notInRoom = given === undefined ? reply({}) : reject({ type: 'not-in-room' })
    if (membership === undefined) return notInRoom
    const { room, by } = membership
    this.noteForAudit({ room })
    return pending(true, (settle) =>
      engine.submit(room, {
        command: { type: 'leave', dialect: protocol.name, connection: connection.id, reason: 'left' },
        by,
        cause: null,
        denial: this.denial,
        audit: scope ?? undefined,
        reply: settlingReply(settle, (answer) => {
          if (E.isLeft(answer)) {
            return settle(answer.left.type === 'not-in-room' ? notInRoom : reject(answer.left))
          }
          sessions.left(connection, room, protocol.name, answer.right.state)
          return settle(reply({}))
        }),
      }),
    )
  }

  /** Gives a command in the name of this connection's member; `null` only reads the room, in its order. */
  submit<Fields extends object = object>(
    command: RoomCommand | null,
    succeeded: (result: CommandResult, by: MemberId) => HandlerResult<Fields>,
    { room, cause }: CommandOptions = {},
  ): HandlerResult<Fields> {
    // A member's look at its own room needs no record.
    if (command === null && this.scope !== null) this.scope.isRecorded = true
    if (command?.type === 'expel') this.noteForAudit({ target: command.target })
    const membership = this.membershipIn(room ?? this.roomBy())
    if (membership === undefined) return this.rejectNonMember(room)
    const { by } = membership
    return this.request(membership.room, { command, by, cause: cause ?? null }, (result) =>
      succeeded(result, by),
    )
  }

  /** Creates a room without entering it. With `isRetried`, the handler takes another name if this one is taken. */
  createRoom<Fields extends object>(
    room: RoomId,
    rules: RoomRules,
    succeeded: () => HandlerResult<Fields>,
    rejected: (rejection: RequestFailure) => HandlerResult<Fields>,
    isRetried = false,
  ): HandlerResult<Fields> {
    const command: RoomCommand = { type: 'create', token: null, rules }
    if (this.scope !== null) this.scope.retriedCode = isRetried ? 'room-exists' : null
    return this.request(
      room,
      { command, by: null, cause: null, denial: this.creationDenial },
      succeeded,
      rejected,
    )
  }

  /** Sends a signal to another member of the room. */
  signal({ to, kind, negotiation, content }: OutgoingSignal, room?: RoomId): HandlerResult {
    this.noteForAudit({ target: to.type === 'leader' ? 'leader' : to.id })
    const membership = this.membershipIn(room ?? this.roomBy())
    if (membership === undefined) return this.rejectNonMember()
    const { by } = membership
    const bytes = Buffer.byteLength(JSON.stringify(content) ?? '')
    const signal = { to, protocol: this.protocol.name, kind, negotiation: negotiation ?? null, bytes }
    const command = { type: 'signal', signal, content } as const
    return this.request(membership.room, { command, by, cause: null }, () => reply({}))
  }

  /** What operators do beside the rooms. */
  get operator(): OperatorContext {
    return new OperatorContext(this.services, this.connection, this.recordAhead)
  }

  /** Replaces the token of this connection. The client's next requests wait for it. */
  refreshToken(token: string): HandlerResult<{ readonly expiresAt: number | null }> {
    const { identity, reauthenticate } = this.services
    const { link } = this.connection
    return settledBy(async () => {
      const authenticated = await reauthenticate(this.socket, token)
      if (E.isLeft(authenticated)) return authenticated.left
      const refreshed = await identity.refresh(link, authenticated.right)()
      return E.isLeft(refreshed) ? rejectIdentity(refreshed.left) : reply(refreshed.right)
    })
  }

  /** A user with a token keeps its id for itself (Y-3). */
  private isHeldByToken(userId: string | null): boolean {
    const isOwn = this.user.isVerified && this.user.userId === userId
    return userId !== null && !isOwn && this.services.identity.isHeldByToken(userId)
  }

  /** For a signal without its room: the target and the room may be invented, to hide content in them. */
  private rejectNonMember(room?: RoomId): Failure {
    this.noteForAudit({ target: null, ...(room === undefined ? {} : { room }) })
    return reject({ type: 'not-in-room' })
  }

  private membershipIn(
    room: RoomId | undefined,
  ): { readonly room: RoomId; readonly by: MemberId } | undefined {
    const by = room === undefined ? undefined : this.connection.memberships.get(room)
    return room === undefined || by === undefined ? undefined : { room, by }
  }

  private request<Fields extends object>(
    room: RoomId,
    { command, by, cause, denial = this.denial }: Pick<Request, 'command' | 'by' | 'cause' | 'denial'>,
    succeeded: (result: CommandResult) => HandlerResult<Fields>,
    rejected: (rejection: RequestFailure) => HandlerResult<Fields> = reject,
  ): HandlerResult<Fields> {
    this.noteForAudit({ room })
    // A read has no record, see `submit`.
    const audit = command === null ? undefined : (this.scope ?? undefined)
    return pending(false, (settle) =>
      this.engine.submit(room, {
        command,
        by,
        cause,
        denial,
        audit,
        reply: settlingReply(settle, (answer) =>
          settle(E.isLeft(answer) ? rejected(answer.left) : succeeded(answer.right)),
        ),
      }),
    )
  }
}

/**
 * Equal for equal commands, whatever the order of their fields. The store's key prevents readers of a log from guessing a
 * short command by its digest. All keys have one length, so a plain hash is as safe as an HMAC, and twice as fast.
 */
export const digestOf = (key: string, command: unknown): string =>
  hash('sha256', `${key}${canonicalJson(command)}`, 'base64url')
