import type { INestApplication } from '@nestjs/common'
import type { Server as HttpServer } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import { bufferedBytes, drained, limitBufferedBytes, uncounted } from './backpressure.js'
import type { CanSend } from './backpressure.js'
import { connectionOf, connectionsOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import { FRAME_LIMITS } from './frame-limits.js'
import {
  addressOf,
  clientAddressOf,
  createAddressCounter,
  guardHandshakes,
  originsFrom,
  rememberAddress,
} from './handshake-guard.js'
import type { AddressCounter } from './handshake-guard.js'
import { packetParser } from './packet-parser.js'
import { RATE_LIMITS } from './rate-limiter.js'
import { emitAsError, wireError } from './reply.js'
import type { WireError } from './reply.js'
import { SocketIoAdapter } from './socket-io-adapter.js'
import type {
  ConnectionCheck,
  ShutdownPlan,
  Transport,
  TransportLimits,
  TransportOptions,
  TransportPorts,
} from './transport.js'
import { createBroadcastAdapter, createSendPacket } from './websocket-frames.js'

/**
 * Puts the transport under the application's gateways. Call it before `app.init()` or `app.listen()`.
 *
 * ```ts
 * const transport = createSocketIoTransport(app, { now, onDefect, count, clientOrigins: ['http://localhost:5173'] })
 * transport.admit('/admin', (socket) => (isAdmin(socket) ? undefined : unauthenticated))
 * await app.listen(3000)
 * ```
 */
export const createSocketIoTransport = (app: INestApplication, options: TransportOptions): Transport => {
  const ports = portsFrom(options)
  const limits = limitsFrom(options.limits)
  const canSend = limitBufferedBytes(limits, ports)
  const http = app.getHttpServer() as HttpServer
  const io = new Server(http, {
    transports: ['polling', 'websocket'],
    pingInterval: options.pingIntervalMs ?? 10_000,
    pingTimeout: options.pingTimeoutMs ?? 5_000,
    maxHttpBufferSize: 1_000_000,
    perMessageDeflate: false,
    // The handshake guard has refused every other origin.
    cors: { origin: true, credentials: true },
    parser: packetParser(
      { ...FRAME_LIMITS, ...options.frameLimits, traitsOf: ports.traitsOf },
      limits === 'off' ? undefined : ports.now,
    ),
    adapter: createBroadcastAdapter(canSend),
  })
  const addresses = createAddressCounter()
  const trustProxy = options.trustProxy ?? false
  let isShuttingDown = false
  guardHandshakes(
    http,
    `${io.path()}/`,
    {
      origins: originsFrom(options.clientOrigins, options.publicUrl),
      trustProxy,
      isFull: (address) => limits !== 'off' && addresses.of(address) >= limits.maxConnectionsPerAddress,
      isShuttingDown: () => isShuttingDown,
    },
    ports,
  )
  prepareConnections(io, canSend, addresses, trustProxy)
  const whileOpen = (_socket: Socket, next: (error?: Error) => void): void =>
    next(isShuttingDown ? connectError(wireError('shutting-down', '', ports.now())) : undefined)
  io.use(whileOpen)
  io.on('new_namespace', (namespace) => void namespace.use(whileOpen))
  const streams = openStreams(http)
  const close = once(() => io.close())
  // Nest leaves out the later steps of its shutdown if an adapter's close fails.
  const closeAdapter = (): Promise<void> =>
    close().catch((error: unknown) => {
      if (!isShuttingDown) ports.onDefect(error, { namespace: '/', event: 'close' })
    })
  app.useWebSocketAdapter(new SocketIoAdapter(app, io, limits, ports, closeAdapter))
  return {
    io,
    admit: (namespace, check) => void io.of(namespace).use(connectionMiddleware(check, ports)),
    bufferedBytes,
    uncounted,
    drained,
    connectionCount: () => io.engine.clientsCount,
    shutDown: (plan) => {
      isShuttingDown = true
      return shutDown(io, plan, close, streams)
    },
  }
}

const KIB = 1024

const TRANSPORT_LIMITS: TransportLimits = {
  ...RATE_LIMITS,
  maxConnectionsPerAddress: 1000,
  maxBufferedBytes: 1024 * KIB,
  maxVolatileBufferedBytes: 512 * KIB,
}

const limitsFrom = (limits: TransportOptions['limits']): TransportLimits | 'off' =>
  limits === 'off' ? 'off' : { ...TRANSPORT_LIMITS, ...limits }

/** A port that throws while it reports a defect must not end the process. */
const portsFrom = (options: TransportOptions): TransportPorts => ({
  now: options.now,
  traitsOf: options.traitsOf ?? (() => undefined),
  failureEmit: options.failureEmit ?? emitAsError,
  replied: options.replied ?? (() => undefined),
  refused: options.refused ?? ((_socket, _target, _code, send) => send(true)),
  handshakeRefused: options.handshakeRefused ?? (() => undefined),
  count: options.count,
  onDefect: (error, target) => {
    try {
      options.onDefect(error, target)
    } catch {
      options.count('transport_unreported_defect', {})
    }
  },
})

/** Reaches the client as `connect_error`, with the wire error as its `data`. */
const connectError = (error: WireError): Error => Object.assign(new Error(error.message), { data: error })

/** Socket.IO does not catch the error of an async middleware; here a check that fails refuses the connection. */
const connectionMiddleware =
  (check: ConnectionCheck, ports: TransportPorts) => (socket: Socket, next: (error?: Error) => void) => {
    const settle = (error: WireError | undefined): void => {
      if (error !== undefined) ports.handshakeRefused(clientAddressOf(socket), socket.nsp.name, error.code)
      next(error && connectError(error))
    }
    const fail = (error: unknown): void => {
      ports.onDefect(error, { namespace: socket.nsp.name, event: 'connection' })
      settle(wireError('internal-error', '', ports.now()))
    }
    void (async () => check(socket))().then(settle, fail)
  }

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}

