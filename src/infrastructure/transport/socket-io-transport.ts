import type { INestApplication } from '@nestjs/common'
import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import { packetParser } from './packet-parser.js'
import { addressOf } from './client-address.js'
import { connectionCount } from './connection-count.js'
import type { ConnectionCount } from './connection-count.js'
import { broadcastAdapter, directSendPacket } from './broadcast-adapter.js'
import type { EngineConnection } from './engine-io-internals.js'
import { FRAME_LIMITS } from './frame-limits.js'
import { guardHandshakes } from './handshake-guard.js'
import { SocketIoAdapter } from './socket-io-adapter.js'
import { originsFrom } from './origin.js'
import { RATE_LIMITS } from './rate-limiter.js'
import { emitAsError, wireError } from './reply.js'
import type { WireError } from './reply.js'
import { shutDown } from './shutdown.js'
import type {
  ConnectionCheck,
  Transport,
  TransportLimits,
  TransportOptions,
  TransportPorts,
} from './transport.js'
import { bufferedBytes, drained, uncounted, limitBufferedBytes } from './backpressure.js'
import type { CanSend } from './backpressure.js'

const KIB = 1024

const TRANSPORT_LIMITS: TransportLimits = {
  ...RATE_LIMITS,
  connectionsPerAddress: 1000,
  maxBufferedBytes: 1024 * KIB,
  maxVolatileBufferedBytes: 512 * KIB,
}

const limitsFrom = (limits: TransportOptions['limits']): TransportLimits | 'off' =>
  limits === 'off' ? 'off' : { ...TRANSPORT_LIMITS, ...limits }

/** A defect that is reported to a port that fails is still only a defect. */
const silenced = (options: TransportOptions): TransportPorts => ({
  now: options.now,
  failureEmit: options.failureEmit ?? emitAsError,
  answered: options.answered ?? (() => undefined),
  count: options.count,
  onDefect: (error, place) => {
    try {
      options.onDefect(error, place)
    } catch {
      options.count('transport_unreported_defect', {})
    }
  },
})

/** What a client hears of as `connect_error`, with the error as its `data`. */
const connectError = (error: WireError): Error => Object.assign(new Error(error.message), { data: error })

/**
 * Middleware of Socket.IO's own runs in a promise nobody catches; here a check that fails refuses the socket.
 */
const refusingOnError =
  (check: ConnectionCheck, ports: TransportPorts) => (socket: Socket, next: (e?: Error) => void) => {
    const settle = (error: WireError | undefined): void => next(error && connectError(error))
    const fail = (error: unknown): void => {
      ports.onDefect(error, { namespace: socket.nsp.name, event: 'connection' })
      settle(wireError('internal-error', '', ports.now()))
    }
    void (async () => check(socket))().then(settle, fail)
  }

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let working: Promise<void> | undefined
  return () => (working ??= work())
}

/** Counts a connection for its address, and lets what it is sent go the short way. */
const prepareConnections = (
  io: Server,
  canSend: CanSend,
  addresses: ConnectionCount,
  trustProxy: boolean | number,
): void => {
  let sendPacket: EngineConnection['sendPacket'] | undefined
  io.engine.on('connection', (opened: unknown) => {
    const connection = opened as EngineConnection
    const { headers } = connection.request
    const address = addressOf({ headers, socket: connection }, trustProxy)
    addresses.add(address)
    connection.once('close', () => addresses.remove(address))
    sendPacket ??= directSendPacket(connection.sendPacket, canSend)
    connection.sendPacket = sendPacket
  })
}

/**
 * Puts the transport under the application's gateways; call it before `app.init()` or `app.listen()`.
 *
 * ```ts
 * const transport = createSocketIoTransport(app, { now, onDefect, count, clientOrigins: ['http://localhost:5173'] })
 * transport.admit('/admin', (socket) => (isKnown(socket) ? undefined : unauthenticated))
 * await app.listen(3000)
 * ```
 */
export const createSocketIoTransport = (app: INestApplication, options: TransportOptions): Transport => {
  const ports = silenced(options)
  const limits = limitsFrom(options.limits)
  const canSend = limitBufferedBytes(limits, ports)
  const http = app.getHttpServer() as HttpServer
  const io = new Server(http, {
    transports: ['polling', 'websocket'],
    pingInterval: options.pingIntervalMs ?? 10_000,
    pingTimeout: options.pingTimeoutMs ?? 5_000,
    maxHttpBufferSize: 1_000_000,
    perMessageDeflate: false,
    // The door has refused every other origin.
    cors: { origin: true, credentials: true },
    parser: packetParser({ ...FRAME_LIMITS, ...options.frames }, limits === 'off' ? undefined : ports.now),
    adapter: broadcastAdapter(canSend),
  })
  const addresses = connectionCount()
  const trustProxy = options.trustProxy ?? false
  let isShuttingDown = false
  guardHandshakes(
    http,
    `${io.path()}/`,
    {
      origins: originsFrom(options.clientOrigins, options.publicUrl),
      trustProxy,
      isFull: (address) => limits !== 'off' && addresses.of(address) >= limits.connectionsPerAddress,
      isShuttingDown: () => isShuttingDown,
    },
    ports,
  )
  prepareConnections(io, canSend, addresses, trustProxy)
  const whileOpen = (_socket: Socket, next: (error?: Error) => void): void =>
    next(isShuttingDown ? connectError(wireError('shutting-down', '', ports.now())) : undefined)
  io.use(whileOpen)
  io.on('new_namespace', (namespace) => void namespace.use(whileOpen))
  const close = once(() => io.close())
  app.useWebSocketAdapter(new SocketIoAdapter(app, io, limits, ports, close))
  return {
    io,
    admit: (namespace, check) => void io.of(namespace).use(refusingOnError(check, ports)),
    bufferedBytes,
    uncounted,
    drained,
    connectionCount: () => io.engine.clientsCount,
    shutDown: (plan) => {
      isShuttingDown = true
      return shutDown(io, plan, close)
    },
  }
}
