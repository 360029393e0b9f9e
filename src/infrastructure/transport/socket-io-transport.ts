import type { INestApplication } from '@nestjs/common'
import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import { addressKey } from '../limits/address-key.js'
import { limitHandshakeTime } from '../limits/handshake-time.js'
import type { LimitExceeded } from '../limits/rate-limits.js'
import { createTokenBuckets, takeToken } from '../limits/token-bucket.js'
import type { TokenBuckets } from '../limits/token-bucket.js'
import { bufferedBytes, drained, limitBufferedBytes, uncounted } from './backpressure.js'
import type { CanSend } from './backpressure.js'
import { connectionOf } from './engine-io-internals.js'
import { closeIdle, openStreams, shutDown } from './close-connections.js'
import { setConnectionState } from './connection-state.js'
import type { EngineConnection } from './engine-io-internals.js'
import { createEventGate } from './event-gate.js'
import type { EventGate } from './event-gate.js'
import { FRAME_LIMITS } from './frame-limits.js'
import {
  addressOf,
  clientAddressOf,
  guardHandshakes,
  originsFrom,
  rememberAddress,
} from './handshake-guard.js'
import { createAddressCounter } from '../limits/address-counter.js'
import type { AddressCounter } from '../limits/address-counter.js'
import { packetParser } from './packet-parser.js'
import { emitAsError, wireError } from './reply.js'
import type { WireError } from './reply.js'
import { SocketIoAdapter } from './socket-io-adapter.js'
import { defaultTransportLimits } from './transport.js'
import type {
  ConnectionCheck,
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
  const handshakeTimeoutMs = options.handshakeTimeoutMs ?? 5_000
  const gate = createEventGate(limits, ports)
  const http = app.getHttpServer() as HttpServer
  limitHandshakeTime(http, handshakeTimeoutMs)
  const io = new Server(http, {
    transports: ['polling', 'websocket'],
    pingInterval: options.pingIntervalMs ?? 10_000,
    pingTimeout: options.pingTimeoutMs ?? 5_000,
    connectTimeout: handshakeTimeoutMs,
    upgradeTimeout: handshakeTimeoutMs,
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
  const connects = createTokenBuckets((limits === 'off' ? defaultTransportLimits : limits).connectsPerAddress)
  const trustProxy = options.trustProxy ?? false
  let isShuttingDown = false
  guardHandshakes(
    http,
    `${io.path()}/`,
    {
      origins: originsFrom(options.clientOrigins, options.publicUrl),
      trustProxy,
      admit: (address) =>
        limits === 'off' ? undefined : admitConnection(address, addresses, connects, limits, ports.now()),
      isShuttingDown: () => isShuttingDown,
    },
    ports,
  )
  prepareConnections(io, canSend, addresses, trustProxy, gate, ports.now)
  io.on('connection', waitForPolls)
  io.on('new_namespace', (namespace) => void namespace.on('connection', waitForPolls))
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
  app.useWebSocketAdapter(new SocketIoAdapter(app, io, gate, ports, closeAdapter))
  return {
    io,
    admit: (namespace, check) => void io.of(namespace).use(connectionMiddleware(check, ports)),
    bufferedBytes,
    uncounted,
    drained,
    connectionCount: () => io.engine.clientsCount,
    limited: gate.refused,
    limitSizes: () => ({ ...gate.sizes(), connects: connects.size(), connections: addresses.size() }),
    closeIdle: (since, error) => closeIdle(io, since, error, ports),
    shutDown: (plan) => {
      isShuttingDown = true
      return shutDown(io, plan, close, streams)
    },
  }
}

const limitsFrom = (limits: TransportOptions['limits']): TransportLimits | 'off' =>
  limits === 'off' ? 'off' : { ...defaultTransportLimits, ...limits }

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

/** As in Engine.IO itself: the client gets the last packets with its next poll. */
const POLL_WAIT_MS = 30_000

const waitForPolls = (socket: Socket): void => {
  const { transport } = connectionOf(socket)
  if (transport.name === 'polling') transport.closeTimeout = POLL_WAIT_MS
}

/** No event tells when a connection closes, so a client asks again after this time. */
const CONNECTIONS_RETRY_MS = 1_000

const admitConnection = (
  address: string,
  addresses: AddressCounter,
  connects: TokenBuckets,
  { maxConnectionsPerAddress }: TransportLimits,
  nowMs: number,
): LimitExceeded | undefined => {
  if (addresses.of(address) >= maxConnectionsPerAddress)
    return { limit: 'connections', retryAfterMs: CONNECTIONS_RETRY_MS }
  const retryAfterMs = takeToken(connects, address, nowMs)
  return retryAfterMs === 0 ? undefined : { limit: 'connects', retryAfterMs }
}

/** Counts each connection for its address, and replaces the way in which it sends packets. */
const prepareConnections = (
  io: Server,
  canSend: CanSend,
  addresses: AddressCounter,
  trustProxy: boolean | number,
  gate: EventGate,
  now: () => number,
): void => {
  let sendPacket: EngineConnection['sendPacket'] | undefined
  io.engine.on('connection', (opened: unknown) => {
    const connection = opened as EngineConnection
    const { headers } = connection.request
    const clientAddress = addressOf({ headers, socket: connection }, trustProxy)
    rememberAddress(connection, clientAddress)
    const address = addressKey(clientAddress)
    setConnectionState(connection, { address, lastEventAt: now(), rates: undefined, pause: undefined })
    addresses.add(address)
    // The poll of a client that joins no namespace may never come, and its connection would stay.
    if (connection.transport.name === 'polling') connection.transport.closeTimeout = 0
    connection.once('close', () => {
      addresses.remove(address)
      gate.closed(connection)
    })
    sendPacket ??= createSendPacket(connection.sendPacket, canSend)
    connection.sendPacket = sendPacket
  })
}
