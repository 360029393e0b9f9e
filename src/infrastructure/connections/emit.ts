import type { MemberId } from '../../domain/kernel/ids.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { RoutedSignal } from '../../application/ports/publisher.js'
import type { Naming } from './connection.js'

/** Who of those attached by the dialect gets an emit. */
export type Recipients =
  | { readonly type: 'everyone' }
  | { readonly type: 'others'; readonly than: MemberId }
  | { readonly type: 'one'; readonly member: MemberId }

/** What a record is to the clients of a dialect; `room`, `seq` and `at` are added on the way out. */
export interface Emit {
  readonly to: Recipients
  readonly event: string
  readonly payload: object
  /** Another emit of the same record follows for the same socket: an offset is not to be taken here. */
  readonly more?: true
}

/** How one vocabulary tells of what happened. Pure, so that a log gives the same emits for ever. */
export interface Encoder {
  readonly dialect: ProtocolName
  readonly namespace: string
  /** `at-once`: whoever comes back hears of its rooms by itself; `on-join`: not before it has joined them again. */
  readonly resumes: 'at-once' | 'on-join'
  /** Whoever leaves by the dialect is told so by its acknowledgement: `others` are told of it here. */
  readonly encode: (record: RoomRecord, before: RoomState, after: RoomState) => ReadonlyArray<Emit>
  /** Another name of an outgoing event, for clients that asked for it at the handshake. */
  readonly kebab?: Readonly<Record<string, string>>
  /** Clients that ask for it at the handshake get emits of this name several at a time, as another. */
  readonly several?: { readonly of: string; readonly as: string }
  /** Whether a record changes the number that is told to all, and that number: only the latest counts. */
  readonly count?: {
    readonly event: string
    readonly changedBy: (record: RoomRecord, before: RoomState, after: RoomState) => boolean
    readonly of: (state: RoomState) => number
  }
  /** A signal in the words of this vocabulary; `state` is the room that it met. */
  readonly signal?: (signal: RoutedSignal, state: RoomState) => Omit<Emit, 'to' | 'more'>
  /** What a socket is told, and closed with, when the same user has come in from a newer one. */
  readonly displaced?: Omit<Emit, 'to' | 'more'>
}

/** An emit as it leaves. Made once for all who get it, now or when they come back. */
export interface Outgoing {
  readonly encoder: Encoder
  readonly to: Recipients
  readonly event: string
  readonly payload: object
}

/** What one record was to clients. */
export interface Told {
  readonly seq: number
  readonly emits: ReadonlyArray<Outgoing>
}

export const outgoing = (
  encoder: Encoder,
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
): ReadonlyArray<Outgoing> =>
  encoder.encode(record, before, after).map((emit) => ({
    encoder,
    to: emit.to,
    event: emit.event,
    payload: stamped(emit, record),
  }))

/** The payload last: spread first, V8 takes half a microsecond for each key that is added to it. */
const stamped = ({ payload, more }: Emit, { room, seq, at }: RoomRecord): object =>
  more === undefined ? { room, seq, at, ...payload } : { room, seq, at, more, ...payload }

export const named = (event: string, { kebab }: Encoder, naming: Naming): string =>
  naming === 'camel' ? event : (kebab?.[event] ?? event)