/** Counts each connection for its address, and replaces the way in which it sends packets. */
const prepareConnections = (
  io: Server,
  canSend: CanSend,
  addresses: AddressCounter,
  trustProxy: boolean | number,
): void => {
  let sendPacket: EngineConnection['sendPacket'] | undefined
  io.engine.on('connection', (opened: unknown) => {
    const connection = opened as EngineConnection
    const { headers } = connection.request
    const address = addressOf({ headers, socket: connection }, trustProxy)
    rememberAddress(connection, address)
    addresses.add(address)
    connection.once('close', () => addresses.remove(address))
    sendPacket ??= createSendPacket(connection.sendPacket, canSend)
    connection.sendPacket = sendPacket
  })
}

/** Half of the time is for closing one connection after another, the other half for clients that close slowly. */
const CLOSING_SHARE = 0.5
const MAX_CLOSING_STEPS = 50
const HTTP_GRACE_MS = 250

/**
 * Closes all connections over the time of the plan, and gives each client its own reconnect time, so that clients do
 * not all reach the next server at once, even those that ignore the reconnect time.
 */
const shutDown = async (
  io: Server,
  { reconnectWindowMs, withinMs }: ShutdownPlan,
  close: () => Promise<void>,
  streams: ReadonlySet<NetSocket>,
): Promise<void> => {
  const clients = connectedClients(io)
  clients.forEach(({ sockets }, index) => {
    const reconnectInMs = Math.round((reconnectWindowMs * (index + 1)) / clients.length)
    for (const socket of sockets) socket.emit('server-shutdown', { reconnectInMs })
  })
  // Engine.IO's own close ends a poll that does not return; a WebSocket must be terminated here.
  const websockets = clients.map(({ connection }) => connection.transport.socket)
  const ends = Promise.all(clients.map(({ connection }) => transportEnd(connection)))
  await closeInSteps(clients, withinMs * CLOSING_SHARE)
  if (!(await isDoneWithin(ends, withinMs * (1 - CLOSING_SHARE))))
    websockets.forEach((socket) => socket?.terminate())
  const serverClosed = close()
  // The connections that are left carry plain HTTP requests, which have had all this time.
  if ('closeIdleConnections' in io.httpServer) io.httpServer.closeIdleConnections()
  if (!(await isDoneWithin(serverClosed, HTTP_GRACE_MS))) for (const stream of streams) stream.destroy()
  await serverClosed
}

/**
 * The server's open TCP streams. Node's HTTP server forgets those that have become WebSockets, and one whose client
 * neither reads nor closes it would keep the process.
 */
const openStreams = (http: HttpServer): ReadonlySet<NetSocket> => {
  const streams = new Set<NetSocket>()
  // One listener for all streams keeps an idle connection small.
  const onClose = function (this: NetSocket): void {
    streams.delete(this)
  }
  http.on('connection', (stream: NetSocket) => {
    streams.add(stream)
    stream.once('close', onClose)
  })
  return streams
}

/** A connection and its sockets, one for each of its namespaces. */
type ConnectedClient = { readonly connection: EngineConnection; readonly sockets: readonly Socket[] }

const connectedClients = (io: Server): readonly ConnectedClient[] => {
  // Includes connections that have joined no namespace.
  const byConnection = new Map<EngineConnection, Socket[]>(
    connectionsOf(io).map((connection) => [connection, []]),
  )
  for (const namespace of io._nsps.values()) {
    for (const socket of namespace.sockets.values()) byConnection.get(connectionOf(socket))?.push(socket)
  }
  return [...byConnection].map(([connection, sockets]) => ({ connection, sockets }))
}

/** A closed Engine.IO socket keeps its transport open until the client has closed it too. */
const transportEnd = (connection: EngineConnection): Promise<void> => {
  const { socket } = connection.transport
  return new Promise((resolve) => {
    if (socket !== undefined) socket.once('close', () => resolve())
    else connection.once('close', () => resolve())
  })
}

const closeInSteps = async (clients: readonly ConnectedClient[], overMs: number): Promise<void> => {
  const perStep = Math.ceil(clients.length / MAX_CLOSING_STEPS)
  const steps = Math.ceil(clients.length / perStep)
  for (let from = 0; from < clients.length; from += perStep) {
    for (const { connection } of clients.slice(from, from + perStep)) connection.close()
    if (from + perStep < clients.length) await delay(overMs / steps)
  }
}

const isDoneWithin = async (work: Promise<unknown>, limitMs: number): Promise<boolean> => {
  const timer = new AbortController()
  const late = delay(limitMs, false, { signal: timer.signal }).catch(() => false)
  const isDone = await Promise.race([work.then(() => true), late])
  timer.abort()
  return isDone
}
