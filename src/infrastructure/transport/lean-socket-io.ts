import type { INestApplication } from '@nestjs/common'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import { LeanSocketIoAdapter } from './lean-socket-io-adapter.js'
import { LIMITS } from './rate-limit.js'
import { emitAsError, wireError } from './reply.js'
import type { WireError } from './reply.js'
import type { Admission, Transport, TransportLimits, TransportOptions, TransportPorts } from './transport.js'

const KIB = 1024

const TRANSPORT_LIMITS: TransportLimits = {
  ...LIMITS,
  connectionsPerAddress: 1000,
  waitingBytesAtMost: 1024 * KIB,
  volatileBytesAtMost: 512 * KIB,
}

const limitsFrom = (limits: TransportOptions['limits']): TransportLimits | 'off' =>
  limits === 'off' ? 'off' : { ...TRANSPORT_LIMITS, ...limits }

/** A defect that is reported to a port that fails is still only a defect. */
const silenced = (options: TransportOptions): TransportPorts => ({
  now: options.now,
  failureEmit: options.failureEmit ?? emitAsError,
  count: options.count,
  onDefect: (error, place) => {
    try {
      options.onDefect(error, place)
    } catch {
      options.count('transport_unreported_defect', {})
    }
  },
})

/**
 * Middleware of Socket.IO's own runs in a promise nobody catches; here a check that fails refuses the socket.
 * `connect_error` carries the error as `data`.
 */
const refusingOnError =
  (check: Admission, ports: TransportPorts) => (socket: Socket, next: (e?: Error) => void) => {
    const settle = (error: WireError | undefined): void =>
      next(error && Object.assign(new Error(error.message), { data: error }))
    const fail = (error: unknown): void => {
      ports.onDefect(error, { namespace: socket.nsp.name, event: 'connection' })
      settle(wireError('internal-error', '', ports.now()))
    }
    void (async () => check(socket))().then(settle, fail)
  }

/**
 * Puts the transport under the application's gateways; call it before `app.init()` or `app.listen()`.
 *
 * ```ts
 * const transport = leanSocketIoAdapter(app, { now, onDefect, count, clientOrigins: ['http://localhost:5173'] })
 * transport.admit('/admin', (socket) => (isKnown(socket) ? undefined : unauthenticated))
 * await app.listen(3000)
 * ```
 */
export const leanSocketIoAdapter = (app: INestApplication, options: TransportOptions): Transport => {
  const ports = silenced(options)
  const limits = limitsFrom(options.limits)
  const io = new Server(app.getHttpServer(), {
    transports: ['polling', 'websocket'],
    pingInterval: options.pingIntervalMs ?? 10_000,
    pingTimeout: options.pingTimeoutMs ?? 5_000,
    maxHttpBufferSize: 1_000_000,
    perMessageDeflate: false,
  })
  app.useWebSocketAdapter(new LeanSocketIoAdapter(app, io, limits, ports))
  return {
    io,
    admit: (namespace, check) => void io.of(namespace).use(refusingOnError(check, ports)),
    bufferedBytes: () => 0,
    uncounted: (_socket, send) => send(),
    drained: async () => {},
    connectionCount: () => io.engine.clientsCount,
    shutDown: async () => io.close(),
  }
}
