import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Server, Socket } from 'socket.io'
import { z } from 'zod'
import type { Engine } from '../../application/engine/index.js'
import type { Broadcaster, ClientLink, LinkEmit } from '../../application/ports/client-link.js'
import type { Identity } from '../../application/identity/identity.js'
import { isUserText } from '../../application/identity/principal.js'
import type { Connection, Handshake, SessionManager } from '../../application/sessions/index.js'
import { createSessionManager } from '../../application/sessions/index.js'
import { connectionId } from '../../domain/kernel/ids.js'
import type { ConnectionId } from '../../domain/kernel/ids.js'
import { bufferedBytes, drained, uncounted } from './backpressure.js'
import { connectionOf } from './engine-io-internals.js'
import { clientAddressOf, principalHolderOf } from './handshake-guard.js'
import { asObject, statedPrincipal } from './stated-principal.js'
import { sharedJsonArray } from './raw-json.js'

/** The session manager for Socket.IO's sockets. */
export interface SocketSessions extends Omit<SessionManager, 'start' | 'open' | 'close' | 'connectionOf'> {
  readonly start: (engine: Engine, io: Server) => void
  readonly open: (socket: Socket) => Promise<void>
  readonly close: (socket: Socket, reason: string) => void
  readonly connectionOf: (socket: Socket) => Connection
  /** Watches the identity of a socket of the application's own namespace, which has no session. */
  readonly identify: (socket: Socket) => void
}

export const createSocketSessions = (
  options: Omit<Parameters<typeof createSessionManager>[0], 'nextTurn'>,
  identity: Identity,
): SocketSessions => {
  const manager = createSessionManager({ ...options, nextTurn: () => nextTurn() })
  return {
    ...manager,
    start: (engine, io) => manager.start(engine, socketIoBroadcaster(io)),
    open: async (socket) => {
      // Its connection may have closed while the audit trail recorded it, and no close follows then.
      if (!socket.connected) return
      const link = linkOf(socket)
      const handshake = handshakeOf(socket)
      identity.open(link, handshake.principal)
      if (link.isOpen()) await manager.open(link, handshake)
    },
    // A client that closes its socket has left; every other end may be a lost network (E-51).
    close: (socket, reason) => {
      const link = linkOf(socket)
      identity.close(link)
      manager.close(link, reason !== 'client namespace disconnect')
    },
    identify: (socket) => {
      const link = linkOf(socket)
      socket.once('disconnect', () => identity.close(link))
      identity.open(link, handshakeOf(socket).principal)
    },
    connectionOf: (socket) => manager.connectionOf(linkOf(socket)),
  }
}

const maxUnreadBytes = 64 * 1_024

type ConfirmDelivery = ClientLink['confirmDelivery']

/** A class, because its methods are shared: an idle connection has to be small. */
class SocketIoLink implements ClientLink {
  readonly id: ConnectionId
  readonly namespace: string
  readonly transport: object
  readonly address: string
  private probe: ConfirmDelivery | null = null

  constructor(private readonly socket: Socket) {
    this.id = connectionId(socket.id)
    this.namespace = socket.nsp.name
    this.transport = socket.conn
    this.address = clientAddressOf(socket)
  }

  isOpen(): boolean {
    return this.socket.connected
  }

  emit(event: string, payload: object): void {
    this.socket.emit(event, payload)
  }

  async emitPaced(emits: ReadonlyArray<LinkEmit>): Promise<void> {
    const { socket } = this
    for (const { event, payload } of emits) {
      if (!socket.connected) return
      uncounted(socket, () => socket.emit(event, payload))
      if (bufferedBytes(socket) > maxUnreadBytes) await drained(socket)
    }
  }

  uncounted(send: () => void): void {
    uncounted(this.socket, send)
  }

  unreadBytes(): number {
    return bufferedBytes(this.socket)
  }

  drained(): Promise<void> {
    return drained(this.socket)
  }

  confirmDelivery(confirmed: () => void): void {
    this.probe ??= deliveryProbe(this.socket)
    this.probe(confirmed)
  }

  subscribe(topic: string): void {
    void this.socket.join(topic)
  }

  unsubscribe(topic: string): void {
    void this.socket.leave(topic)
  }

  disconnect(): void {
    this.socket.disconnect()
  }

  drop(): void {
    this.socket.conn.close(true)
  }
}

/**
 * Engine.IO's pings keep their place among the packets, and a client answers each of them: with a pong, everything
 * sent before its ping has arrived. Pings of Engine.IO itself are counted too, because their pongs look the same.
 */
const deliveryProbe = (socket: Socket): ConfirmDelivery => {
  const engine = connectionOf(socket)
  /** For each ping without a pong, what it confirms. */
  const pings: Array<ReadonlyArray<() => void>> = engine.pingTimeoutTimer === null ? [] : [[]]
  let unsent: Array<() => void> = []
  const onPacket = ({ type }: { readonly type: string }): void => {
    if (type !== 'ping') return
    pings.push(unsent)
    unsent = []
  }
  const onPong = (): void => {
    for (const confirmed of pings.shift() ?? []) confirmed()
  }
  engine.on('packetCreate', onPacket)
  engine.on('heartbeat', onPong)
  socket.once('disconnect', () => {
    engine.off('packetCreate', onPacket)
    engine.off('heartbeat', onPong)
  })
  return (confirmed) => {
    unsent.push(confirmed)
    engine.sendPacket('ping')
  }
}

const links = new WeakMap<Socket, ClientLink>()

const linkOf = (socket: Socket): ClientLink => {
  const present = links.get(socket)
  if (present !== undefined) return present
  const link = new SocketIoLink(socket)
  links.set(socket, link)
  return link
}

const socketIoBroadcaster = (io: Server): Broadcaster => ({
  hasSubscribers: (namespace, topic) => io.of(namespace).adapter.rooms.has(topic),
  emit: (namespace, topic, event, payload, except) => {
    const receivers = io.of(namespace).to(topic)
    const operator = except === null ? receivers : receivers.except(except)
    operator.emit(event, payload)
  },
  arrayOf: sharedJsonArray,
})

const offset = z.number().int().nonnegative()

const auth = z.object({
  names: z.enum(['camel', 'kebab']).catch('camel'),
  batch: z.boolean().catch(false),
  sessionId: z.string().refine(isUserText).nullable().catch(null),
  offsets: z.record(z.string(), z.unknown()).catch({}),
})

/** An invalid field counts as absent. */
export const handshakeOf = (socket: Pick<Socket, 'handshake' | 'data'>): Handshake => {
  const stated = statedPrincipal(socket.handshake.auth)
  const { names, batch, sessionId, offsets } = auth.parse(asObject(socket.handshake.auth))
  // A verified user id replaces the client's own.
  const principal = principalHolderOf(socket, () => stated)
  if (principal.current.name === null) principal.current = { ...principal.current, name: stated.name }
  return {
    principal,
    naming: names,
    acceptsArrays: batch,
    sessionId,
    // Each by itself: an invalid offset of one room must not cost the client what it missed in another.
    offsets: new Map(
      Object.entries(offsets).flatMap(([room, value]) => {
        const { data } = offset.safeParse(value)
        return data === undefined ? [] : [[room, data] as const]
      }),
    ),
  }
}
