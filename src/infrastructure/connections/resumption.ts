import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { findIn, valuesIn } from '../../domain/kernel/table.js'
import type { Member, RoomState } from '../../domain/room/index.js'
import type { CommandResult, Engine, RequestFailure } from '../../application/engine/index.js'
import type { Connection } from './connection.js'
import type { Sessions } from './sessions.js'

/** Where a session is a member. */
export interface Known {
  readonly room: RoomId
  readonly member: MemberId
}

/** A membership for which a new connection speaks now. */
export interface Membership {
  readonly room: RoomId
  readonly member: Member
  readonly answered: CommandResult
}

/** Neither store nor room could say: whoever asks must come again, or it loses what it has. */
export interface NotKnown {
  readonly type: 'not-known'
}
const notKnown: Either<NotKnown, never> = E.left({ type: 'not-known' })

/** The memberships of a session that is known; `null` if it is not. */
export const membershipsOf = async (
  engine: Engine,
  sessions: Sessions,
  session: SessionKey,
): Promise<Either<NotKnown, ReadonlyArray<Known> | null>> => {
  const rooms = await engine.roomsOf(session)()
  if (E.isLeft(rooms)) return notKnown
  const known: Array<Known> = []
  for (const looked of await Promise.all(rooms.right.map((room) => look(engine, room)))) {
    if (E.isLeft(looked)) return notKnown
    const { state } = looked.right
    const member = memberOfSession(state, session)
    if (member === undefined) continue
    known.push({ room: state.id, member: member.id })
  }
  if (known.length === 0 && !sessions.wasHere(session)) return E.right(null)
  return E.right(known)
}

/** A look at the room, in its place in the order. */
export const look = (engine: Engine, room: RoomId): Promise<Either<RequestFailure, CommandResult>> =>
  new Promise((resolve) => {
    engine.submit(room, { command: null, by: null, cause: null, reply: resolve })
  })

const memberOfSession = (state: RoomState, session: SessionKey): Member | undefined =>
  state.phase === 'absent' ? undefined : findIn(state.members, ({ secret }) => secret?.session === session)

/** Whose session it is says the room: of which user and in which namespace it was given, a program need not say. */
export const memberOfSecret = (
  state: RoomState,
  { keyOf }: Pick<Sessions, 'keyOf'>,
  namespaces: Iterable<string>,
  sessionId: string,
): Member | undefined => {
  if (state.phase === 'absent') return undefined
  const users = new Set([null, ...valuesIn(state.members).map(({ userId }) => userId)])
  for (const namespace of namespaces) {
    for (const user of users) {
      const member = memberOfSession(state, keyOf(namespace, user, sessionId))
      if (member !== undefined) return member
    }
  }
  return undefined
}

/**
 * The session's membership goes on by this connection; nothing if it is over by now. `attach` is called in the answer,
 * in the room's order.
 */
export const takeUp = (
  engine: Engine,
  connection: Connection,
  { room, member: memberId }: Known,
  attach: (member: Member) => void,
): Promise<Either<NotKnown, Membership | null>> =>
  new Promise((resolve) => {
    const { session, id, memberships } = connection
    // Before the answer: if the connection ends meanwhile, the end of this membership is asked for behind it.
    memberships.set(room, memberId)
    engine.submit(room, {
      command: { type: 'resume', memberId, session, connection: id },
      by: memberId,
      cause: null,
      reply: (answer) => {
        if (E.isLeft(answer)) {
          if (answer.left.type !== 'not-in-room') return resolve(notKnown)
          memberships.delete(room)
          return resolve(E.right(null))
        }
        const member = memberOfSession(answer.right.state, session)
        if (member === undefined || connection.ended !== null) return resolve(E.right(null))
        attach(member)
        resolve(E.right({ room, member, answered: answer.right }))
      },
    })
  })

/** A membership as the client is told of it, once for each dialect by which the member came in. */
export const told = ({ room, member, answered }: Membership): ReadonlyArray<object> =>
  Object.values(member.entries).map(({ role }) => ({
    room,
    memberId: member.id,
    role,
    epoch: answered.epoch,
    seq: answered.seq,
  }))
