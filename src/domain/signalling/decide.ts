import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import { entryIn, findIn } from '../kernel/table.js'
import type { Rejection } from '../kernel/rejection.js'
import { invalidPayload } from '../kernel/rejection.js'
import type { Member, Room, RoomState } from '../room/index.js'
import { broadcasterOf } from '../room/index.js'
import type { Offers } from './negotiation.js'
import { isLater, isSuperseded } from './negotiation.js'
import type { NegotiationId, Signal } from './signal.js'
import { supportsSignal } from './signal.js'

/** What two members have offered each other so far. */
export interface PairOffers {
  readonly own: Offers | undefined
  readonly theirs: Offers | undefined
}

/** What waits for a member that cannot be reached at the moment. */
export interface WaitingSignals {
  readonly count: number
  readonly bytes: number
}

/** `wire.md`, "Mesh": so much waits for a member in its grace, and not more. */
const waitingAtMost: WaitingSignals = { count: 256, bytes: 256 * 1_024 }

/** Who signals whom; both are in the room. */
export interface SignalRoute {
  readonly from: Member
  readonly to: Member
}

/** The two ends of a signal, or why there is none. */
export const routeSignal = (
  signal: Signal,
  by: MemberId | null,
  state: RoomState,
): Either<Rejection, SignalRoute> => {
  if (state.phase === 'absent') return E.left({ type: 'room-not-found' })
  if (state.phase === 'closed') return E.left({ type: 'access-denied' })
  const from = by === null ? undefined : entryIn(state.members, by)
  if (from?.entries[signal.dialect] === undefined) return E.left({ type: 'not-in-room' })
  if (signal.to.type === 'broadcaster' && from.entries.picker?.role === 'broadcaster') {
    return E.left(invalidPayload('target', 'is missing: say for which viewer this is'))
  }
  const to = targetIn(signal, state)
  if (to === undefined) return E.left({ type: 'target-not-found' })
  return to.id === from.id ? E.left({ type: 'self-signal' }) : E.right({ from, to })
}

const targetIn = ({ to, kind }: Signal, room: Room): Member | undefined => {
  const member = named(to, room)
  return member !== undefined && hears(member, kind) ? member : undefined
}

const named = (to: Signal['to'], room: Room): Member | undefined => {
  switch (to.type) {
    case 'member':
      return entryIn(room.members, to.id)
    case 'user':
      return userNamed(to.id, room)
    case 'broadcaster':
      return broadcasterOf(room)
  }
}

/** A party's user; or somebody of another vocabulary, by the name under which it is heard in the party. */
const userNamed = (id: string, room: Room): Member | undefined =>
  findIn(room.members, ({ userId, entries }) => userId === id && entries.party !== undefined) ??
  findIn(room.members, (member) => (member.userId ?? member.id) === id)

const hears = ({ entries }: Member, kind: string): boolean => {
  for (const dialect of signallingProtocols)
    if (entries[dialect] !== undefined && supportsSignal(dialect, kind)) return true
  return false
}

/** The vocabularies that have signals, those whose words are narrower first. */
export const signallingProtocols = ['mesh', 'picker', 'party', 'native'] as const

/** What is said of an offer that was replaced would only confuse those who are about to agree on the newer one. */
export const isStale = ({ kind, negotiation }: Signal, { own, theirs }: PairOffers): boolean => {
  if (negotiation === null) return false
  switch (kind) {
    case 'offer':
      return isSuperseded(negotiation, own)
    case 'answer':
      return isSuperseded(negotiation, theirs)
    case 'candidate':
      return isStaleCandidate(negotiation, own, theirs)
    default:
      return false
  }
}

/** A candidate belongs to an offer of either side, or to one of its sender's that is still to come. */
const isStaleCandidate = (
  id: NegotiationId,
  own: Offers | undefined,
  theirs: Offers | undefined,
): boolean => {
  if (id === own?.current || id === theirs?.current) return false
  return isSuperseded(id, own) || (isSuperseded(id, theirs) && !isLater(id, own))
}

/** Whether one more may wait for this member, or how long its sender should. */
export const admitWaitingSignal = (
  { bytes }: Signal,
  to: Member,
  waiting: WaitingSignals,
  at: Instant,
): Either<Rejection, null> => {
  const isFull = waiting.count >= waitingAtMost.count || waiting.bytes + bytes > waitingAtMost.bytes
  if (!isFull) return E.right(null)
  const retryAfterMs = to.presence.type === 'away' ? Math.max(1, to.presence.until - at) : 1_000
  return E.left({ type: 'too-much-waiting', retryAfterMs })
}
