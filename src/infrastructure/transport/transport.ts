import type { Server, Socket } from 'socket.io'
import type { FrameLimits } from './frame-limits.js'
import type { RateLimits } from './rate-limiter.js'
import type { RequestTarget, FailureEmit, WireError } from './reply.js'

/** What the transport needs from outside. */
export type TransportPorts = {
  /** Epoch ms, monotonic. */
  readonly now: () => number
  /** A handler or hook threw. The client has been told `internal-error`, and nothing of this. */
  readonly onDefect: (error: unknown, place: RequestTarget) => void
  /**
   * Counters, all of them rare: `transport_refused { code }`, `transport_handshake_refused { reason: origin |
   * address | shutting-down }`, `transport_disconnected { reason: rate-limited | unread }`,
   * `transport_volatile_dropped`, `transport_unreported_defect`.
   */
  readonly count: (name: string, labels: Readonly<Record<string, string>>) => void
  readonly failureEmit: FailureEmit
  /** Every command that was answered, with `ok` or the refusal's code. Called for each, so it has to be quick. */
  readonly answered: (place: RequestTarget, code: string) => void
}

export type TransportOptions = Omit<TransportPorts, 'failureEmit' | 'answered'> & {
  readonly failureEmit?: FailureEmit
  readonly answered?: TransportPorts['answered']
  /** `CLIENT_URL`: the origins of pages served elsewhere. The server's own are always allowed. */
  readonly clientOrigins: readonly string[]
  /** `PUBLIC_URL`: where the server is reached, if the `Host` header does not say so. */
  readonly publicUrl?: string
  /** `TRUST_PROXY`: how many proxies in front add to `X-Forwarded-For`; 0 or false for none. */
  readonly trustProxy?: boolean | number
  /** `RATE_LIMIT=off`: no limit on events, on connections of an address, or on what waits for a client. */
  readonly limits?: Partial<TransportLimits> | 'off'
  readonly frames?: Partial<FrameLimits>
  readonly pingIntervalMs?: number
  readonly pingTimeoutMs?: number
}

export type TransportLimits = RateLimits & {
  readonly connectionsPerAddress: number
  /** What may wait for a client that does not read. */
  readonly maxBufferedBytes: number
  /** Above this, volatile emits are left out. */
  readonly maxVolatileBufferedBytes: number
}

export type ShutdownPlan = {
  /** Clients are told instants spread over this, so that not all come back together. */
  readonly reconnectWindowMs: number
  /** By then every connection is closed, willingly or not. */
  readonly withinMs: number
}

/** Says no to a connection to a namespace, by an error, or yes, by `undefined`. */
export type ConnectionCheck = (socket: Socket) => Promise<WireError | undefined> | WireError | undefined

export type Transport = {
  /** The Socket.IO server; its namespaces' `to(room).emit(…)` is the quick way to many. */
  readonly io: Server
  /** Asks `check` of every socket that connects to the namespace, before its gateways hear of it. */
  readonly admit: (namespace: string, check: ConnectionCheck) => void
  /** Bytes that wait for this client to read them. */
  readonly bufferedBytes: (socket: Socket) => number
  /** Emits made inside `send` do not count against what may wait for the client: for catching up. */
  readonly uncounted: (socket: Socket, send: () => void) => void
  /** Resolves when the client has read nearly all that waited for it, or is gone. */
  readonly drained: (socket: Socket) => Promise<void>
  readonly connectionCount: () => number
  /** Tells every socket when to come back, closes all connections spread over the time, and ends. */
  readonly shutDown: (plan: ShutdownPlan) => Promise<void>
}
