import type { Server, Socket } from 'socket.io'
import { defaultRateLimits } from '../limits/rate-limits.js'
import type { LimitName, RateLimits } from '../limits/rate-limits.js'
import type { FrameLimits } from './frame-limits.js'
import type { FailureEmit, RequestTarget, TransportErrorCode, WireError } from './reply.js'

/** How the limits treat an event that clients send. */
export type MessageTraits = {
  /** Comes in bursts, as signals do, and therefore has a rate limit apart from that of other events. */
  readonly isFrequent?: boolean
  /** Sent by a program on its own: it does not keep an idle connection open. */
  readonly isAutomatic?: boolean
  /** The limit of its payload, if that is not `maxEventBytes`. */
  readonly maxBytes?: number
}

/** What the transport reports, the clock that it reads, and the traits of events. */
export type TransportPorts = {
  readonly traitsOf: (target: RequestTarget) => MessageTraits | undefined
  /** Epoch ms, monotonic. */
  readonly now: () => number
  /** A handler or hook has thrown; the client has got `internal-error` without details. */
  readonly onDefect: (error: unknown, target: RequestTarget) => void
  /**
   * Counters of rare events: `transport_refused { code }`, `transport_limited { reason: LimitName }`,
   * `transport_handshake_refused { reason: origin | address | shutting-down | target | busy }`, `transport_disconnected {
   * reason: rate-limited | unread | idle }`, `transport_volatile_dropped`, `transport_unreported_defect`.
   */
  readonly count: (name: string, labels: Readonly<Record<string, string>>) => void
  readonly failureEmit: FailureEmit
  /** Called for every reply, with `ok` or the error code; it must be fast. */
  readonly replied: (target: RequestTarget, code: string) => void
  /**
   * The transport refuses a request itself: no handler has served it. `send` sends the error, or with false
   * `store-unavailable` in its place. It must be called once. Default: at once.
   */
  readonly refused: (
    socket: Socket,
    target: RequestTarget,
    code: TransportErrorCode,
    send: (isRecorded: boolean) => void,
  ) => void
  /** A connection was refused: for all namespaces (`*`) or for one. */
  readonly handshakeRefused: (address: string, namespace: string, code: string) => void
}

type DefaultedPorts = 'failureEmit' | 'handshakeRefused' | 'refused' | 'replied' | 'traitsOf'

export type TransportOptions = Omit<TransportPorts, DefaultedPorts> &
  Partial<Pick<TransportPorts, DefaultedPorts>> & {
    /** The origins of pages that another server serves. This server's own origin is always allowed. */
    readonly clientOrigins: readonly string[]
    /** The server's own URL, if the `Host` header does not have it. */
    readonly publicUrl?: string
    /** The number of proxies in front that append to `X-Forwarded-For`; 0 or false for none. */
    readonly trustProxy?: boolean | number
    /**
     * `off`: no limit on the rate of events, rooms and connections, the connections of an address, or the bytes buffered
     * for a client.
     */
    readonly limits?: Partial<TransportLimits> | 'off'
    readonly frameLimits?: Partial<FrameLimits>
    readonly pingIntervalMs?: number
    readonly pingTimeoutMs?: number
    /**
     * Closes a connection that has not sent the head of a request, or joined a namespace, after this time. Default:
     * 5 000.
     */
    readonly handshakeTimeoutMs?: number
  }

export type TransportLimits = RateLimits & {
  readonly maxConnectionsPerAddress: number
  /** Bytes buffered for one client; beyond them it is disconnected, and can resume. */
  readonly maxBufferedBytes: number
  /** Beyond these, volatile emits are dropped. */
  readonly maxVolatileBufferedBytes: number
}

const kib = 1_024

/** E-65 and E-66, with the rates. */
export const defaultTransportLimits: TransportLimits = {
  ...defaultRateLimits,
  maxConnectionsPerAddress: 1_000,
  maxBufferedBytes: 1_024 * kib,
  maxVolatileBufferedBytes: 512 * kib,
}

export type ShutdownPlan = {
  /** Clients get reconnect times spread over this window. */
  readonly reconnectWindowMs: number
  /** Within this time every connection is closed, forcibly if necessary. */
  readonly withinMs: number
}

/** Returns the error that refuses a connection to a namespace, or `undefined` to accept it. */
export type ConnectionCheck = (socket: Socket) => Promise<WireError | undefined> | WireError | undefined

export type Transport = {
  readonly io: Server
  /** Runs `check` for every connection to the namespace, before the connection hooks of its gateways. */
  readonly admit: (namespace: string, check: ConnectionCheck) => void
  /** Bytes buffered for the client. */
  readonly bufferedBytes: (socket: Socket) => number
  /** Emits inside `send` do not count against `maxBufferedBytes`: for a catch-up at the client's own pace. */
  readonly uncounted: (socket: Socket, send: () => void) => void
  /** Resolves when the client has read nearly all that is buffered, or is gone. */
  readonly drained: (socket: Socket) => Promise<void>
  readonly connectionCount: () => number
  /** Counts a request that another limit than those of the transport has refused (E-12). */
  readonly limited: (socket: Socket, limit: LimitName) => void
  /** The numbers of buckets in memory, by limit. */
  readonly limitSizes: () => Readonly<Record<string, number>>
  /**
   * Sends the error to every socket of the connections without an event since that instant, and closes them. Returns the
   * last event of the connection that is idle for longest now; null: there is none.
   */
  readonly closeIdle: (since: number, error: WireError) => number | null
  /** Sends every client its reconnect time, closes all connections over the time of the plan, and ends. */
  readonly shutDown: (plan: ShutdownPlan) => Promise<void>
}
