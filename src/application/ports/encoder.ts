import type { MemberId } from '../../domain/kernel/ids.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { RoomRecord } from './event-store.js'
import type { RoutedSignal } from './publisher.js'

/** Which subscribers of the protocol receive an emit. */
export type Recipients =
  | { readonly type: 'everyone' }
  | { readonly type: 'others'; readonly except: MemberId }
  | { readonly type: 'one'; readonly member: MemberId }

/** A record as the clients of a protocol receive it. The session layer adds `room`, `seq` and `at`. */
export interface Emit {
  readonly to: Recipients
  readonly event: string
  readonly payload: object
  /** Another emit of the same record follows for the same client, so this one completes no offset (E-28). */
  readonly more?: true
}

/** Translates recorded events into the emits of one protocol. Pure: the same log always gives the same emits. */
export interface Encoder {
  readonly protocol: ProtocolName
  readonly namespace: string
  /** `at-once`: a resumed client receives its rooms again at once; `on-join`: after it has joined them again. */
  readonly resumption: 'at-once' | 'on-join'
  /** A member that leaves gets an acknowledgement, so the emit for its `room.member-left` is for `others`. */
  readonly encode: (record: RoomRecord, before: RoomState, after: RoomState) => ReadonlyArray<Emit>
  /** Other names of outgoing events, for clients that ask for them in the handshake. */
  readonly kebab?: Readonly<Record<string, string>>
  /** Clients that ask for it in the handshake receive the emits `of` this name as arrays, under the name `as`. */
  readonly batch?: { readonly of: string; readonly as: string }
  /** A conflated number: whether a record changes it, and its value. */
  readonly count?: {
    readonly event: string
    readonly changedBy: (record: RoomRecord, before: RoomState, after: RoomState) => boolean
    readonly of: (state: RoomState) => number
  }
  /** A signal as this protocol sends it; `state` is the room when the signal was decided. */
  readonly signal?: (signal: RoutedSignal, state: RoomState) => Omit<Emit, 'to' | 'more'>
  /** Sent to the older connection before it is closed, when the same user joins from a newer one. */
  readonly displacementNotice?: Omit<Emit, 'to' | 'more'>
}
