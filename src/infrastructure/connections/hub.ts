import * as E from '#fp/Either'
import type { Server, Socket } from 'socket.io'
import { connectionId } from '../../domain/kernel/ids.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Enter } from '../../domain/room/commands.js'
import type { ProtocolName, Member, RoomCommand, RoomState } from '../../domain/room/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { Engine, Request } from '../../application/engine/index.js'
import { isMember } from './room-subscribers.js'
import { createAudiences } from './subscriptions.js'
import type { Audiences } from './subscriptions.js'
import { catchUp } from './catch-up.js'
import type { Connection } from './connection.js'
import { cut } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import { createFarewells, isPutOut, parcelsOf } from './removal-notices.js'
import { handshakeOf } from './handshake.js'
import { createLostSignals } from './lost-signals.js'
import { createReceipts } from './delivery-tracker.js'
import type { Unconfirmed } from './delivery-tracker.js'
import { createRetelling } from './log-replay.js'
import { createSessions } from './sessions.js'
import type { Known, Membership } from './resumption.js'
import { look, memberOfSecret, membershipsOf, takeUp, told } from './resumption.js'

export interface HubOptions {
  readonly clock: Clock
  readonly entropy: Entropy
  readonly graceMs: number
  readonly encoders: ReadonlyArray<Encoder>
}

/** Joins sockets to rooms: sessions, who is attached where, and what a client that comes back has missed. */
export interface Hub {
  readonly publisher: Required<Publisher>
  readonly start: (engine: Engine, io: Server) => void
  readonly engine: () => Engine
  readonly now: () => number
  /** A socket has connected to a namespace. Resolves once it has been sent all that it missed. */
  readonly open: (socket: Socket) => Promise<void>
  readonly close: (socket: Socket, reason: string) => void
  readonly connectionOf: (socket: Socket) => Connection
  /** Asks a room to let this connection's member in. */
  readonly enter: (connection: Connection, room: RoomId, entry: Entry) => void
  /** To be called in the answer to a join, so that it takes its place in the room's order. */
  readonly attach: (
    connection: Connection,
    room: RoomId,
    member: MemberId,
    dialect: ProtocolName,
    holds: boolean,
  ) => void
  /** The member leaves a room by a dialect, because it is in another now. Nobody waits for it. */
  readonly leaveBehind: (connection: Connection, room: RoomId, dialect: ProtocolName) => void
  /** To be called in the answer to a leave. */
  readonly left: (connection: Connection, room: RoomId, dialect: ProtocolName, state: RoomState) => void
  readonly goLive: Audiences['goLive']
  readonly detach: Audiences['detach']
  /** The member for which this session speaks in the room; for programs that have no socket. */
  readonly memberOfSession: (room: RoomId, sessionId: string) => Promise<MemberId | undefined>
  /** What is held for clients: nothing of it may outlive them. */
  readonly load: () => HubLoad
  readonly stop: () => void
}

/** A join, and how it is answered. */
export type Entry = { readonly command: Enter } & Pick<Request, 'reply' | 'afterPublish'>

export interface HubLoad {
  /** Rooms to which members are attached. */
  readonly rooms: number
  readonly members: number
  /** Connections that speak for a session, and sessions that were here within the grace. */
  readonly speaking: number
  readonly lately: number
  /** Rooms of which older emits are kept for those who come back. */
  readonly retold: number
  /** Sessions that have still to be told of an end. */
  readonly farewells: number
}

/** Between two attempts to tell a room whose store does not answer that a member is gone. */
const retryMs = 1_000

