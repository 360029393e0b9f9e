import type { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { Server, Socket } from 'socket.io'

/**
 * The parts of Engine.IO 6.6 and `ws` 8 that have no public name and are used here all the same. A test pins
 * the versions and looks for each of them on a live connection: `engine-internals.test.ts`.
 */

/** `ws`: what lies between a frame and the TCP stream. */
export interface WebSocketInternals {
  /** 1 is open. */
  readonly readyState: number
  /** Needed to write a finished frame, and to know how much waits. */
  readonly _socket: NetSocket
  /** Anything but 0 means that `ws` holds frames back itself, which a direct write would overtake. */
  readonly _sender: { readonly _state: number }
  readonly terminate: () => void
  readonly once: (event: 'close', listener: () => void) => void
}

export interface TransportInternals {
  readonly name: string
  /** Websocket only. */
  readonly socket?: WebSocketInternals
}

/** Engine.IO's socket: one client's connection, whatever its namespaces. */
export interface EngineConnection extends EventEmitter {
  readonly readyState: string
  readonly remoteAddress: string
  readonly transport: TransportInternals
  /** What waits for the transport. Empty means that everything so far has been handed to it. */
  readonly writeBuffer: readonly unknown[]
  /** Runs from a ping to its pong; `null` while no ping is on its way. */
  readonly pingTimeoutTimer: unknown
  /** All that is sent goes through here: replaced per connection by the direct write. */
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
  /** A finished frame that the websocket transport takes instead of framing the packet itself. */
  wsPreEncodedFrame?: readonly Buffer[]
}

export const connectionOf = (socket: Socket): EngineConnection => socket.conn as unknown as EngineConnection

interface EngineInternals {
  readonly clients: Readonly<Record<string, EngineConnection>>
}

/** Every connection of the server, by Engine.IO's own account. */
export const connectionsOf = (io: Server): ReadonlyArray<EngineConnection> =>
  Object.values((io.engine as unknown as EngineInternals).clients)
