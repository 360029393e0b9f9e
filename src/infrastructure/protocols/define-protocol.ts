import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { z, ZodObject, ZodType } from 'zod'
import type { Json } from '../../domain/kernel/json.js'
import type { Malformed } from '../../domain/kernel/rejection.js'
import type {
  ProtocolName,
  ProtocolSpec,
  RoomEvent,
  RoomModel,
  SignalSupport,
} from '../../domain/room/index.js'
import type { Access } from '../../application/identity/permissions.js'
import type { Emit, Encoder } from '../../application/ports/encoder.js'
import type { Emit as FailureEmit, WireError } from '../transport/reply.js'
import type { MessageTraits } from '../transport/transport.js'
import { decodePayload } from '../../domain/kernel/payload-decoder.js'
import type { EncodeEvent, EventTable } from './event-family.js'
import type { HandlerContext } from './handler-context.js'
import type { HandlerRejection, HandlerResult } from './handler-result.js'

type ReadonlyDeep<T> = Json extends T
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T

/** The fields of an acknowledgement; any object if the schema requires none. */
export type ReplyFields<Reply extends ZodObject> =
  Record<string, never> extends z.input<Reply> ? object : ReadonlyDeep<z.input<Reply>>

/** An event that clients send, with the handler that serves it. */
export interface IncomingMessage<
  Payload extends ZodType = ZodType,
  Reply extends ZodObject = ZodObject,
> extends MessageTraits {
  readonly summary: string
  /** Who may send it. The permissions of all protocols are one table, which the server checks before the payload. */
  readonly access: Access
  readonly payload: Payload
  /** The fields of the acknowledgement beside `success: true`. */
  readonly reply: Reply
  /** Other names of the same event. */
  readonly aliases?: ReadonlyArray<string>
  readonly handle: (context: HandlerContext, payload: z.output<Payload>) => HandlerResult<ReplyFields<Reply>>
}

/** An incoming message of any payload type: `decode` returns the handler for one payload. */
export interface Incoming extends Omit<IncomingMessage, 'handle'> {
  readonly decode: (payload: unknown) => Either<Malformed, (context: HandlerContext) => HandlerResult>
}

/** Checks the handler of an incoming message against the types of its schemas. */
export const message = <Payload extends ZodType, Reply extends ZodObject>({
  handle,
  ...description
}: IncomingMessage<Payload, Reply>): Incoming => ({
  ...description,
  decode: (payload) =>
    E.map((decoded: z.output<Payload>) => (context: HandlerContext) => handle(context, decoded))(
      decodePayload(description.payload, payload),
    ),
})

/** An event that clients receive. */
export interface Outgoing {
  readonly summary: string
  readonly payload: ZodType
  /** Its name for clients that request kebab-case in the handshake (P-23). */
  readonly kebab?: string
}

/** The wire events of one protocol: its roles, the events that clients send, and the events that they receive. */
export interface ProtocolDefinition extends ProtocolSpec {
  readonly name: ProtocolName
  /** A Socket.IO namespace: `/`, `/rooms` … Protocols of one namespace have different incoming events. */
  readonly namespace: string
  /** With `one`, entering a room leaves the previous one, and a request without a room means the present one. */
  readonly rooms: 'one' | 'many'
  /** When a resumed connection receives emits: `at-once` (the default), or `on-join`, after it has joined the room again. */
  readonly resumption?: 'at-once' | 'on-join'
  readonly incoming: Readonly<Record<string, Incoming>>
  readonly outgoing: Readonly<Record<string, Outgoing>>
  /** A table for each family of events that the protocol encodes. Other events cause no emit. */
  readonly events: ReadonlyArray<EventTable>
  /** The emits for all events that no table names. */
  readonly otherEvents?: EncodeEvent<RoomEvent>
  readonly count?: Encoder['count']
  readonly batch?: Encoder['batch']
  /** The kinds of signals that the protocol supports, and the emit for each of them. */
  readonly signals?: SignalSupport & { readonly encode: NonNullable<Encoder['signal']> }
  readonly displacementNotice?: Encoder['displacementNotice']
  /** Logs each request: for protocols of operators. */
  readonly logsRequests?: true
  /** The emit for a failed request without an acknowledgement; if it returns `undefined`, `error` is emitted. */
  readonly failureEmit?: (event: string, error: WireError, payload: unknown) => FailureEmit | undefined
  /** Overrides the default error for a rejection: another code, another message, more fields. */
  readonly errorFor?: (rejection: HandlerRejection) => Partial<WireError> | undefined
}

/** A protocol as the server runs it. */
export interface Protocol extends Omit<ProtocolDefinition, 'events' | 'otherEvents'> {
  readonly resumption: 'at-once' | 'on-join'
  readonly encoderFor: (model: RoomModel) => Encoder
}

/**
 * Defines a protocol, of this package or of an application.
 *
 * ```ts
 * const applauseProtocol = defineProtocol({
 *   name: 'applause',
 *   namespace: '/applause',
 *   roles: { listener: {} },
 *   rooms: 'one',
 *   incoming: {
 *     clap: message({
 *       summary: 'Claps once',
 *       access: 'member',
 *       payload: z.object({}),
 *       reply: z.object({}),
 *       handle: (context) => context.submit(moduleCommand(applause, { type: 'clap' }), () => reply({})),
 *     }),
 *   },
 *   outgoing: { clapped: { summary: 'A member claps', payload: z.object({ by: z.string() }) } },
 *   events: [on(applause, { 'applause.clapped': ({ data }) => [toEveryone('clapped', data)], 'applause.ended': null })],
 * })
 * ```
 */
export const defineProtocol = <Definition extends ProtocolDefinition>(
  definition: Definition,
): Protocol & Pick<Definition, 'incoming' | 'outgoing'> => {
  const { name, namespace, incoming, outgoing, resumption = 'at-once', events, otherEvents } = definition
  const { count, batch, signals, displacementNotice } = definition
  const aliases = Object.values(incoming).flatMap((each) =>
    (each.aliases ?? []).map((alias) => [alias, each] as const),
  )
  const kebab = Object.entries(outgoing).flatMap(([event, each]) =>
    each.kebab === undefined ? [] : [[event, each.kebab] as const],
  )
  return {
    ...definition,
    resumption,
    incoming: { ...incoming, ...Object.fromEntries(aliases) },
    encoderFor: (model) => ({
      protocol: name,
      namespace,
      resumption,
      encode: encodeBy(events, otherEvents, model),
      kebab: Object.fromEntries(kebab),
      ...(count === undefined ? {} : { count }),
      ...(batch === undefined ? {} : { batch }),
      ...(signals === undefined ? {} : { signal: signals.encode }),
      ...(displacementNotice === undefined ? {} : { displacementNotice }),
    }),
  }
}

const noEmits: ReadonlyArray<Emit> = []

const encodeBy = (
  tables: ReadonlyArray<EventTable>,
  otherEvents: EncodeEvent<RoomEvent> | undefined,
  model: RoomModel,
): Encoder['encode'] => {
  const byType = new Map(tables.flatMap((table) => Object.entries(table)))
  return (record, before, after) => {
    const encode = byType.get(record.type)
    if (encode === undefined) return otherEvents?.(record, before, after, model) ?? noEmits
    // Each function of a table takes only the events of its own type.
    return encode === null ? noEmits : (encode as EncodeEvent)(record, before, after, model)
  }
}
