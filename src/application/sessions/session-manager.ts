import * as E from '#fp/Either'
import type { MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Member, ProtocolName, RoomState } from '../../domain/room/index.js'
import { memberOfSession } from '../../domain/room/index.js'
import type { Engine } from '../engine/index.js'
import type { Broadcaster, ClientLink } from '../ports/client-link.js'
import type { Clock } from '../ports/clock.js'
import type { Encoder } from '../ports/encoder.js'
import type { Entropy } from '../ports/entropy.js'
import type { Publisher } from '../ports/publisher.js'
import type { SessionMonitor } from '../ports/session-monitor.js'
import { noSessionMonitor } from '../ports/session-monitor.js'
import type { AnswerPacer } from './answer-pacer.js'
import { createAnswerPacer } from './answer-pacer.js'
import { catchUp } from './catch-up/catch-up.js'
import type { Connection, Handshake } from './connection.js'
import { hasEnded, isMember, keyOfPresentedId, keyOfSessionId, sessionIdFor } from './connection.js'
import type { SessionLimits } from './limits.js'
import { defaultSessionLimits } from './limits.js'
import { createLogReplay, createReplayBudget } from './catch-up/log-replay.js'
import { createLostSignals } from './lost-signals.js'
import type { PublisherLoad, RoomPublisher } from './publisher.js'
import { createRoomPublisher, noticeEmits } from './publisher.js'
import { createEmitMemory } from './catch-up/emit-cache.js'
import type { Memberships, ResumedMembership } from './memberships.js'
import { createMemberships, inBatches, membershipsIn } from './memberships.js'
import type { RegistryLoad } from './session-registry.js'
import { createSessionRegistry } from './session-registry.js'

export interface SessionManagerOptions {
  readonly clock: Clock
  readonly entropy: Entropy
  readonly graceMs: number
  readonly encoders: ReadonlyArray<Encoder>
  /** Resolves after the other work of the process had its turn. */
  readonly nextTurn: () => Promise<void>
  readonly limits?: Partial<SessionLimits>
  readonly monitor?: SessionMonitor
}

/** Connects links to rooms: sessions, their memberships, and what a client missed. */
export interface SessionManager extends Pick<Memberships, 'enter' | 'leaveBehind'> {
  readonly publisher: Required<Publisher>
  readonly start: (engine: Engine, broadcaster: Broadcaster) => void
  readonly engine: () => Engine
  readonly now: () => number
  /** A client has connected. Resolves when it has been sent everything that it missed. */
  readonly open: (link: ClientLink, handshake: Handshake) => Promise<void>
  /** The link is closed; `lost`: the client did not close it, and may come back. */
  readonly close: (link: ClientLink, lost: boolean) => void
  readonly connectionOf: (link: ClientLink) => Connection
  /** The roles of the connection have changed: it leaves the rooms that do not admit it any more. */
  readonly reauthorize: (link: ClientLink) => void
  /** To be called in the reply to a join, so that the subscription begins at its place in the room's order. */
  readonly attach: (
    connection: Connection,
    room: RoomId,
    member: MemberId,
    protocol: ProtocolName,
    catchesUp: boolean,
  ) => void
  /** To be called in the reply to a leave. */
  readonly left: (connection: Connection, room: RoomId, protocol: ProtocolName, state: RoomState) => void
  readonly goLive: RoomPublisher['goLive']
  readonly detach: RoomPublisher['unsubscribe']
  readonly answers: AnswerPacer
  /** The session's member in the room, for programs without a link. */
  readonly memberOfSession: (room: RoomId, sessionId: string) => Promise<SessionMember | undefined>
  readonly load: () => SessionLoad
  readonly stop: () => void
}

export interface SessionMember {
  readonly id: MemberId
  /** False: a token proved its user, and has no connection any more at which it counts. */
  readonly isAuthenticated: () => boolean
}

export interface SessionLoad extends PublisherLoad, RegistryLoad {
  /** Rooms of which pages of the log are kept for resumption. */
  readonly replays: number
}

