import * as E from '#fp/Either'
import type { CommandResult, Request, RequestFailure } from '../../application/engine/index.js'
import type { AuditScope } from '../../application/identity/audit-scope.js'
import type { Connection } from '../../application/sessions/index.js'
import { memberIdIn } from '../../application/sessions/index.js'
import type { ConnectionId, MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { JsonObject } from '../../domain/kernel/json.js'
import { entryIn, findIn } from '../../domain/kernel/table.js'
import type { Enter } from '../../domain/room/commands.js'
import type { Admission, Member, ProtocolName, Role, Room, RoomRules } from '../../domain/room/index.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { HandlerResult, Settle } from './handler-result.js'
import { pending, reject, settlingReply } from './handler-result.js'

/** How a member enters a room. */
export interface EntryRequest {
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
  /** Who may enter the room, if it is created; left out: anyone. */
  readonly admission?: Admission | undefined
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

/** A result, or the last step towards it, which is taken when the client has read earlier large replies. */
export type PacedResult<Fields extends object> =
  | HandlerResult<Fields>
  | (() => Promise<HandlerResult<Fields>>)

/** What handlers need to know of their protocol. */
export interface ContextProtocol {
  readonly name: ProtocolName
  readonly rooms: 'one' | 'many'
  readonly resumption: 'at-once' | 'on-join'
}

/** Why the room may not be entered, asked when the room decides. */
export type Denial = NonNullable<Request['denial']>

/** The connection that enters, and its protocol; a room that is created gets the `rules`. */
export interface EntryContext {
  readonly sessions: SocketSessions
  readonly protocol: ContextProtocol
  readonly connection: Connection
  readonly rules: RoomRules
  readonly denial: Denial
  readonly scope: AuditScope | null
}

/** Enters a room and subscribes the connection to it. The client's next requests wait for the reply. */
export const enterRoom = <Fields extends object>(
  context: EntryContext,
  entry: EntryRequest,
  entered: (entered: Entered) => HandlerResult<Fields> | Promise<PacedResult<Fields>>,
  rejected: (rejection: RequestFailure) => HandlerResult<Fields> | Promise<HandlerResult<Fields>> = reject,
): HandlerResult<Fields> => {
  const { sessions, protocol, connection } = context
  const { room } = entry
  const command = enterCommand(context, entry)
  const catchesUp = protocol.resumption === 'on-join'

  const settleWith = (
    result: HandlerResult<Fields> | Promise<PacedResult<Fields>>,
    settle: Settle<Fields>,
  ): void => {
    if (!(result instanceof Promise)) return settle(result)
    result
      .then((settled) => {
        if (typeof settled !== 'function') return settle(settled)
        return sessions.answers.pace(connection.link, async () => {
          const last = await settled()
          return () => settle(last)
        })
      })
      .catch((error: unknown) => settle({ type: 'defect', error }))
  }

  return pending(true, (settle) => {
    let afterPublish: () => void = () => undefined
    sessions.enter(connection, room, {
      command,
      // The room decides with the roles of the command.
      denial: (state) =>
        context.denial(state) ??
        (String(connection.principal.roles) === String(command.roles)
          ? undefined
          : { type: 'access-denied', cause: 'role' }),
      audit: context.scope ?? undefined,
      afterPublish: () => afterPublish(),
      reply: settlingReply(settle, (answer) => {
        if (E.isLeft(answer)) return settleWith(rejected(answer.left), settle)
        const { state, seq } = answer.right
        const member = memberBy(state, connection.id, command.memberId)
        // The session has resumed on another connection before this reply.
        if (member === undefined || state.phase === 'absent') {
          return settleWith(rejected({ type: 'not-in-room' }), settle)
        }
        sessions.attach(connection, room, member.id, protocol.name, catchesUp)
        if (protocol.rooms === 'one') moveTo(room, context)
        const result = entered({ member, state, result: answer.right })
        if (!catchesUp) return settleWith(result, settle)
        const goLive = (): void =>
          void sessions.goLive(room, member.id, connection, { seq, state, missesCount: false })
        if (!(result instanceof Promise)) {
          afterPublish = goLive
          // The state of a large room may exceed the outbound queue.
          return sessions.answers.sendNow(connection.link, () => settle(result))
        }
        return settleWith(result, (settled) => {
          settle(settled)
          // After a failure the client joins again. Until then it receives nothing, instead of events with a gap.
          if (settled.type === 'success') return goLive()
          return sessions.detach(room, member.id, connection)
        })
      }),
    })
  })
}

const enterCommand = (
  { protocol, connection, rules }: EntryContext,
  { room, name, token, userId, profile, acts, admission, ...entry }: EntryRequest,
): Enter => {
  const { id, session, principal } = connection
  return {
    type: 'enter',
    dialect: protocol.name,
    role: entry.role,
    memberId: memberIdIn(connection, room),
    session,
    connection: id,
    name: name === undefined || name === '' ? principal.name : name,
    userId: userId ?? principal.userId,
    // The token proves its own user id, and no other id that the client states.
    isVerified: principal.isVerified && (userId === undefined || userId === principal.userId),
    roles: principal.roles,
    ...(profile === undefined ? {} : { profile }),
    token: token ?? null,
    creates: entry.creates ?? false,
    rules: admission === undefined ? rules : { ...rules, admission },
    activates: entry.activates ?? null,
    ...(acts === undefined ? {} : { acts }),
  }
}

/** The previous room is left once the next one is entered, so that a rejected entry changes nothing. */
const moveTo = (room: RoomId, { sessions, protocol: { name }, connection }: EntryContext): void => {
  const previous = connection.current.get(name)
  if (previous !== undefined && previous !== room) sessions.leaveBehind(connection, previous, name)
  connection.current.set(name, room)
}

/** The member of this connection: usually under the id that the command proposed. */
const memberBy = (state: CommandResult['state'], connection: ConnectionId, proposed: MemberId) => {
  if (state.phase === 'absent') return undefined
  const member = entryIn(state.members, proposed)
  if (member?.secret?.connection === connection) return member
  return findIn(state.members, ({ secret }) => secret?.connection === connection)
}
