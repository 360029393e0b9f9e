import type { INestApplication, WebSocketAdapter } from '@nestjs/common'
import type { Namespace, Server, Socket } from 'socket.io'
import { readGatewayTables } from './gateway-table.js'
import type { GatewayHooks, NamespaceTable } from './gateway-table.js'
import { createDispatcher, socketStateOf } from './request-dispatch.js'
import type { EventGate } from './event-gate.js'
import type { TransportPorts } from './transport.js'

type GatewayOptions = { readonly namespace?: string; readonly server?: Server; readonly path?: string }

/**
 * Nest's gateways on Socket.IO. Nest's own adapter allocates 4 KB per handler and socket and takes twice the time per
 * event; here each namespace has one table of handlers and each socket one listener.
 *
 * A handler is a method with `@SubscribeMessage(event)`, called as `(socket, payload, event)`:
 *
 * ```ts
 * @SubscribeMessage('leave')
 * leave(socket: Socket, payload: unknown): Reply | Promise<Reply> | DeferredReply { … }
 * ```
 *
 * The reply is the acknowledgement, if the client asked for one; otherwise an error is emitted to this socket alone
 * (`failureEmit`). A handler that returns nothing replies `{ success: true }`. One that throws replies `internal-error`,
 * and the error goes to `onDefect`. The value that an exception filter returns is the reply.
 *
 * `handleConnection` may be async: the socket's events wait for it, and if it fails the socket is disconnected.
 */
export class SocketIoAdapter implements WebSocketAdapter<Server | Namespace, Socket, GatewayOptions> {
  private isBound = false

  constructor(
    private readonly app: INestApplication,
    private readonly io: Server,
    private readonly gate: EventGate,
    private readonly ports: TransportPorts,
    /** Called for each gateway, and all of them share one server. */
    readonly close: () => Promise<void>,
  ) {}

  create(port: number, options: GatewayOptions = {}): Server | Namespace {
    if (port !== 0 || options.path !== undefined) {
      throw new Error('A gateway on this adapter has no port or path of its own: all share one server')
    }
    return options.namespace === undefined ? this.io : this.io.of(options.namespace)
  }

  /** Called for each gateway; the first call binds all namespaces. */
  bindClientConnect(): void {
    if (this.isBound) return
    this.isBound = true
    for (const [namespace, table] of readGatewayTables(this.app)) this.bindNamespace(namespace, table)
  }

  bindMessageHandlers(): void {}

  async dispose(): Promise<void> {}

  private bindNamespace(namespace: string, table: NamespaceTable): void {
    const onEvent = createDispatcher(namespace, table, this.gate, this.ports)
    const connected = table.hooks.filter((hooks) => hooks.connected !== undefined)
    const disconnected = table.hooks.filter((hooks) => hooks.disconnected !== undefined)
    const { ports } = this
    const onDisconnect = function (this: Socket, reason: string): void {
      for (const hooks of disconnected) void runDisconnected(hooks, this, reason, ports)
    }
    this.io.of(namespace).on('connection', (socket) => {
      socket.onAny(onEvent)
      if (disconnected.length > 0) socket.on('disconnect', onDisconnect)
      if (connected.length > 0) runConnected(connected, socket, ports)
    })
  }
}

/** Nest neither awaits a connection hook nor catches its error, which would end the process. */
const runConnected = (hooks: readonly GatewayHooks[], socket: Socket, ports: TransportPorts): void => {
  const state = socketStateOf(socket)
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

const runDisconnected = async (
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
