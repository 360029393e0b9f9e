import type { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { Server, Socket } from 'socket.io'

/*
 * Private parts of Engine.IO 6.6 and `ws` 8 that the transport uses. `engine-io-internals.test.ts` pins the versions and
 * checks each part on a live connection.
 */

/** A WebSocket of `ws`. */
export interface WebSocketInternals {
  /** 1 is open. */
  readonly readyState: number
  /** Takes prebuilt frames and counts buffered bytes. */
  readonly _socket: NetSocket
  /** Other than 0: `ws` itself holds frames back, and a direct write would overtake them. */
  readonly _sender: { readonly _state: number }
  readonly terminate: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly once: (event: 'close', listener: () => void) => void
}

export interface TransportInternals {
  readonly name: string
  /** Polling only: how long a close waits for the client's next poll, in ms. */
  closeTimeout?: number
  /** Websocket only. */
  readonly socket?: WebSocketInternals
}

/** Engine.IO's socket: one client's connection, shared by its namespaces. */
export interface EngineConnection extends EventEmitter {
  readonly readyState: string
  readonly remoteAddress: string
  readonly transport: TransportInternals
  /** Packets that wait for the transport; empty if it has taken all. */
  readonly writeBuffer: readonly unknown[]
  /** Runs from a ping to its pong; `null` otherwise. */
  readonly pingTimeoutTimer: unknown
  /** Sends every packet; replaced per connection by `createSendPacket`. */
  sendPacket: SendPacket
  readonly request: { readonly headers: IncomingHttpHeaders }
  readonly close: (discard?: boolean) => void
}

export type SendPacket = (
  this: EngineConnection,
  type: string,
  data?: unknown,
  options?: SendOptions,
  callback?: () => void,
) => void

export type SendOptions = {
  compress?: boolean
  volatile?: boolean
  /** A prebuilt frame that the WebSocket transport writes instead of its own. */
  wsPreEncodedFrame?: readonly Buffer[]
}

export const connectionOf = (socket: Socket): EngineConnection => socket.conn as unknown as EngineConnection

interface EngineInternals {
  readonly clients: Readonly<Record<string, EngineConnection>>
}

export const connectionsOf = (io: Server): ReadonlyArray<EngineConnection> =>
  Object.values((io.engine as unknown as EngineInternals).clients)