export const createSessionManager = (options: SessionManagerOptions): SessionManager => {
  const { clock, entropy, graceMs, encoders, nextTurn, monitor = noSessionMonitor } = options
  const limits: SessionLimits = { ...defaultSessionLimits, ...options.limits }
  const connections = new WeakMap<ClientLink, Connection>()
  const registry = createSessionRegistry(clock, graceMs, limits, monitor)
  let started: { readonly engine: Engine; readonly broadcaster: Broadcaster } | null = null

  const running = (): NonNullable<typeof started> => {
    if (started === null) throw new Error('The session manager is used before it was started')
    return started
  }
  const engine = (): Engine => running().engine
  const emitMemory = createEmitMemory(limits, () => monitor.limitReached('emit-cache'))
  const publisher = createRoomPublisher({
    broadcaster: () => running().broadcaster,
    clock,
    encoders,
    model: () => engine().model,
    registry,
    emitMemory,
    holdRoom: (room) => engine().hold(room),
  })
  const logReplay = createLogReplay({
    engine,
    clock,
    encoders: encoders.filter(({ resumption }) => resumption === 'at-once'),
    limits,
    memory: emitMemory,
    budget: createReplayBudget(clock, limits, () => monitor.limitReached('replay-budget')),
    nextTurn,
  })
  const lostSignals = createLostSignals(engine, clock, graceMs)
  const memberships = createMemberships({
    engine,
    clock,
    graceMs,
    maxRoomsPerSession: limits.maxRoomsPerSession,
    limitReached: () => monitor.limitReached('rooms-per-session'),
  })

  const open: SessionManager['open'] = async (link, handshake) => {
    const { principal, sessionId: presented, offsets } = handshake
    const key = presented === null ? null : keyOfPresentedId(presented, link.namespace, principal.current)
    const wasRecent = key !== null && registry.isRecent(key)
    const rooms = key === null ? E.right([]) : await engine().roomsOf(key)()
    if (!link.isOpen()) return
    if (E.isLeft(rooms)) return link.drop()
    const isKnown = key !== null && (rooms.right.length > 0 || registry.isRecent(key))
    let connection = isKnown ? connect(link, handshake, presented ?? '', key) : connectNew(link, handshake)
    const resumed = await resumeAll(connection, rooms.right)
    if (hasEnded(connection)) return
    if (resumed === null) return link.drop()
    const isResumed = isKnown && (resumed.length > 0 || wasRecent)
    if (isKnown && !isResumed) {
      // Its grace period ended while it was resumed.
      end(connection, false)
      connection = connectNew(link, handshake)
      await resumeAll(connection, [])
    }
    const lost = isResumed && !wasRecent ? await lostSignals.of(resumed) : E.right([])
    if (hasEnded(connection)) return
    if (E.isLeft(lost)) return link.drop()
    const signalsLost = [...lost.right, ...registry.lostSignals(connection.session)]
    const notices = key === null ? [] : registry.takeNotices(key)
    link.emit('session', {
      sessionId: connection.sessionId,
      graceMs,
      resumed: isResumed,
      rooms: resumed.map(({ room }) => room),
      memberships: resumed.flatMap(membershipsIn),
      ...(signalsLost.length === 0 ? {} : { signalsLost }),
      ...(notices.length === 0 ? {} : { ended: notices.map(({ ended }) => ended) }),
    })
    for (const { event, payload } of noticeEmits(notices, connection.naming)) link.emit(event, payload)
    const current = connection
    const caughtUp = await inBatches(resumed, limits.resumptionBatchSize, nextTurn, (membership) =>
      catchUp(publisher, logReplay, current, membership, offsets.get(membership.room)),
    )
    // Without the emits that it missed, the client would have a gap. It reconnects and asks again.
    if (caughtUp.some(E.isLeft) && !hasEnded(current)) link.drop()
  }

  const connectNew = (link: ClientLink, handshake: Handshake): Connection => {
    const sessionId = sessionIdFor(entropy.bytes(), link.namespace, handshake.principal.current)
    return connect(link, handshake, sessionId, keyOfSessionId(sessionId))
  }

  const connect = (
    link: ClientLink,
    { principal, naming, acceptsArrays }: Handshake,
    sessionId: string,
    session: SessionKey,
  ): Connection => {
    const connection: Connection = {
      link,
      id: link.id,
      get principal() {
        return principal.current
      },
      naming,
      acceptsArrays,
      sessionId,
      session,
      memberships: new Map(),
      uncertainEntries: new Map(),
      current: new Map(),
      moving: null,
      ended: null,
    }
    connections.set(link, connection)
    return connection
  }

  /** Takes the session over from its previous connection. Null: for a membership the result is unknown. */
  const resumeAll = async (
    connection: Connection,
    rooms: ReadonlyArray<RoomId>,
  ): Promise<ReadonlyArray<ResumedMembership> | null> => {
    const before = registry.takeOver(connection)
    const previous = before === undefined ? [] : retire(before)
    const all = [...new Set([...rooms, ...previous.map(([room]) => room)])]
    const results = await inBatches(all, limits.resumptionBatchSize, nextTurn, (room) =>
      memberships.resume(connection, room, (member) => subscribeAll(connection, room, member)),
    )
    const failed = new Set(all.filter((_room, place) => results[place]?._tag === 'Left'))
    if (failed.size === 0) return results.flatMap((result) => (E.isRight(result) ? (result.right ?? []) : []))
    // Where the result is unknown, the previous connection must not stay the member's.
    for (const [room, member] of previous) {
      if (before !== undefined && failed.has(room)) memberships.disconnect(before, room, member)
    }
    return null
  }

  /** The session's previous connection receives nothing more, and its close changes nothing (E-48). */
  const retire = (connection: Connection): ReadonlyArray<readonly [RoomId, MemberId]> => {
    const previous = [...connection.memberships]
    for (const [room, member] of previous) publisher.unsubscribe(room, member, connection)
    connection.memberships.clear()
    connection.current.clear()
    connection.link.disconnect()
    return previous
  }

  const subscribeAll = (connection: Connection, room: RoomId, member: Member): void => {
    for (const { protocol, namespace, resumption } of encoders) {
      if (resumption === 'on-join' || namespace !== connection.link.namespace) continue
      if (member.entries[protocol] === undefined) continue
      publisher.subscribe(room, member.id, connection, protocol, true)
      connection.current.set(protocol, room)
    }
  }

  const close: SessionManager['close'] = (link, lost) => {
    const connection = connections.get(link)
    if (connection === undefined || connection.ended !== null) return
    end(connection, lost)
  }

  const end = (connection: Connection, lost: boolean): void => {
    connection.ended = { lost }
    for (const [room, member] of connection.memberships) {
      publisher.unsubscribe(room, member, connection)
      memberships.disconnect(connection, room, member)
    }
    registry.end(connection)
    for (const [room, member] of connection.uncertainEntries) memberships.disconnect(connection, room, member)
  }

  const attach: SessionManager['attach'] = (connection, room, member, protocol, catchesUp) => {
    // The reply to the join came after the client had gone.
    if (connection.ended !== null) return memberships.disconnect(connection, room, member)
    connection.memberships.set(room, member)
    publisher.subscribe(room, member, connection, protocol, catchesUp)
  }

  return {
    publisher,
    start: (runningEngine, broadcaster) => {
      started = { engine: runningEngine, broadcaster }
      lostSignals.start()
    },
    engine,
    now: clock.now,
    open,
    close,
    connectionOf: (link) => {
      const connection = connections.get(link)
      if (connection === undefined) throw new Error('A link without a connection sent a command')
      return connection
    },
    reauthorize: (link) => {
      const connection = connections.get(link)
      if (connection === undefined) return
      for (const [room, member] of connection.memberships) memberships.reauthorize(connection, room, member)
    },
    enter: memberships.enter,
    attach,
    leaveBehind: memberships.leaveBehind,
    left: (connection, room, protocol, state) => {
      if (connection.current.get(protocol) === room) connection.current.delete(protocol)
      const member = connection.memberships.get(room)
      if (member !== undefined && !isMember(member, state)) connection.memberships.delete(room)
    },
    goLive: publisher.goLive,
    detach: publisher.unsubscribe,
    answers: createAnswerPacer(limits, () => monitor.limitReached('unread-answers')),
    memberOfSession: async (room, sessionId) => {
      const session = keyOfSessionId(sessionId)
      const rooms = await engine().roomsOf(session)()
      if (E.isLeft(rooms) || !rooms.right.includes(room)) return undefined
      const read = await memberships.readRoom(room)
      const member = E.isLeft(read) ? undefined : memberOfSession(session, read.right.state)
      if (member === undefined) return undefined
      const { id, isVerified } = member
      return { id, isAuthenticated: () => isVerified !== true || registry.isAuthenticated(session) }
    },
    load: () => ({ ...publisher.load(), ...registry.load(), replays: logReplay.size() }),
    stop: () => {
      memberships.stop()
      publisher.close()
      logReplay.close()
      lostSignals.close()
    },
  }
}