export const createHub = ({ clock, entropy, graceMs, encoders }: HubOptions): Hub => {
  const connections = new WeakMap<Socket, Connection>()
  const sessions = createSessions(clock, entropy, graceMs)
  const receipts = createReceipts(clock)
  const farewells = createFarewells(clock, encoders)
  const namespaces = new Set(encoders.map((encoder) => encoder.namespace))
  let started: { readonly engine: Engine; readonly io: Server } | null = null
  let stopped = false

  const running = (): NonNullable<typeof started> => {
    if (started === null) throw new Error('The hub is used before it was started')
    return started
  }
  const engine = (): Engine => running().engine
  const audiences = createAudiences(
    () => running().io,
    clock,
    encoders,
    (room) => engine().hold(room),
    receipts,
  )
  const retelling = createRetelling(
    engine,
    clock,
    encoders.filter(({ resumes }) => resumes === 'at-once'),
  )

  const lostSignals = createLostSignals(engine, clock, graceMs)

  const open: Hub['open'] = async (socket) => {
    const { peer, naming, takesSeveral, sessionId: presented, offsets } = handshakeOf(socket)
    const namespace = socket.nsp.name
    const key = presented === null ? null : sessions.keyOf(namespace, peer.userId, presented)
    const isFromBefore = key !== null && !sessions.wasHere(key)
    const known = key === null ? E.right(null) : await membershipsOf(engine(), sessions, key)
    if (!socket.connected) return
    if (E.isLeft(known)) return cut({ socket })
    const resumed = presented !== null && known.right !== null
    const sessionId = resumed ? presented : sessions.fresh()
    const connection: Connection = {
      socket,
      namespace,
      id: connectionId(socket.id),
      peer,
      naming,
      takesSeveral,
      sessionId,
      session: sessions.keyOf(namespace, peer.userId, sessionId),
      memberships: new Map(),
      unsure: new Map(),
      current: new Map(),
      moving: null,
      ended: null,
    }
    connections.set(socket, connection)
    const memberships = await takeUpAll(connection, known.right ?? [])
    if (hasEnded(connection)) return
    if (memberships === null) return cut(connection)
    const lost = isFromBefore ? await lostSignals.of(memberships) : E.right([])
    if (hasEnded(connection)) return
    if (E.isLeft(lost)) return cut(connection)
    const signalsLost = [...lost.right, ...receipts.lost(connection)]
    const said = key === null ? [] : farewells.take(key)
    socket.emit('session', {
      sessionId,
      graceMs,
      resumed,
      rooms: memberships.map(({ room }) => room),
      memberships: memberships.flatMap(told),
      ...(signalsLost.length === 0 ? {} : { signalsLost }),
      ...(said.length === 0 ? {} : { ended: said.map(({ ended }) => ended) }),
    })
    for (const { event, payload } of parcelsOf(said, connection)) socket.emit(event, payload)
    const caughtUp = await Promise.all(
      memberships.map((membership) =>
        catchUp(audiences, retelling, connection, membership, offsets.get(membership.room)),
      ),
    )
    // Without what it missed the client would believe that nothing had happened; it comes back and asks again.
    if (caughtUp.some(E.isLeft) && !hasEnded(connection)) cut(connection)
  }

  /** Speaks for the session from here on; nothing if it is not known whether it does. */
  const takeUpAll = async (
    connection: Connection,
    known: ReadonlyArray<Known>,
  ): Promise<ReadonlyArray<Membership> | null> => {
    const { before, unconfirmed: left } = sessions.takeOver(connection)
    // First: what the old socket still says must not come behind what the new one takes up.
    receipts.adopt(connection, before === undefined ? left : retire(before))
    const taken = await Promise.all(
      known.map((each) =>
        takeUp(engine(), connection, each, (member) => attachAll(connection, each, member)),
      ),
    )
    if (before !== undefined) {
      // Where it is not known who speaks for the member, the old one does not any more.
      for (const [place, { room, member }] of known.entries()) {
        if (taken[place]?._tag === 'Left') disconnect(before, room, member)
      }
    }
    const memberships: Array<Membership> = []
    for (const each of taken) {
      if (E.isLeft(each)) return null
      if (each.right !== null) memberships.push(each.right)
    }
    return memberships
  }

  const deliver: Audiences['deliver'] = (record, before, after) => {
    if (!isPutOut(record)) return audiences.deliver(record, before, after)
    const { memberId, dialect } = record.data
    const hearer = audiences.hearer(record.room, memberId, dialect)
    const keep = (): void => farewells.keep(record, before, after)
    if (hearer === undefined || hearer.isCatchingUp) keep()
    audiences.deliver(record, before, after)
    if (hearer === undefined) return
    if (!hearer.isCatchingUp) return receipts.expect(hearer.connection, keep)
    // What it has still to be sent would end in a room that it is not in; it comes back, and is told.
    cut(hearer.connection)
  }

  const attachAll = (connection: Connection, { room }: Known, member: Member): void => {
    for (const { dialect, namespace, resumes } of encoders) {
      if (resumes === 'on-join' || namespace !== connection.namespace) continue
      if (member.entries[dialect] === undefined) continue
      audiences.attach(room, member.id, connection, dialect, true)
      connection.current.set(dialect, room)
    }
    audiences.again(room, member.id, connection, receipts.claim(connection, room, member.id))
  }

  /** The old socket of a session hears nothing more, and its close changes nothing. */
  const retire = (connection: Connection): Unconfirmed => {
    for (const [room, member] of connection.memberships) audiences.detach(room, member, connection)
    connection.memberships.clear()
    connection.current.clear()
    const unconfirmed = receipts.take(connection)
    connection.socket.disconnect()
    return unconfirmed
  }

  const close: Hub['close'] = (socket, reason) => {
    const connection = connections.get(socket)
    if (connection === undefined || connection.ended !== null) return
    // Whoever says goodbye has left; every other end may be a tunnel or a lift.
    connection.ended = { lost: reason !== 'client namespace disconnect' }
    for (const [room, member] of connection.memberships) {
      audiences.detach(room, member, connection)
      disconnect(connection, room, member)
    }
    sessions.end(connection, receipts.take(connection))
    for (const [room, member] of connection.unsure) disconnect(connection, room, member)
  }

  const disconnect = (connection: Connection, room: RoomId, member: MemberId): void => {
    const lost = connection.ended?.lost ?? true
    tell(room, null, { type: 'disconnect', memberId: member, connection: connection.id, lost, graceMs })
  }

  const leaveBehind: Hub['leaveBehind'] = ({ memberships, id }, room, dialect) => {
    const by = memberships.get(room)
    if (by === undefined) return
    tell(room, by, { type: 'leave', dialect, connection: id, reason: 'left' })
  }

  /** Until the room has heard it: no client would say it again. */
  const tell = (room: RoomId, by: MemberId | null, command: RoomCommand): void =>
    engine().submit(room, {
      command,
      by,
      cause: null,
      reply: (answer) => {
        if (E.isRight(answer) || answer.left.type !== 'store-unavailable' || stopped) return
        clock.schedule(clock.now() + retryMs, () => tell(room, by, command))
      },
    })

  const enter: Hub['enter'] = (connection, room, { command, reply: answer, ...rest }) => {
    const { memberId } = command
    engine().submit(room, {
      command,
      by: memberId,
      cause: null,
      reply: (result) => {
        const isUnsure = E.isLeft(result) && result.left.type === 'store-unavailable'
        if (!isUnsure) connection.unsure.delete(room)
        // Nobody else would say of a member that is in the log after all that it has gone.
        else if (connection.ended === null) connection.unsure.set(room, memberId)
        else disconnect(connection, room, memberId)
        answer(result)
      },
      ...rest,
    })
  }

  const attach: Hub['attach'] = (connection, room, member, dialect, holds) => {
    // The answer to a join came too late for its client.
    if (connection.ended !== null) return disconnect(connection, room, member)
    connection.memberships.set(room, member)
    audiences.attach(room, member, connection, dialect, holds)
  }

  const left: Hub['left'] = ({ memberships, current }, room, dialect, state) => {
    if (current.get(dialect) === room) current.delete(dialect)
    const member = memberships.get(room)
    if (member !== undefined && !isMember(member, state)) memberships.delete(room)
  }

  return {
    publisher: {
      prepare: (record, before, after) => () => deliver(record, before, after),
      signal: audiences.pass,
    },
    start: (runningEngine, io) => {
      started = { engine: runningEngine, io }
      lostSignals.start()
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
    enter,
    attach,
    leaveBehind,
    left,
    goLive: audiences.goLive,
    detach: audiences.detach,
    memberOfSession: async (room, sessionId) => {
      const looked = await look(engine(), room)
      if (E.isLeft(looked)) return undefined
      return memberOfSecret(looked.right.state, sessions, namespaces, sessionId)?.id
    },
    load: () => ({
      ...audiences.size(),
      ...sessions.size(),
      retold: retelling.size(),
      farewells: farewells.size(),
    }),
    stop: () => {
      stopped = true
      audiences.close()
      retelling.close()
      lostSignals.close()
    },
  }
}

/** Asked for by a function, because it comes true while somebody waits. */
const hasEnded = ({ ended }: Connection): boolean => ended !== null
