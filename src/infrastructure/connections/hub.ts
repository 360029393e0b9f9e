import * as E from '#fp/Either'
import type { Server, Socket } from 'socket.io'
import { connectionId, memberId } from '../../domain/kernel/ids.js'
import type { MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Dialect, Member, RoomState } from '../../domain/room/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { Answered, Engine } from '../../application/rooms/index.js'
import { createAudiences } from './audience.js'
import type { Audiences } from './audience.js'
import { missedEmits } from './catch-up.js'
import type { Connection, Peer } from './connection.js'
import type { Encoder } from './emit.js'
import { handshakeOf } from './handshake.js'
import { createSessions } from './sessions.js'

export interface HubOptions {
  readonly clock: Clock
  readonly entropy: Entropy
  readonly graceMs: number
  readonly encoders: ReadonlyArray<Encoder>
}

/** Joins sockets to rooms: sessions, who is attached where, and what a client that comes back has missed. */
export interface Hub {
  readonly publisher: Publisher
  readonly start: (engine: Engine, io: Server) => void
  readonly engine: () => Engine
  readonly now: () => number
  /** A socket has connected to a namespace. With `resumes`, it hears at once of the rooms it comes back to. */
  readonly open: (socket: Socket, resumes: 'at-once' | 'on-join') => Promise<void>
  readonly close: (socket: Socket, reason: string) => void
  readonly connectionOf: (socket: Socket) => Connection
  /** To be called in the answer to a join, so that it takes its place in the room's order. */
  readonly attach: (
    connection: Connection,
    room: RoomId,
    member: MemberId,
    dialect: Dialect,
    holds: boolean,
  ) => void
  readonly goLive: Audiences['goLive']
  readonly detach: Audiences['detach']
  /** The member for which this session speaks in the room; for programs that have no socket. */
  readonly memberOfSession: (room: RoomId, sessionId: string) => Promise<MemberId | undefined>
  readonly audiences: () => number
  readonly stop: () => void
}

interface Membership {
  readonly room: RoomId
  readonly member: Member
  readonly answered: Answered
}

