import type { Socket } from 'socket.io'

/** The error in every unsuccessful reply: `wire.md`, "Answers". */
export type WireError = {
  readonly code: string
  readonly message: string
  /** ISO 8601, by the engine's clock. */
  readonly timestamp: string
  readonly event?: string
  /** The path of the invalid field, joined with dots. */
  readonly path?: string
  readonly [detail: string]: unknown
}

/** A handler's result, sent unchanged as the acknowledgement. */
export type Reply =
  | { readonly success: true; readonly [field: string]: unknown }
  | { readonly success: false; readonly error: WireError }

/**
 * A reply that is sent later, once, without a promise: events that the handler emits in the same turn stay behind the
 * reply, and a promise would let them overtake it. `fail` replies `internal-error` and reports the error.
 */
export type DeferredReply = (send: (reply: Reply) => void, fail: (error: unknown) => void) => void

/** Error codes of the transport itself: the request has not reached a handler, or the handler has failed. */
export type TransportErrorCode =
  | 'payload-too-large'
  | 'invalid-payload'
  | 'rate-limited'
  | 'unknown-event'
  | 'unauthenticated'
  | 'token-expired'
  | 'access-denied'
  | 'shutting-down'
  | 'store-unavailable'
  | 'internal-error'

export type ErrorDetails = {
  readonly path?: string
  readonly retryAfterMs?: number
  /** Instead of the message of the code. */
  readonly message?: string
}

export type Emit = { readonly event: string; readonly payload: unknown }

/** The namespace and the event of a request. */
export type RequestTarget = { readonly namespace: string; readonly event: string }

/**
 * The event that reports an error to a client that asked for no acknowledgement; `undefined` if the protocol has
 * already reported it.
 */
export type FailureEmit = (target: RequestTarget, error: WireError, payload: unknown) => Emit | undefined

export type Acknowledge = (reply: Reply) => void

export type EventRequest = {
  readonly target: RequestTarget
  readonly payload: unknown
  readonly acknowledge: Acknowledge | undefined
}

const MESSAGES: Record<TransportErrorCode, string> = {
  'payload-too-large': 'The event is larger than this server takes',
  'invalid-payload': 'The payload is not well-formed',
  'rate-limited': 'Too many events; wait and try again',
  'unknown-event': 'This namespace has no such event',
  unauthenticated: 'A valid token is needed',
  'token-expired': 'Your token has expired; connect again with a new one',
  'access-denied': 'Not allowed',
  'shutting-down': 'The server is going down; connect again later',
  'store-unavailable': 'The event store is unavailable; nothing was done. Retry later',
  'internal-error': 'The server failed to carry this out',
}

/** No event has a longer name; repeating one would make the reply as large as the request. */
const MAX_EVENT_NAME_LENGTH = 64

export const wireError = (
  code: TransportErrorCode,
  event: string,
  nowMs: number,
  details?: ErrorDetails,
): WireError => ({
  code,
  message: MESSAGES[code],
  timestamp: new Date(nowMs).toISOString(),
  ...(event !== '' && event.length <= MAX_EVENT_NAME_LENGTH ? { event } : {}),
  ...details,
})

export const emitAsError: FailureEmit = (_target, error) => ({ event: 'error', payload: error })

/**
 * Replies to a request: by its acknowledgement, or with an error event to this socket alone. Throws if the reply cannot
 * be serialized; nothing has been sent then.
 */
export const sendReply = (
  socket: Socket,
  { target, payload, acknowledge }: EventRequest,
  reply: Reply,
  failureEmit: FailureEmit,
): void => {
  if (acknowledge !== undefined) return acknowledge(reply)
  if (reply.success) return
  const emit = failureEmit(target, reply.error, payload)
  if (emit !== undefined) socket.emit(emit.event, emit.payload)
}
