import type { INestApplication, WebSocketAdapter } from '@nestjs/common'
import type { Namespace, Server, Socket } from 'socket.io'
import { dispatcher } from './request-dispatch.js'
import { readGatewayTables } from './gateway-table.js'
import type { GatewayHooks, NamespaceTable } from './gateway-table.js'
import type { RateLimits } from './rate-limiter.js'
import { socketState } from './socket-state.js'
import type { TransportPorts } from './transport.js'

type GatewayOptions = { readonly namespace?: string; readonly server?: Server; readonly path?: string }

/**
 * Nest's gateways on Socket.IO, without what Nest's own adapter makes for every handler of every socket (4 KB
 * and twice the time per command). Nest finds the gateways, wires them up and gives them their server; from
 * there each namespace has one table of event names and each socket one listener, the same for all.
 *
 * A handler is a method with `@SubscribeMessage(event)`. It is called as `(socket, payload, event)` and answers
 * by returning:
 *
 * ```ts
 * @SubscribeMessage('leave')
 * leave(socket: Socket, payload: unknown): Reply | Promise<Reply> | DeferredReply { … }
 * ```
 *
 * A handler may also return a `DeferredReply` function, to answer later and in its place in the order.
 *
 * The reply goes out once: as the acknowledgement if one was asked for; otherwise a failure is emitted to that
 * socket alone (`failureEmit`), and a success says nothing. Returning nothing is `{ success: true }`. Throwing
 * is a defect: `internal-error` for the client, the error for `onDefect`. A filter's return value is the reply.
 * With no decorator but `@SubscribeMessage` and no guard, pipe, interceptor or filter the call costs nothing.
 *
 * `handleConnection` may be async: the socket's events wait for it, and if it fails the socket is disconnected.
 */
export class SocketIoAdapter implements WebSocketAdapter<Server | Namespace, Socket, GatewayOptions> {
  private bound = false

  constructor(
    private readonly app: INestApplication,
    private readonly io: Server,
    private readonly limits: RateLimits | 'off',
    private readonly ports: TransportPorts,
    /** Nest closes each gateway's server, and all of them are this one. */
    readonly close: () => Promise<void>,
  ) {}

  create(port: number, options: GatewayOptions = {}): Server | Namespace {
    if (port !== 0 || options.path !== undefined) {
      throw new Error('A gateway on this adapter has no port or path of its own: all share the one server')
    }
    return options.namespace === undefined ? this.io : this.io.of(options.namespace)
  }

  /** Nest offers a listener for each gateway. One for each namespace takes the place of them all. */
  bindClientConnect(): void {
    if (this.bound) return
    this.bound = true
    for (const [namespace, table] of readGatewayTables(this.app)) this.bindNamespace(namespace, table)
  }

  bindMessageHandlers(): void {}

  /** Nest calls it last; there is nothing left by then. */
  async dispose(): Promise<void> {}

  private bindNamespace(namespace: string, table: NamespaceTable): void {
    const onEvent = dispatcher(namespace, table, this.limits, this.ports)
    const connected = table.hooks.filter((hooks) => hooks.connected !== undefined)
    const disconnected = table.hooks.filter((hooks) => hooks.disconnected !== undefined)
    const { ports } = this
    const onDisconnect = function (this: Socket, reason: string): void {
      for (const hooks of disconnected) void goodbye(hooks, this, reason, ports)
    }
    this.io.of(namespace).on('connection', (socket) => {
      socket.onAny(onEvent)
      if (disconnected.length > 0) socket.on('disconnect', onDisconnect)
      if (connected.length > 0) welcome(connected, socket, ports)
    })
  }
}

/** Nest neither awaits these hooks nor catches what they throw, and an error nobody catches ends the process. */
const welcome = (hooks: readonly GatewayHooks[], socket: Socket, ports: TransportPorts): void => {
  const state = socketState(socket)
  const opening = (async () => {
    for (const { connected } of hooks) await connected?.(socket)
  })().catch((error: unknown) => {
    ports.onDefect(error, { namespace: socket.nsp.name, event: 'connection' })
    socket.disconnect()
  })
  state.opening = opening.then(() => {
    state.opening = undefined
  })
}

const goodbye = async (
  { disconnected }: GatewayHooks,
  socket: Socket,
  reason: string,
  ports: TransportPorts,
): Promise<void> => {
  try {
    await disconnected?.(socket, reason)
  } catch (error) {
    ports.onDefect(error, { namespace: socket.nsp.name, event: 'disconnect' })
  }
}