export const createHub = ({ clock, entropy, graceMs, encoders }: HubOptions): Hub => {
  const connections = new WeakMap<Socket, Connection>()
  const sessions = createSessions(clock, entropy, graceMs)
  let started: { readonly engine: Engine; readonly io: Server } | null = null

  const running = (): { readonly engine: Engine; readonly io: Server } => {
    if (started === null) throw new Error('The hub is used before it was started')
    return started
  }
  const engine = (): Engine => running().engine
  const audiences = createAudiences(
    () => running().io,
    clock,
    encoders,
    (room) => engine().hold(room),
  )

  const open: Hub['open'] = async (socket, resumes) => {
    const { peer, naming, sessionId: presented, offsets } = handshakeOf(socket)
    const namespace = socket.nsp.name
    const found = presented === null ? null : await membershipsOf(namespace, presented, peer)
    const resumed = presented !== null && found !== null
    const sessionId = resumed ? presented : sessions.fresh()
    const connection: Connection = {
      socket,
      namespace,
      id: connectionId(socket.id),
      peer,
      naming,
      sessionId,
      session: sessions.keyOf(namespace, sessionId),
      memberships: new Map(),
      current: new Map(),
      joining: null,
      ended: null,
    }
    connections.set(socket, connection)
    const before = sessions.takeOver(connection)
    const memberships = (
      await Promise.all((found ?? []).map((room) => takeUp(connection, room, resumes)))
    ).flatMap((taken) => (taken === null ? [] : [taken]))
    if (before !== undefined) retire(before)
    // It went while it was being taken up: `close` found nothing then.
    if (!socket.connected) return close(socket, 'transport close')
    socket.emit('session', {
      sessionId,
      graceMs,
      resumed,
      rooms: memberships.map(({ room }) => room),
      memberships: memberships.flatMap(told),
    })
    if (resumes === 'on-join') return
    await Promise.all(memberships.map((membership) => catchUp(connection, membership, offsets)))
  }

  /** The rooms of a session that is known for this namespace and user; nothing if it is not. */
  const membershipsOf = async (
    namespace: string,
    sessionId: string,
    { userId }: Peer,
  ): Promise<ReadonlyArray<RoomId> | null> => {
    const session = sessions.keyOf(namespace, sessionId)
    const rooms = await engine().roomsOf(session)()
    if (E.isLeft(rooms)) return null
    const members = await Promise.all(
      rooms.right.map(async (room) => ({ room, member: memberIn(await look(room), session) })),
    )
    const known = members.flatMap(({ room, member }) => (member === undefined ? [] : [{ room, member }]))
    if (known.some(({ member }) => member.userId !== userId)) return null
    if (known.length === 0 && !sessions.wasHere(session, userId)) return null
    return known.map(({ room }) => room)
  }

  const look = (room: RoomId): Promise<RoomState | undefined> =>
    new Promise((resolve) => {
      engine().submit(room, {
        command: null,
        by: null,
        cause: null,
        answer: (answer) => resolve(E.isLeft(answer) ? undefined : answer.right.state),
      })
    })

  /** The session's membership in this room goes on by the new connection. */
  const takeUp = (
    connection: Connection,
    room: RoomId,
    resumes: 'at-once' | 'on-join',
  ): Promise<Membership | null> =>
    new Promise((resolve) => {
      engine().submit(room, {
        command: null,
        by: null,
        cause: null,
        answer: (seen) => {
          const member = E.isLeft(seen) ? undefined : memberIn(seen.right.state, connection.session)
          if (member === undefined) return resolve(null)
          const { session, id } = connection
          engine().submit(room, {
            command: { type: 'resume', memberId: member.id, session, connection: id },
            by: member.id,
            cause: null,
            answer: (answer) => {
              if (E.isLeft(answer)) return resolve(null)
              connection.memberships.set(room, member.id)
              if (resumes === 'at-once') attachAll(connection, room, member)
              resolve({ room, member, answered: answer.right })
            },
          })
        },
      })
    })

  const attachAll = (connection: Connection, room: RoomId, member: Member): void => {
    for (const { dialect, namespace } of encoders) {
      if (namespace !== connection.namespace || member.entries[dialect] === undefined) continue
      audiences.attach(room, member.id, connection, dialect, true)
      connection.current.set(dialect, room)
    }
  }

  /** The old socket of a session hears nothing more, and its close changes nothing. */
  const retire = (connection: Connection): void => {
    connection.memberships.clear()
    connection.current.clear()
    connection.socket.disconnect()
  }

  const catchUp = async (
    connection: Connection,
    { room, member, answered }: Membership,
    offsets: ReadonlyMap<string, number>,
  ): Promise<void> => {
    const offset = offsets.get(room)
    if (offset !== undefined && offset < answered.seq) {
      const own = encoders.filter(({ namespace }) => namespace === connection.namespace)
      const missed = await missedEmits(engine(), own, room, member.id, offset, answered.seq)
      // Without them the client would believe that nothing had happened; it comes back and asks again.
      if (E.isLeft(missed)) return void connection.socket.disconnect()
      for (const { event, payload } of missed.right) {
        connection.socket.emit(nameFor(connection, own, event), payload)
      }
    }
    audiences.goLive(room, member.id, connection, answered.seq)
  }

  const close: Hub['close'] = (socket, reason) => {
    const connection = connections.get(socket)
    if (connection === undefined || connection.ended !== null) return
    // Whoever says goodbye has left; every other end may be a tunnel or a lift.
    const lost = reason !== 'client namespace disconnect'
    connection.ended = { lost }
    sessions.end(connection)
    for (const [room, member] of connection.memberships) {
      audiences.detach(room, member, connection)
      disconnect(connection, room, member)
    }
  }

  const disconnect = (connection: Connection, room: RoomId, member: MemberId): void =>
    engine().submit(room, {
      command: {
        type: 'disconnect',
        memberId: member,
        connection: connection.id,
        lost: connection.ended?.lost ?? true,
        graceMs,
      },
      by: null,
      cause: null,
      answer: () => undefined,
    })

  const attach: Hub['attach'] = (connection, room, member, dialect, holds) => {
    connection.memberships.set(room, member)
    // The answer to a join came too late for its client.
    if (connection.ended !== null) return disconnect(connection, room, member)
    audiences.attach(room, member, connection, dialect, holds)
  }

  return {
    publisher: { prepare: (record, before, after) => () => audiences.deliver(record, before, after) },
    start: (runningEngine, io) => {
      started = { engine: runningEngine, io }
    },
    engine,
    now: clock.now,
    open,
    close,
    connectionOf: (socket) => {
      const connection = connections.get(socket)
      if (connection === undefined) throw new Error('A socket without a connection asked for something')
      return connection
    },
    attach,
    goLive: audiences.goLive,
    detach: audiences.detach,
    memberOfSession: async (room, sessionId) => {
      const state = await look(room)
      for (const namespace of new Set(encoders.map((encoder) => encoder.namespace))) {
        const member = memberIn(state, sessions.keyOf(namespace, sessionId))
        if (member !== undefined) return member.id
      }
      return undefined
    },
    audiences: audiences.size,
    stop: audiences.close,
  }
}

const memberIn = (state: RoomState | undefined, session: SessionKey): Member | undefined =>
  state === undefined || state.phase === 'absent'
    ? undefined
    : Object.values(state.members).find(({ secret }) => secret?.session === session)

/** A membership as the client is told of it, once for each dialect by which the member came in. */
const told = ({ room, member, answered }: Membership): ReadonlyArray<object> =>
  Object.values(member.entries).map(({ role }) => ({
    room,
    memberId: member.id,
    role,
    epoch: answered.epoch,
    seq: answered.seq,
  }))

const nameFor = ({ naming }: Connection, encoders: ReadonlyArray<Encoder>, event: string): string => {
  if (naming === 'camel') return event
  for (const { kebab } of encoders) {
    const name = kebab?.[event]
    if (name !== undefined) return name
  }
  return event
}

/** The id of a member that joins with this socket. */
export const freshMemberId = (socket: Socket): MemberId => memberId(socket.id)
