import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import { entryIn, findIn } from '../kernel/table.js'
import type { Rejection } from '../kernel/rejection.js'
import { invalidPayload } from '../kernel/rejection.js'
import type { Member, Protocols, Room, RoomState } from '../room/index.js'
import { hasTrait, leaderOf, supportsSignal } from '../room/index.js'
import type { NegotiationId } from './negotiation.js'

/** The receiver of a signal, as the protocols name members. */
export type Target =
  | { readonly type: 'member'; readonly id: MemberId }
  /** By user id. */
  | { readonly type: 'user'; readonly id: string }
  /** The member that leads the room. */
  | { readonly type: 'leader' }

/**
 * A WebRTC negotiation message from one member to another, without its content (addresses, keys): the rules need only the
 * size.
 */
export interface Signal {
  readonly to: Target
  /** The protocol in which it is sent. */
  readonly protocol: string
  /** All protocols with signals have `offer`, `answer` and `candidate`; some have other kinds. */
  readonly kind: string
  readonly negotiation: NegotiationId | null
  /** The size of its content as JSON in UTF-8. */
  readonly bytes: number
}

/** The signals that wait for a member that is away. */
export interface WaitingSignals {
  readonly count: number
  readonly bytes: number
}

/** The bound for a member in its grace period (`wire.md`, "Mesh"). */
const maxWaiting: WaitingSignals = { count: 256, bytes: 256 * 1_024 }

/** The sender and the receiver, both members of the room. */
export interface SignalRoute {
  readonly from: Member
  readonly to: Member
}

export const routeSignal = (
  signal: Signal,
  by: MemberId | null,
  state: RoomState,
  protocols: Protocols,
): Either<Rejection, SignalRoute> => {
  if (state.phase === 'absent') return E.left({ type: 'room-not-found' })
  if (state.phase === 'closed') return E.left({ type: 'access-denied', cause: 'closed' })
  const from = by === null ? undefined : entryIn(state.members, by)
  if (from?.entries[signal.protocol] === undefined) return E.left({ type: 'not-in-room' })
  if (signal.to.type === 'leader' && leaderOf(state.members, protocols)?.id === from.id) {
    return E.left(invalidPayload('target', 'is missing: say for which viewer this is'))
  }
  const to = memberNamed(signal.to, state, protocols)
  if (to === undefined || !canReceive(to, signal.kind, protocols)) return E.left({ type: 'target-not-found' })
  return to.id === from.id ? E.left({ type: 'self-signal' }) : E.right({ from, to })
}

const memberNamed = (to: Target, room: Room, protocols: Protocols): Member | undefined => {
  switch (to.type) {
    case 'member':
      return entryIn(room.members, to.id)
    case 'user':
      return userNamed(to.id, room, protocols)
    case 'leader': {
      const leader = leaderOf(room.members, protocols)
      return leader === undefined ? undefined : entryIn(room.members, leader.id)
    }
  }
}

/** A member in a role with `onePerUser` first; otherwise a member with that user id, or without a user and with that member id. */
const userNamed = (id: string, room: Room, protocols: Protocols): Member | undefined =>
  findIn(room.members, (member) => member.userId === id && hasTrait(member, 'onePerUser', protocols)) ??
  findIn(room.members, (member) => (member.userId ?? member.id) === id)

const canReceive = ({ entries }: Member, kind: string, protocols: Protocols): boolean =>
  Object.keys(entries).some((protocol) => supportsSignal(protocol, kind, protocols))

/** Accepts one more signal that waits for this member, or says when the sender should try again. */
export const admitWaitingSignal = (
  { bytes }: Signal,
  to: Member,
  waiting: WaitingSignals,
  at: Instant,
): Either<Rejection, null> => {
  const isFull = waiting.count >= maxWaiting.count || waiting.bytes + bytes > maxWaiting.bytes
  if (!isFull) return E.right(null)
  const retryAfterMs = to.presence.type === 'away' ? Math.max(1, to.presence.until - at) : 1_000
  return E.left({ type: 'too-much-waiting', retryAfterMs })
}
