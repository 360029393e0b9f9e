import { Inject, UseFilters, UseInterceptors } from '@nestjs/common'
import type { Type } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import * as E from '#fp/Either'
import type { Identity } from '../../application/identity/identity.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Sfu } from '../../application/ports/sfu.js'
import { connectionId } from '../../domain/kernel/ids.js'
import type { Connection } from '../../application/sessions/index.js'
import { WsExceptionFilter } from '../nest/gateways/ws-exception-filter.js'
import { WsLoggingInterceptor } from '../nest/gateways/ws-logging-interceptor.js'
import { ENTROPY, IDENTITY, REAUTHENTICATE, SESSIONS, ROOM_SETTINGS, SFU } from '../nest/tokens.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { DeferredReply, Reply, RequestTarget } from '../transport/reply.js'
import { emitAsError } from '../transport/reply.js'
import type { TransportPorts } from '../transport/transport.js'
import type { Incoming, Protocol } from './define-protocol.js'
import { errorFor } from './error-mapping.js'
import { HandlerContext } from './handler-context.js'
import type { HandlerServices, Reauthenticate, RoomSettings } from './handler-context.js'
import type { Failure, HandlerResult } from './handler-result.js'
import { reject } from './handler-result.js'

/** The Nest gateways: one for each protocol, and one for each namespace, which opens and closes its sockets. */
export const gatewaysOf = (protocols: ReadonlyArray<Protocol>): ReadonlyArray<Type> => [
  ...[...new Set(protocols.map(({ namespace }) => namespace))].map(connectionGateway),
  ...protocols.map(protocolGateway),
]

const connectionGateway = (namespace: string): Type => {
  @WebSocketGateway({ namespace })
  class ConnectionGateway implements OnGatewayConnection, OnGatewayDisconnect {
    constructor(
      @Inject(SESSIONS) private readonly sessions: SocketSessions,
      @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
    ) {}

    async handleConnection(socket: Socket): Promise<void> {
      await this.sessions.open(socket)
      if (socket.connected) this.settings.ice.resume(this.sessions.connectionOf(socket))
    }

    handleDisconnect(socket: Socket, reason?: string): void {
      this.sessions.close(socket, reason ?? 'transport close')
      this.settings.ice.gone(connectionId(socket.id))
    }
  }
  return ConnectionGateway
}

const protocolGateway = (protocol: Protocol): Type => {
  @WebSocketGateway({ namespace: protocol.namespace })
  class ProtocolGateway {
    readonly services: HandlerServices

    constructor(
      @Inject(SESSIONS) sessions: SocketSessions,
      @Inject(ROOM_SETTINGS) settings: RoomSettings,
      @Inject(ENTROPY) entropy: Entropy,
      @Inject(SFU) sfu: Sfu,
      @Inject(IDENTITY) identity: Identity,
      @Inject(REAUTHENTICATE) reauthenticate: Reauthenticate,
    ) {
      this.services = { sessions, settings, entropy, sfu, identity, reauthenticate }
    }
  }
  if (protocol.logsRequests === true) {
    UseInterceptors(WsLoggingInterceptor)(ProtocolGateway)
    UseFilters(WsExceptionFilter)(ProtocolGateway)
  }
  // The report of two protocols with the same event contains this name.
  Object.defineProperty(ProtocolGateway, 'name', { value: `The protocol ${protocol.name}` })
  for (const [event, incoming] of Object.entries(protocol.incoming)) {
    const serve = function (this: ProtocolGateway, socket: Socket, payload: unknown): unknown {
      return serveMessage(this.services, protocol, event, incoming, socket, payload)
    }
    Object.defineProperty(ProtocolGateway.prototype, event, { value: serve, configurable: true })
    SubscribeMessage(event)(ProtocolGateway.prototype, event, { value: serve })
  }
  return ProtocolGateway
}

type GatewayReply = Reply | DeferredReply

/** Decodes a message, waits for the client's earlier joins and leaves, and replies with the result of the handler. */
const serveMessage = (
  services: HandlerServices,
  protocol: Protocol,
  event: string,
  { access, decode }: Incoming,
  socket: Socket,
  payload: unknown,
): GatewayReply | Promise<GatewayReply> => {
  const failed = ({ rejection, details }: Failure): Reply => ({
    success: false,
    error: { ...errorFor(rejection, event, services.sessions.now(), protocol.errorFor), ...details },
  })
  const connection = services.sessions.connectionOf(socket)
  const denial = services.identity.denialOf(connection.principal, access)
  if (denial !== undefined) return failed(reject(denial))
  const handle = decode(payload)
  if (E.isLeft(handle)) return failed(reject(handle.left))

  const settle = (
    result: HandlerResult,
    send: (reply: Reply) => void,
    fail: (error: unknown) => void,
  ): void => {
    switch (result.type) {
      case 'success':
        send({ success: true, ...result.fields })
        for (const emit of result.emits) connection.link.emit(emit.event, emit.payload)
        return
      case 'failure':
        return send(failed(result))
      case 'defect':
        return fail(result.error)
      case 'pending':
        return result.run((settled) => settle(settled, send, fail))
    }
  }

  return inTurn(connection, () => {
    const result = handle.right(new HandlerContext(services, protocol, connection, payload, socket))
    const deferred: DeferredReply = (send, fail) => settle(result, send, fail)
    return result.type === 'pending' && result.holdsTurn ? holdTurn(connection, deferred) : deferred
  })
}

/** A client's requests wait for its joins and leaves, because those determine which room the next request means. */
const inTurn = (connection: Connection, handle: () => GatewayReply): GatewayReply | Promise<GatewayReply> => {
  const { moving } = connection
  if (moving === null) return handle()
  return moving.then(() => {
    // A client that has disconnected gets no reply.
    if (connection.ended !== null) return () => undefined
    // The request before this one may have been a join, too.
    return inTurn(connection, handle)
  })
}

const holdTurn = (connection: Connection, deferred: DeferredReply): DeferredReply => {
  let release: () => void = () => undefined
  connection.moving = new Promise<void>((resolve) => {
    release = resolve
  })
  const releaseAfter =
    <Value>(callback: (value: Value) => void) =>
    (value: Value): void => {
      connection.moving = null
      callback(value)
      release()
    }
  return (send, fail) => deferred(releaseAfter(send), releaseAfter(fail))
}

/** The message of an event that clients send; `undefined` for an event name that a client invented. */
export type MessageLookup = (
  target: RequestTarget,
) => { readonly protocol: Protocol; readonly message: Incoming } | undefined

export const messageLookup = (protocols: ReadonlyArray<Protocol>): MessageLookup => {
  const namespaces = new Map<string, Map<string, ReturnType<MessageLookup>>>()
  for (const protocol of protocols) {
    const messages = namespaces.get(protocol.namespace) ?? new Map<string, ReturnType<MessageLookup>>()
    namespaces.set(protocol.namespace, messages)
    for (const [event, each] of Object.entries(protocol.incoming)) {
      messages.set(event, { protocol, message: each })
    }
  }
  return ({ namespace, event }) => namespaces.get(namespace)?.get(event)
}

/** What the transport needs of protocols: the traits of their messages, and how each reports a failure. */
export const transportPortsOf = (
  protocols: ReadonlyArray<Protocol>,
): Pick<TransportPorts, 'failureEmit' | 'traitsOf'> => {
  const find = messageLookup(protocols)
  return {
    traitsOf: (target) => find(target)?.message,
    failureEmit: (target, error, payload) =>
      find(target)?.protocol.failureEmit?.(target.event, error, payload) ??
      emitAsError(target, error, payload),
  }
}
