import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { Rejection } from '../../../domain/kernel/rejection.js'
import type { Member, RoomModel, RoomSignalled, RoomState } from '../../../domain/room/index.js'
import type { Offers, WaitingSignals } from '../../../domain/signalling/index.js'
import { isStale, admitWaitingSignal, addOffer, routeSignal } from '../../../domain/signalling/index.js'
import type { AuditSubject } from '../../ports/audit-trail.js'
import type { Delivery, DeliverSignal, Publisher } from '../../ports/publisher.js'
import type { FoldStep } from './aggregate.js'
import type { SignalCommand } from '../request.js'
import type { SignalMeter } from './signal-meter.js'
import { createSignalMeter } from './signal-meter.js'

/** An accepted signal: the events that record it, and its delivery, which runs in the room's order. */
export interface DecidedSignal {
  readonly events: ReadonlyArray<RoomSignalled>
  readonly deliver: () => void
}

/**
 * Signalling state of a room in memory: the offers of each pair, the unrecorded counts, and the signals that wait for
 * members that are away. A crash loses all of it. The rules are the domain's.
 */
export interface Signals {
  readonly decide: (
    command: SignalCommand,
    by: MemberId | null,
    at: Instant,
    state: RoomState,
    subject: AuditSubject | null,
  ) => Either<Rejection, DecidedSignal>
  readonly meter: Pick<SignalMeter, 'dueAt' | 'record' | 'observeRecorded'>
  /** Returns what to do when the record is published; `null` for nothing. */
  readonly onRecorded: (step: FoldStep) => Delivery | null
  /** A member entered or returned: delivers what waits. */
  readonly retry: () => void
  /** Drops the state of everyone who is not a member. */
  readonly retainMembersOf: (state: RoomState) => void
  /** Decisions that were not published are withdrawn. */
  readonly rollBack: () => void
  /** Whether passivation loses nothing. */
  readonly isEmpty: () => boolean
}

interface WaitingSignal {
  readonly bytes: number
  readonly deliver: DeliverSignal
}

export const createSignals = (
  room: RoomId,
  { protocols }: Pick<RoomModel, 'protocols'>,
  publisher: Pick<Publisher, 'signal'>,
): Signals => {
  /** Keyed by the member that offered, then by the other. */
  const offers = new Map<MemberId, Map<MemberId, Offers>>()
  const meter = createSignalMeter()
  const waiting = new Map<MemberId, Array<WaitingSignal>>()
  /** Accepted for a member with waiting signals, and not published yet. */
  const unpublished = new Map<MemberId, WaitingSignals>()

  const offersOf = (from: MemberId, to: MemberId): Offers | undefined => offers.get(from)?.get(to)

  const waitingFor = (member: MemberId): WaitingSignals => {
    const { count, bytes } = unpublished.get(member) ?? noSignals
    return (waiting.get(member) ?? []).reduce<WaitingSignals>(
      (sum, signal) => ({ count: sum.count + 1, bytes: sum.bytes + signal.bytes }),
      { count, bytes },
    )
  }

  const decide: Signals['decide'] = ({ signal, content }, by, at, state, subject) => {
    const route = routeSignal(signal, by, state, protocols)
    if (E.isLeft(route)) return route
    const { from, to } = route.right
    if (signal.negotiation !== null) {
      const pair = { own: offersOf(from.id, to.id), theirs: offersOf(to.id, from.id) }
      if (isStale(signal, pair)) return E.left({ type: 'stale-negotiation' })
    }
    const mustWait = to.presence.type === 'away' || waiting.has(to.id)
    if (mustWait) {
      const admitted = admitWaitingSignal(signal, to, waitingFor(to.id), at)
      if (E.isLeft(admitted)) return admitted
      const { count, bytes } = unpublished.get(to.id) ?? noSignals
      unpublished.set(to.id, { count: count + 1, bytes: bytes + signal.bytes })
    }
    if (signal.kind === 'offer' && signal.negotiation !== null) {
      rememberOffer(from.id, to.id, signal.negotiation)
    }
    const deliver =
      publisher.signal?.(room, { from: from.id, to: to.id, signal, content }, state) ?? deliverToNobody
    const { kind, bytes } = signal
    const { events, onPublished } = meter.count({ from: from.id, to: to.id, kind, bytes }, at, subject)
    return E.right({
      events,
      deliver: () => {
        onPublished()
        if (mustWait) markPublished(to.id, bytes)
        // Behind the signals that wait already, so that their order is kept.
        if (waiting.has(to.id) || !deliver()) enqueue(to.id, { bytes, deliver })
      },
    })
  }

  const rememberOffer = (from: MemberId, to: MemberId, negotiation: Offers['current']): void => {
    const own = offers.get(from) ?? new Map<MemberId, Offers>()
    offers.set(from, own.set(to, addOffer(own.get(to), negotiation)))
  }

  const markPublished = (member: MemberId, bytes: number): void => {
    const before = unpublished.get(member)
    if (before === undefined) return
    if (before.count === 1) unpublished.delete(member)
    else unpublished.set(member, { count: before.count - 1, bytes: before.bytes - bytes })
  }

  const enqueue = (member: MemberId, signal: WaitingSignal): void => {
    const signals = waiting.get(member)
    if (signals === undefined) waiting.set(member, [signal])
    else signals.push(signal)
  }

  const retry = (): void => {
    for (const [member, signals] of waiting) {
      deliverInOrder(signals)
      if (signals.length === 0) waiting.delete(member)
    }
  }

  const onRecorded: Signals['onRecorded'] = ({ record, before, after }) => {
    if (record.type !== 'room.member-left' && record.type !== 'room.member-back') return null
    const { memberId } = record.data
    const member = memberIn(after, memberId)
    // Another session of the user numbers its offers from the start.
    if (member === undefined || member.secret?.session !== memberIn(before, memberId)?.secret?.session) {
      offers.delete(memberId)
    }
    if (member !== undefined) return null
    for (const others of offers.values()) others.delete(memberId)
    // On publication, because signals that were accepted before the departure start to wait until then.
    return () => waiting.delete(memberId)
  }

  return {
    decide,
    meter,
    onRecorded,
    retry,
    retainMembersOf: (state) => {
      for (const member of waiting.keys()) if (memberIn(state, member) === undefined) waiting.delete(member)
      for (const [member, others] of offers) {
        if (memberIn(state, member) === undefined) offers.delete(member)
        for (const other of others.keys()) if (memberIn(state, other) === undefined) others.delete(other)
      }
    },
    rollBack: () => {
      unpublished.clear()
      meter.rollBack()
    },
    isEmpty: () => waiting.size === 0 && meter.dueAt() === null,
  }
}

const noSignals: WaitingSignals = { count: 0, bytes: 0 }

/** For engines without connections. */
const deliverToNobody: DeliverSignal = () => true

const memberIn = (state: RoomState, member: MemberId): Member | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)

/** Stops at the first failure. A signal is removed first, so that one that throws is not sent twice. */
const deliverInOrder = (signals: Array<WaitingSignal>): void => {
  for (let next = signals.shift(); next !== undefined; next = signals.shift()) {
    if (next.deliver()) continue
    signals.unshift(next)
    return
  }
}
