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
import type { Failure, HandlerRejection, HandlerResult, Pending } from './handler-result.js'
import { reject } from './handler-result.js'
import { recordConnection, recordEnd } from './request-audit.js'

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
      if (!(await recordConnection(this.sessions.engine().audit, socket))) return void socket.disconnect()
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
    const message: ServedMessage = { protocol, event, incoming, action: `${protocol.namespace} ${event}` }
    const serve = function (this: ProtocolGateway, socket: Socket, payload: unknown): unknown {
      return serveMessage(this.services, message, socket, payload)
    }
    Object.defineProperty(ProtocolGateway.prototype, event, { value: serve, configurable: true })
    SubscribeMessage(event)(ProtocolGateway.prototype, event, { value: serve })
  }
  return ProtocolGateway
}

type GatewayReply = Reply | DeferredReply

interface ServedMessage {
  readonly protocol: Protocol
  readonly event: string
  readonly incoming: Incoming
  /** Its name in the audit trail. */
  readonly action: string
}

/** Decodes a message, waits for the client's earlier joins and leaves, and replies with the result of the handler. */
const serveMessage = (
  services: HandlerServices,
  { protocol, event, incoming, action }: ServedMessage,
  socket: Socket,
  payload: unknown,
): GatewayReply | Promise<GatewayReply> => {
  const { sessions } = services
  const trail = sessions.engine().audit
  const connection = sessions.connectionOf(socket)
  const { principal, link } = connection
  const scope = trail === null ? null : trail.scopeOf({ principal, address: link.address ?? null, action })
  const failed = ({ rejection, details }: Failure): Reply & { readonly success: false } => ({
    success: false,
    error: { ...errorFor(rejection, event, sessions.now(), protocol.errorFor), ...details },
  })

  const settle = (
    result: HandlerResult,
    send: (reply: Reply) => void,
    fail: (error: unknown) => void,
  ): void => {
    const sendRecorded = (code: string | null, sendResult: () => void): void =>
      recordEnd(trail, scope, code, (isRecorded) =>
        isRecorded ? sendResult() : send(failed(reject({ type: 'store-unavailable' }))),
      )
    switch (result.type) {
      case 'success':
        return sendRecorded(null, () => {
          send({ success: true, ...result.fields })
          for (const emit of result.emits) connection.link.emit(emit.event, emit.payload)
        })
      case 'failure': {
        const reply = failed(result)
        return sendRecorded(reply.error.code, () => send(reply))
      }
      case 'defect':
        return sendRecorded('internal-error', () => fail(result.error))
      case 'pending':
        return run(result, send, fail)
    }
  }

  const run = (result: Pending, send: (reply: Reply) => void, fail: (error: unknown) => void): void => {
    try {
      result.run((settled) => settle(settled, send, fail))
    } catch (error) {
      settle({ type: 'defect', error }, send, fail)
    }
  }

  const refuse = (rejection: HandlerRejection): GatewayReply =>
    scope === null ? failed(reject(rejection)) : (send, fail) => settle(reject(rejection), send, fail)
  const denial = services.identity.denialOf(principal, incoming.access)
  if (denial !== undefined) return refuse(denial)
  if (scope !== null && services.identity.actsByEmergency(principal, incoming.access)) scope.emergency = true
  const handle = incoming.decode(payload)
  if (E.isLeft(handle)) return refuse(handle.left)
  return inTurn(connection, () => {
    // The client may have lost its right while the request waited for its turn.
    const lateDenial = services.identity.denialOf(connection.principal, incoming.access)
    if (lateDenial !== undefined) return refuse(lateDenial)
    const result = handle.right(new HandlerContext(services, protocol, connection, payload, socket, scope))
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

/** Whether clients of these protocols send such an event. */
export const isMessageOf = (protocols: ReadonlyArray<Protocol>): ((target: RequestTarget) => boolean) => {
  const find = messageLookup(protocols)
  return (target) => find(target) !== undefined
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
