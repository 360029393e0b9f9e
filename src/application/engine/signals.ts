import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { Rejection } from '../../domain/kernel/rejection.js'
import type { Member, RoomSignalled, RoomState } from '../../domain/room/index.js'
import type { Offers, Waiting } from '../../domain/signalling/index.js'
import { isStale, admitWaitingSignal, addOffer, routeSignal } from '../../domain/signalling/index.js'
import type { Delivery, DeliverSignal, Publisher } from '../ports/publisher.js'
import type { FoldStep } from './aggregate.js'
import type { SignalCommand } from './request.js'
import type { SignalMeter } from './signal-meter.js'
import { createSignalMeter } from './signal-meter.js'

/** A signal that may go: what the log hears of it, and what is to be done when its turn has come to be sent. */
export interface DecidedSignal {
  readonly events: ReadonlyArray<RoomSignalled>
  readonly pass: () => void
}

/**
 * What a room remembers of signals while it is in memory: the offers of each pair, what is counted and not written yet, and
 * what waits for members that cannot be reached. All of it is lost in a crash, and the rules are the domain's.
 */
export interface Signals {
  readonly decide: (
    command: SignalCommand,
    by: MemberId | null,
    at: Instant,
    state: RoomState,
  ) => Either<Rejection, DecidedSignal>
  /** How much went from whom to whom, as far as it is not written. */
  readonly meter: Pick<SignalMeter, 'dueAt' | 'record' | 'observeRecorded'>
  /** A record has its place in the room; gives what is to be done when it is sent, if anything is. */
  readonly onRecorded: (steps: FoldStep) => Delivery | null
  /** Somebody has come in: tries again what waits. */
  readonly retry: () => void
  /** Of those who are not in the room nothing is kept. */
  readonly retainMembersOf: (state: RoomState) => void
  /** What was decided and not sent by now was withdrawn. */
  readonly rollBack: () => void
  /** Nothing is kept that must not be lost. */
  readonly isEmpty: () => boolean
}

interface Held {
  readonly bytes: number
  readonly pass: DeliverSignal
}

export const createSignals = (room: RoomId, publisher: Pick<Publisher, 'signal'>): Signals => {
  /** By who offered, and to whom. */
  const offers = new Map<MemberId, Map<MemberId, Offers>>()
  const tallies = createSignalMeter()
  const held = new Map<MemberId, Array<Held>>()
  /** Decided for those for whom something waits, and not sent yet. */
  const onTheWay = new Map<MemberId, Waiting>()

  const offersOf = (from: MemberId, to: MemberId): Offers | undefined => offers.get(from)?.get(to)

  const waitingFor = (member: MemberId): Waiting => {
    const { count, bytes } = onTheWay.get(member) ?? nothing
    return (held.get(member) ?? []).reduce<Waiting>(
      (sum, each) => ({ count: sum.count + 1, bytes: sum.bytes + each.bytes }),
      { count, bytes },
    )
  }

  const decide: Signals['decide'] = ({ signal, content }, by, at, state) => {
    const way = routeSignal(signal, by, state)
    if (E.isLeft(way)) return way
    const { from, to } = way.right
    if (signal.negotiation !== null) {
      const pair = { own: offersOf(from.id, to.id), theirs: offersOf(to.id, from.id) }
      if (isStale(signal, pair)) return E.left({ type: 'stale-negotiation' })
    }
    const waits = to.presence.type === 'away' || held.has(to.id)
    if (waits) {
      const allowed = admitWaitingSignal(signal, to, waitingFor(to.id), at)
      if (E.isLeft(allowed)) return allowed
      const { count, bytes } = onTheWay.get(to.id) ?? nothing
      onTheWay.set(to.id, { count: count + 1, bytes: bytes + signal.bytes })
    }
    if (signal.kind === 'offer' && signal.negotiation !== null) note(from.id, to.id, signal.negotiation)
    const pass = publisher.signal?.(room, { from: from.id, to: to.id, signal, content }, state) ?? unheard
    const { kind, bytes } = signal
    const { events, onPublished: left } = tallies.count({ from: from.id, to: to.id, kind, bytes }, at)
    return E.right({
      events,
      pass: () => {
        left()
        if (waits) arrived(to.id, bytes)
        // Behind what waits already, so that they keep their order.
        if (held.has(to.id) || !pass()) hold(to.id, { bytes, pass })
      },
    })
  }

  const note = (from: MemberId, to: MemberId, negotiation: Offers['current']): void => {
    const known = offers.get(from) ?? new Map<MemberId, Offers>()
    offers.set(from, known.set(to, addOffer(known.get(to), negotiation)))
  }

  const arrived = (member: MemberId, bytes: number): void => {
    const before = onTheWay.get(member)
    if (before === undefined) return
    if (before.count === 1) onTheWay.delete(member)
    else onTheWay.set(member, { count: before.count - 1, bytes: before.bytes - bytes })
  }

  const hold = (member: MemberId, signal: Held): void => {
    const waiting = held.get(member)
    if (waiting === undefined) held.set(member, [signal])
    else waiting.push(signal)
  }

  const retry = (): void => {
    for (const [member, waiting] of held) {
      passAll(waiting)
      if (waiting.length === 0) held.delete(member)
    }
  }

  const met: Signals['onRecorded'] = ({ record, before, after }) => {
    if (record.type !== 'room.member-left' && record.type !== 'room.member-back') return null
    const { memberId } = record.data
    const is = memberIn(after, memberId)
    // Another session of the user counts its offers anew.
    if (is === undefined || is.secret?.session !== memberIn(before, memberId)?.secret?.session) {
      offers.delete(memberId)
    }
    if (is !== undefined) return null
    for (const others of offers.values()) others.delete(memberId)
    // Not before it is sent: what was decided for this member in front of it comes to wait until then.
    return () => held.delete(memberId)
  }

  return {
    decide,
    meter: tallies,
    onRecorded: met,
    retry,
    retainMembersOf: (state) => {
      for (const member of held.keys()) if (memberIn(state, member) === undefined) held.delete(member)
      for (const [member, others] of offers) {
        if (memberIn(state, member) === undefined) offers.delete(member)
        for (const other of others.keys()) if (memberIn(state, other) === undefined) others.delete(other)
      }
    },
    rollBack: () => {
      onTheWay.clear()
      tallies.rollBack()
    },
    isEmpty: () => held.size === 0 && tallies.dueAt() === null,
  }
}

const nothing: Waiting = { count: 0, bytes: 0 }

/** Nobody is there to pass it on: the engine runs without sockets. */
const unheard: DeliverSignal = () => true

const memberIn = (state: RoomState, member: MemberId): Member | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)

/** Up to the first that does not go. Taken out first, so that one that throws is not sent a second time. */
const passAll = (waiting: Array<Held>): void => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next.pass()) continue
    waiting.unshift(next)
    return
  }
}
