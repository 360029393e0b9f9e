import type { Socket } from 'socket.io'

/** What every refused command tells its client: `wire.md`, "Answers". */
export type WireError = {
  readonly code: string
  readonly message: string
  /** ISO 8601, by the engine's clock. */
  readonly timestamp: string
  readonly event?: string
  /** The bad field, its keys joined with dots. */
  readonly path?: string
  readonly [detail: string]: unknown
}

/** What a handler returns, and what its acknowledgement carries, as it is. */
export type Reply =
  | { readonly success: true; readonly [field: string]: unknown }
  | { readonly success: false; readonly error: WireError }

/**
 * How a handler answers later, without a promise: it is given the way to answer and uses it once. What else is sent
 * in the same turn stays behind the answer, where a promise would let it overtake.
 */
export type DeferredReply = (send: (reply: Reply) => void) => void

/** The refusals that the transport makes by itself, before or in place of a handler. */
export type TransportErrorCode =
  | 'payload-too-large'
  | 'invalid-payload'
  | 'rate-limited'
  | 'unknown-event'
  | 'unauthenticated'
  | 'access-denied'
  | 'shutting-down'
  | 'internal-error'

export type ErrorDetails = { readonly path?: string; readonly retryAfterMs?: number }

export type Emit = { readonly event: string; readonly payload: unknown }

/** Where a command came in. */
export type RequestTarget = { readonly namespace: string; readonly event: string }

/**
 * How a refusal leaves when the client asked for no acknowledgement. `undefined` means that the dialect has
 * already told the client in its own way.
 */
export type FailureEmit = (place: RequestTarget, error: WireError, payload: unknown) => Emit | undefined

export type Acknowledge = (reply: Reply) => void

/** An event as it came in. */
export type EventRequest = {
  readonly place: RequestTarget
  readonly payload: unknown
  readonly acknowledge: Acknowledge | undefined
}

const MESSAGES: Record<TransportErrorCode, string> = {
  'payload-too-large': 'The event is larger than this server takes',
  'invalid-payload': 'The payload is not well-formed',
  'rate-limited': 'Too many events; wait and try again',
  'unknown-event': 'This namespace has no such event',
  unauthenticated: 'A valid token is needed',
  'access-denied': 'Not allowed',
  'shutting-down': 'The server is going down; connect again later',
  'internal-error': 'The server failed to carry this out',
}

/** A name longer than this is no event of ours, and would only make the answer as large as the question. */
const LONGEST_NAMED_EVENT = 64

export const wireError = (
  code: TransportErrorCode,
  event: string,
  nowMs: number,
  details?: ErrorDetails,
): WireError => ({
  code,
  message: MESSAGES[code],
  timestamp: new Date(nowMs).toISOString(),
  ...(event !== '' && event.length <= LONGEST_NAMED_EVENT ? { event } : {}),
  ...details,
})

export const emitAsError: FailureEmit = (_place, error) => ({ event: 'error', payload: error })

/**
 * Answers one command: through the acknowledgement if there is one, otherwise a failure goes to that socket
 * alone. Throws when the reply cannot be written as JSON; nothing has been sent then.
 */
export const answer = (
  socket: Socket,
  { place, payload, acknowledge }: EventRequest,
  reply: Reply,
  failureEmit: FailureEmit,
): void => {
  if (acknowledge !== undefined) return acknowledge(reply)
  if (reply.success) return
  const emit = failureEmit(place, reply.error, payload)
  if (emit !== undefined) socket.emit(emit.event, emit.payload)
}
