import { HttpException } from '@nestjs/common'
import type { Socket } from 'socket.io'
import { InvalidFrame } from './frame-limits.js'
import type { NamespaceTable } from './gateway-table.js'
import type { RateLimits } from './rate-limiter.js'
import { isLimitedTooLong, retryAfterMs } from './rate-limiter.js'
import type {
  Acknowledge,
  DeferredReply,
  EventRequest,
  TransportErrorCode,
  ErrorDetails,
  Reply,
} from './reply.js'
import { answer, wireError } from './reply.js'
import { socketState } from './socket-state.js'
import type { TransportPorts } from './transport.js'

/** Called by Socket.IO for every event of a socket, with the socket as `this`: one function per namespace. */
export type CatchAll = (this: Socket, event: unknown, ...args: unknown[]) => void

type Command = EventRequest & { readonly socket: Socket }

const isReply = (value: unknown): value is Reply =>
  typeof value === 'object' && value !== null && typeof (value as { success?: unknown }).success === 'boolean'

const isDeferredReply = (value: unknown): value is DeferredReply => typeof value === 'function'

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** A guard or a pipe that said no is a refusal; everything else that is thrown is a defect. */
const refusalIn = (error: unknown): TransportErrorCode | undefined => {
  if (!(error instanceof HttpException)) return undefined
  switch (error.getStatus()) {
    case 400:
      return 'invalid-payload'
    case 401:
      return 'unauthenticated'
    case 403:
      return 'access-denied'
  }
  return undefined
}

export const dispatcher = (
  namespace: string,
  { handlers }: NamespaceTable,
  limits: RateLimits | 'off',
  ports: TransportPorts,
): CatchAll => {
  const send = (command: Command, reply: Reply): void => {
    const { socket, place } = command
    ports.answered(place, reply.success ? 'ok' : reply.error.code)
    // A socket that left this namespace has nobody waiting; its connection may still be open for others.
    if (socket.connected) answer(socket, command, reply, ports.failureEmit)
  }

  const refuse = (command: Command, code: TransportErrorCode, details?: ErrorDetails): void => {
    ports.count('transport_refused', { code })
    const error = wireError(code, command.place.event, ports.now(), details)
    try {
      send(command, { success: false, error })
    } catch (failure) {
      ports.onDefect(failure, command.place)
    }
  }

  const fail = (command: Command, error: unknown): void => {
    const code = refusalIn(error)
    if (code !== undefined) return refuse(command, code)
    ports.onDefect(error, command.place)
    refuse(command, 'internal-error')
  }

  const settle = (command: Command, result: unknown): void => {
    if (!isReply(result)) return fail(command, new Error('A handler returned something that is no reply'))
    try {
      send(command, result)
    } catch (error) {
      fail(command, error)
    }
  }

  const letAnswer = (command: Command, begin: DeferredReply): void => {
    let isAnswered = false
    const fails = (error: unknown): void =>
      isAnswered ? ports.onDefect(error, command.place) : fail(command, error)
    try {
      begin((reply) => {
        if (isAnswered) return fails(new Error('A handler answered a second time'))
        isAnswered = true
        settle(command, reply)
      })
    } catch (error) {
      fails(error)
      isAnswered = true
    }
  }

  const isWithinLimits = (command: Command): boolean => {
    if (limits === 'off') return true
    const { socket, place } = command
    const state = socketState(socket)
    const waitMs = retryAfterMs(state, place.event, ports.now(), limits)
    if (waitMs === 0) return true
    refuse(command, 'rate-limited', { retryAfterMs: waitMs })
    if (isLimitedTooLong(state, ports.now(), limits)) {
      ports.count('transport_disconnected', { reason: 'rate-limited' })
      socket.disconnect(true)
    }
    return false
  }

  const run = (command: Command): void => {
    const { socket, place, payload } = command
    // Socket.IO shows a catch-all listener the events of a socket that has just been disconnected, too.
    if (!socket.connected) return
    if (payload instanceof InvalidFrame) return refuse(command, payload.code, payload.details)
    const handler = handlers.get(place.event)
    if (handler === undefined) return refuse(command, 'unknown-event')
    try {
      const result = handler(socket, payload, place.event)
      if (isDeferredReply(result)) return letAnswer(command, result)
      if (!isPromise(result)) return settle(command, result)
      result.then(
        (reply) => (isDeferredReply(reply) ? letAnswer(command, reply) : settle(command, reply)),
        (error: unknown) => fail(command, error),
      )
    } catch (error) {
      fail(command, error)
    }
  }

  return function (event, ...args) {
    const last = args.at(-1)
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined
    const command = {
      socket: this,
      place: { namespace, event: typeof event === 'string' ? event : '' },
      payload: typeof args[0] === 'function' ? undefined : args[0],
      acknowledge,
    }
    if (!isWithinLimits(command)) return
    const { opening } = socketState(this)
    if (opening === undefined) return run(command)
    void opening.then(() => run(command))
  }
}
