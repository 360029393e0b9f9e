import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Enter, RoomUser } from '../../domain/room/commands.js'
import type { Member, ProtocolName, RoomCommand } from '../../domain/room/index.js'
import { memberOfSession } from '../../domain/room/index.js'
import type { CommandResult, Engine, ReplyCallback, Request, RequestFailure } from '../engine/index.js'
import type { Principal } from '../identity/principal.js'
import type { Clock } from '../ports/clock.js'
import type { Connection } from './connection.js'

/** A membership of which this is the connection now. */
export interface ResumedMembership {
  readonly room: RoomId
  readonly member: Member
  readonly result: CommandResult
}

/** Neither the store nor the room could answer: the client must reconnect, or it loses what it has. */
export interface ResumptionUnavailable {
  readonly type: 'resumption-unavailable'
}

/** A join and its reply. */
export type JoinRequest = { readonly command: Enter } & Pick<
  Request,
  'afterPublish' | 'audit' | 'denial' | 'reply'
>

/** The commands by which a connection gains and loses its memberships. */
export interface Memberships {
  /** Submits a join of this connection's member. */
  readonly enter: (connection: Connection, room: RoomId, entry: JoinRequest) => void
  /**
   * Makes the connection that of the session's membership in the room; null if the session has none by now.
   * `subscribe` is called in the room's order.
   */
  readonly resume: (
    connection: Connection,
    room: RoomId,
    subscribe: (member: Member) => void,
  ) => Promise<Either<ResumptionUnavailable, ResumedMembership | null>>
  /** The member has lost its connection. Without effect if another connection is the member's by now. */
  readonly disconnect: (connection: Connection, room: RoomId, member: MemberId) => void
  /** The member leaves the room if the room does not admit its user any more. */
  readonly reauthorize: (connection: Connection, room: RoomId, member: MemberId) => void
  /** Submits a leave without a reply: the member is in another room of this protocol now. */
  readonly leaveBehind: (connection: Connection, room: RoomId, protocol: ProtocolName) => void
  /** Reads the room's state in its place in the order. */
  readonly readRoom: (room: RoomId) => Promise<Either<RequestFailure, CommandResult>>
  /** Commands are not repeated any more. */
  readonly stop: () => void
}

export interface MembershipsContext {
  readonly engine: () => Engine
  readonly clock: Clock
  readonly graceMs: number
  readonly maxRoomsPerSession: number
  readonly limitReached: () => void
}

/** Between two attempts of a command to a room whose store does not answer. */
const retryMs = 1_000

const unavailable: Either<ResumptionUnavailable, never> = E.left({ type: 'resumption-unavailable' })

