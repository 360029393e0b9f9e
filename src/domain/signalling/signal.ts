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

/** Whom a signal is for, as the protocols name members. */
export type Target =
  | { readonly type: 'member'; readonly id: MemberId }
  /** By the user's own id. */
  | { readonly type: 'user'; readonly id: string }
  /** The member that leads the room. */
  | { readonly type: 'leader' }

/**
 * A WebRTC negotiation message from one member to another. Its content (addresses, keys) is not in here: the rules need only
 * its size.
 */
export interface Signal {
  readonly to: Target
  /** The protocol by which it is sent. */
  readonly dialect: string
  /** `offer`, `answer` and `candidate` are known to all protocols with signals, other kinds to some. */
  readonly kind: string
  readonly negotiation: NegotiationId | null
  /** Size of its content as JSON in UTF-8. */
  readonly bytes: number
}

/** The signals that wait for a member that is away. */
export interface WaitingSignals {
  readonly count: number
  readonly bytes: number
}

/** `wire.md`, "Mesh": the bound of what waits for a member in its grace. */
const maxWaiting: WaitingSignals = { count: 256, bytes: 256 * 1_024 }

/** Both ends are in the room. */
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
  if (from?.entries[signal.dialect] === undefined) return E.left({ type: 'not-in-room' })
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

/** A member whose protocol knows users by their ids, else any member with that user id, or with that member id and no user. */
const userNamed = (id: string, room: Room, protocols: Protocols): Member | undefined =>
  findIn(room.members, (member) => member.userId === id && hasTrait(member, 'onePerUser', protocols)) ??
  findIn(room.members, (member) => (member.userId ?? member.id) === id)

const canReceive = ({ entries }: Member, kind: string, protocols: Protocols): boolean =>
  Object.keys(entries).some((protocol) => supportsSignal(protocol, kind, protocols))

/** Whether one more signal may wait for this member, or when its sender should try again. */
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
