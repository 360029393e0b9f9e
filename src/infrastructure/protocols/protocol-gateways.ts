import { Inject } from '@nestjs/common'
import type { Type } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import * as E from '#fp/Either'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Sfu } from '../../application/ports/sfu.js'
import { connectionId } from '../../domain/kernel/ids.js'
import type { Connection } from '../../application/sessions/index.js'
import { ENTROPY, SESSIONS, ROOM_SETTINGS, SFU } from '../nest/tokens.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { DeferredReply, FailureEmit, Reply } from '../transport/reply.js'
import { emitAsError } from '../transport/reply.js'
import type { Incoming, Protocol } from './define-protocol.js'
import { errorFor } from './error-mapping.js'
import { HandlerContext } from './handler-context.js'
import type { HandlerServices, RoomSettings } from './handler-context.js'
import type { Failure, HandlerResult } from './handler-result.js'
import { reject } from './handler-result.js'

/** The Nest gateways of these protocols: one for each protocol, and one for each namespace that opens and closes its sockets. */
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
    ) {
      this.services = { sessions, settings, entropy, sfu }
    }
  }
  // Two protocols that have the same event are reported by this name.
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

type Answer = Reply | DeferredReply

/** Decodes a message, waits for the client's joins and leaves before it, and answers with what its handler gives. */
const serveMessage = (
  services: HandlerServices,
  protocol: Protocol,
  event: string,
  { decode }: Incoming,
  socket: Socket,
  payload: unknown,
): Answer | Promise<Answer> => {
  const failed = ({ rejection, details }: Failure): Reply => ({
    success: false,
    error: { ...errorFor(rejection, event, services.sessions.now(), protocol.errorFor), ...details },
  })
  const handle = decode(payload)
  if (E.isLeft(handle)) return failed(reject(handle.left))
  const connection = services.sessions.connectionOf(socket)

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
    const result = handle.right(new HandlerContext(services, protocol, connection, payload))
    const answer: DeferredReply = (send, fail) => settle(result, send, fail)
    return result.type === 'pending' && result.holdsTurn ? holdingTurn(connection, answer) : answer
  })
}

/**
 * Keeps a client's requests behind its joins and leaves: until one of those is answered, it is open which room the next
 * request means.
 */
const inTurn = (connection: Connection, handle: () => Answer): Answer | Promise<Answer> => {
  const { moving } = connection
  if (moving === null) return handle()
  return moving.then(() => {
    // A request of a client that has disconnected is not served; nobody waits for its answer.
    if (connection.ended !== null) return () => undefined
    // Asked again: the request in front may have been a join, too.
    return inTurn(connection, handle)
  })
}

const holdingTurn = (connection: Connection, answer: DeferredReply): DeferredReply => {
  let release: () => void = () => undefined
  connection.moving = new Promise<void>((resolve) => {
    release = resolve
  })
  const done = (): void => {
    connection.moving = null
    release()
  }
  return (send, fail) =>
    answer(
      (reply) => {
        connection.moving = null
        send(reply)
        release()
      },
      (error) => {
        fail(error)
        done()
      },
    )
}

/** A failure that was requested without an acknowledgement, as the protocol of the event emits it. */
export const failureEmitOf = (protocols: ReadonlyArray<Protocol>): FailureEmit => {
  const byEvent = new Map(
    protocols.flatMap(({ namespace, incoming, failureEmit }) =>
      Object.keys(incoming).map((event) => [`${namespace} ${event}`, failureEmit] as const),
    ),
  )
  return (target, error, payload) =>
    byEvent.get(`${target.namespace} ${target.event}`)?.(target.event, error, payload) ??
    emitAsError(target, error, payload)
}