export const createMemberships = ({
  engine,
  clock,
  graceMs,
  maxRoomsPerSession,
  limitReached,
}: MembershipsContext): Memberships => {
  /** By session and room: the last connection of which it is unknown whether the room made it the member's. */
  const uncertainConnections = new Map<string, Connection>()
  let isStopped = false

  /** No client would repeat this command. */
  const submitUntilDecided = (
    room: RoomId,
    by: MemberId | null,
    command: RoomCommand | null,
    decided: ReplyCallback = () => undefined,
  ): void =>
    engine().submit(room, {
      command,
      by,
      cause: null,
      reply: (reply) => {
        if (E.isRight(reply) || reply.left.type !== 'store-unavailable' || isStopped) return decided(reply)
        clock.schedule(clock.now() + retryMs, () => submitUntilDecided(room, by, command, decided))
      },
    })

  const disconnect: Memberships['disconnect'] = ({ id, ended }, room, member) => {
    const lost = ended?.lost ?? true
    submitUntilDecided(room, null, { type: 'disconnect', memberId: member, connection: id, lost, graceMs })
  }

  /** Once the store answers: the room's member must not keep a connection that its client has given up. */
  const disconnectUncertain = (connection: Connection, room: RoomId): void => {
    const key = uncertainKey(connection, room)
    const isWaiting = uncertainConnections.has(key)
    uncertainConnections.set(key, connection)
    if (isWaiting) return
    submitUntilDecided(room, null, null, (reply) => {
      const last = uncertainConnections.get(key)
      uncertainConnections.delete(key)
      const member = E.isRight(reply) ? memberOfSession(connection.session, reply.right.state) : undefined
      const id = member?.secret?.connection
      // Without an uncertain connection, a later one has resumed.
      if (last === undefined || member === undefined || id === undefined || id === null) return
      disconnect({ ...last, id }, room, member.id)
    })
  }

  const reauthorize: Memberships['reauthorize'] = ({ principal }, room, member) =>
    submitUntilDecided(room, null, { type: 'reauthorize', memberId: member, user: userOf(principal) })

  /** The roles may have changed after the room decided, and before the connection knew of its membership. */
  const reauthorizeLate = (
    connection: Connection,
    room: RoomId,
    member: Member | undefined,
    { roles }: { readonly roles?: RoomUser['roles'] },
  ): void => {
    if (member === undefined || connection.ended !== null) return
    if (String(connection.principal.roles) !== String(roles)) reauthorize(connection, room, member.id)
  }

  return {
    enter: (connection, room, { command, reply, ...rest }) => {
      const { memberships, uncertainEntries } = connection
      if (!memberships.has(room) && memberships.size + uncertainEntries.size >= maxRoomsPerSession) {
        limitReached()
        return reply(E.left({ type: 'too-many-rooms', maxRooms: maxRoomsPerSession }))
      }
      const { memberId } = command
      engine().submit(room, {
        command,
        by: memberId,
        cause: null,
        reply: (result) => {
          const isUncertain = E.isLeft(result) && result.left.type === 'store-unavailable'
          if (!isUncertain) uncertainEntries.delete(room)
          // If the log has the member after all, only this connection can end its membership.
          else if (connection.ended === null) uncertainEntries.set(room, memberId)
          else disconnect(connection, room, memberId)
          reply(result)
          if (E.isLeft(result)) return
          reauthorizeLate(connection, room, memberOfSession(connection.session, result.right.state), command)
        },
        ...rest,
      })
    },
    resume: (connection, room, subscribe) =>
      new Promise((resolve) => {
        const { session, id, memberships } = connection
        const user = userOf(connection.principal)
        engine().submit(room, {
          command: { type: 'resume', session, connection: id, user },
          by: null,
          cause: null,
          reply: (reply) => {
            if (E.isLeft(reply)) {
              if (reply.left.type === 'not-in-room') return resolve(E.right(null))
              if (reply.left.type === 'store-unavailable') disconnectUncertain(connection, room)
              return resolve(unavailable)
            }
            uncertainConnections.delete(uncertainKey(connection, room))
            const member = memberOfSession(session, reply.right.state)
            if (member === undefined) return resolve(E.right(null))
            if (connection.ended === null) {
              memberships.set(room, member.id)
              subscribe(member)
              reauthorizeLate(connection, room, member, user)
              return resolve(E.right({ room, member, result: reply.right }))
            }
            disconnect(connection, room, member.id)
            resolve(E.right(null))
          },
        })
      }),
    disconnect,
    reauthorize,
    leaveBehind: ({ memberships, id }, room, dialect) => {
      const by = memberships.get(room)
      if (by === undefined) return
      submitUntilDecided(room, by, { type: 'leave', dialect, connection: id, reason: 'left' })
    },
    readRoom: (room) =>
      new Promise((resolve) => {
        engine().submit(room, { command: null, by: null, cause: null, reply: resolve })
      }),
    stop: () => {
      isStopped = true
    },
  }
}

/** The user as rooms know it. */
const userOf = ({ userId, isVerified, roles }: Principal): RoomUser => ({ userId, isVerified, roles })

const uncertainKey = ({ session }: Connection, room: RoomId): string => `${session} ${room}`

/** The memberships of the `session` event (E-45), one for each protocol of the member. */
export const membershipsIn = ({ room, member, result }: ResumedMembership): ReadonlyArray<object> =>
  Object.values(member.entries).map(({ role }) => ({
    room,
    memberId: member.id,
    role,
    epoch: result.epoch,
    seq: result.seq,
  }))

/** Runs `work` for all items, `width` at a time, and lets other work of the process have its turn in between. */
export const inBatches = async <Item, Result>(
  items: ReadonlyArray<Item>,
  width: number,
  nextTurn: () => Promise<void>,
  work: (item: Item) => Promise<Result>,
): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const place = next
      next += 1
      const item = items[place]
      if (item !== undefined) results[place] = await work(item)
      if (items.length > width) await nextTurn()
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
