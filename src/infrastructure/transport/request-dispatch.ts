import type { Socket } from 'socket.io'
import type { EventGate } from './event-gate.js'
import { InvalidFrame } from './frame-limits.js'
import type { NamespaceTable } from './gateway-table.js'
import type {
  Acknowledge,
  DeferredReply,
  ErrorDetails,
  EventRequest,
  Reply,
  TransportErrorCode,
} from './reply.js'
import { sendReply, wireError } from './reply.js'
import type { TransportPorts } from './transport.js'
import { wireFailureOf } from './wire-exception.js'

/** Socket.IO's catch-all listener: one function per namespace, called with the socket as `this`. */
export type CatchAll = (this: Socket, event: unknown, ...args: unknown[]) => void

type SocketState = {
  /** The gateways' connection hooks while they run; events wait for them. */
  opening: Promise<void> | undefined
}

const STATE = Symbol('roomreel.socket-state')

/** Created at a socket's first event, so that ten thousand idle sockets need no memory for it. */
export const socketStateOf = (socket: Socket): SocketState =>
  ((socket as { [STATE]?: SocketState })[STATE] ??= { opening: undefined })

type SocketRequest = EventRequest & { readonly socket: Socket }

const isReply = (value: unknown): value is Reply =>
  typeof value === 'object' && value !== null && typeof (value as { success?: unknown }).success === 'boolean'

const isDeferredReply = (value: unknown): value is DeferredReply => typeof value === 'function'

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

export const createDispatcher = (
  namespace: string,
  { handlers }: NamespaceTable,
  gate: EventGate,
  ports: TransportPorts,
): CatchAll => {
  const send = (request: SocketRequest, reply: Reply): void => {
    const { socket, target } = request
    ports.replied(target, reply.success ? 'ok' : reply.error.code)
    // A socket that left this namespace takes no reply, even if its connection stays open for other namespaces.
    if (socket.connected) sendReply(socket, request, reply, ports.failureEmit)
  }

  const refuse = (request: SocketRequest, code: TransportErrorCode, details?: ErrorDetails): void => {
    ports.count('transport_refused', { code })
    const error = wireError(code, request.target.event, ports.now(), details)
    try {
      send(request, { success: false, error })
    } catch (failure) {
      ports.onDefect(failure, request.target)
    }
  }

  /** For requests that no handler has served. */
  const refuseUnserved = (request: SocketRequest, code: TransportErrorCode, details?: ErrorDetails): void =>
    ports.refused(request.socket, request.target, code, (isRecorded) =>
      isRecorded ? refuse(request, code, details) : refuse(request, 'store-unavailable'),
    )

  const fail = (request: SocketRequest, error: unknown, refuseBy = refuse): void => {
    const failure = wireFailureOf(error)
    if (failure !== undefined) return refuseBy(request, failure.code, failure.details)
    ports.onDefect(error, request.target)
    refuseBy(request, 'internal-error')
  }

  const settle = (request: SocketRequest, result: unknown): void => {
    if (!isReply(result)) return fail(request, new Error('A handler returned a value that is not a reply'))
    try {
      send(request, result)
    } catch (error) {
      fail(request, error)
    }
  }

  const defer = (request: SocketRequest, begin: DeferredReply): void => {
    let hasReplied = false
    const failOnce = (error: unknown): void => {
      if (hasReplied) return ports.onDefect(error, request.target)
      hasReplied = true
      fail(request, error)
    }
    try {
      begin((reply) => {
        if (hasReplied) return failOnce(new Error('A handler replied a second time'))
        hasReplied = true
        settle(request, reply)
      }, failOnce)
    } catch (error) {
      failOnce(error)
    }
  }

  const isWithinLimits = (request: SocketRequest): boolean => {
    const { socket, target } = request
    const refusal = gate.check(socket, target)
    if (refusal === undefined) return true
    refuseUnserved(request, 'rate-limited', { retryAfterMs: refusal.retryAfterMs })
    gate.refused(socket, refusal.limit)
    return false
  }

  const run = (request: SocketRequest): void => {
    const { socket, target, payload } = request
    if (!socket.connected) return
    if (payload instanceof InvalidFrame) return refuseUnserved(request, payload.code, payload.details)
    const handler = handlers.get(target.event)
    if (handler === undefined) return refuseUnserved(request, 'unknown-event')
    try {
      const result = handler(socket, payload, target.event)
      if (isDeferredReply(result)) return defer(request, result)
      if (!isPromise(result)) return settle(request, result)
      result.then(
        (reply) => (isDeferredReply(reply) ? defer(request, reply) : settle(request, reply)),
        (error: unknown) => fail(request, error, refuseUnserved),
      )
    } catch (error) {
      fail(request, error, refuseUnserved)
    }
  }

  return function (event, ...args) {
    // Socket.IO also passes on the events of a socket that has just been disconnected. They count for no limit.
    if (!this.connected) return
    const last = args.at(-1)
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined
    const request = {
      socket: this,
      target: { namespace, event: typeof event === 'string' ? event : '' },
      payload: typeof args[0] === 'function' ? undefined : args[0],
      acknowledge,
    }
    if (!isWithinLimits(request)) return
    const { opening } = socketStateOf(this)
    if (opening === undefined) return run(request)
    void opening.then(() => run(request))
  }
}
