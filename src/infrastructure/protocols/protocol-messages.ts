import type { ZodObject, ZodType } from 'zod'
import type { Emit, FailureEmit, WireError } from '../transport/reply.js'
import { emitAsError } from '../transport/reply.js'

/** An event that clients send: what it carries, and what its acknowledgement carries when it succeeds. */
export interface Incoming {
  readonly summary: string
  readonly payload: ZodType
  /** The fields beside `success: true`. */
  readonly reply: ZodObject
}

/** An event that clients are sent. */
export interface Outgoing {
  readonly summary: string
  readonly payload: ZodType
}

/**
 * A dialect's messages: one table that checks what comes in, types what the code sees of it, and is shown to the
 * world as AsyncAPI. Two dialects may share a namespace, but not an event name that clients send.
 */
export interface Vocabulary {
  /** A Socket.IO namespace: `/`, `/rooms` … */
  readonly namespace: string
  readonly dialect: string
  readonly incoming: Readonly<Record<string, Incoming>>
  readonly outgoing: Readonly<Record<string, Outgoing>>
  /** Other names of outgoing events, for clients that ask for them at the handshake (`auth.names: 'kebab'`). */
  readonly kebab?: Readonly<Record<string, string>>
  /**
   * How a refusal is told where no acknowledgement was asked for, by the event that was refused; else as `error`. What was
   * sent with it may be anything.
   */
  readonly failures?: Readonly<Record<string, (error: WireError, payload: unknown) => Emit>>
}

/** A refusal that nobody asked an answer for, in its dialect's own way, where that has one for this event. */
export const failuresOf = (vocabularies: ReadonlyArray<Vocabulary>): FailureEmit => {
  const own = new Map(
    vocabularies.flatMap(({ namespace, failures = {} }) =>
      Object.entries(failures).map(([event, failure]) => [`${namespace} ${event}`, failure] as const),
    ),
  )
  return (place, error, payload) =>
    own.get(`${place.namespace} ${place.event}`)?.(error, payload) ?? emitAsError(place, error, payload)
}
