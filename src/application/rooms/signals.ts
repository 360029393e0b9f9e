import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { Rejection } from '../../domain/kernel/rejection.js'
import type { RoomSignalled, RoomState } from '../../domain/room/index.js'
import type { Offers, Tally, Waiting } from '../../domain/signalling/index.js'
import {
  counted,
  isOver,
  isStale,
  mayWait,
  offered,
  tellAt,
  told,
  wayOf,
} from '../../domain/signalling/index.js'
import type { Pass, Publisher } from '../ports/publisher.js'
import type { SignalCommand } from './request.js'

/** A signal that may go: what the log hears of it, and what is to be done when its turn has come to be sent. */
export interface Decided {
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
  ) => Either<Rejection, Decided>
  /** When something is counted that the log is to hear of. */
  readonly dueAt: () => Instant | null
  /** All that is to be written by now. */
  readonly tell: (at: Instant) => ReadonlyArray<RoomSignalled>
  /** Somebody has come in: tries again what waits. */
  readonly retry: () => void
  /** Of those who are not in the room nothing is kept. */
  readonly forgetAllBut: (state: RoomState) => void
  readonly forget: (member: MemberId) => void
  /** What was decided and not sent was withdrawn. */
  readonly withdrawn: () => void
  /** Nothing is kept that must not be lost. */
  readonly isEmpty: () => boolean
}

interface Held {
  readonly bytes: number
  readonly pass: Pass
}

export const openSignals = (room: RoomId, publisher: Pick<Publisher, 'signal'>): Signals => {
  /** By who offered, and to whom. */
  const offers = new Map<MemberId, Map<MemberId, Offers>>()
  const tallies = new Map<string, Tally>()
  let nextTell: Instant | null = null
  const held = new Map<MemberId, Array<Held>>()
  /** Decided for those for whom something waits, and not sent yet. */
  let onTheWay = new Map<MemberId, Waiting>()

  const offersOf = (from: MemberId, to: MemberId): Offers | undefined => offers.get(from)?.get(to)

  const waitingFor = (member: MemberId): Waiting => {
    const { count, bytes } = onTheWay.get(member) ?? nothing
    return (held.get(member) ?? []).reduce<Waiting>(
      (sum, each) => ({ count: sum.count + 1, bytes: sum.bytes + each.bytes }),
      { count, bytes },
    )
  }

  const decide: Signals['decide'] = ({ signal, content }, by, at, state) => {
    const way = wayOf(signal, by, state)
    if (E.isLeft(way)) return way
    const { from, to } = way.right
    if (signal.negotiation !== null) {
      const pair = { own: offersOf(from.id, to.id), theirs: offersOf(to.id, from.id) }
      if (isStale(signal, pair)) return E.left({ type: 'stale-negotiation' })
    }
    const waits = to.presence.type === 'away' || held.has(to.id)
    if (waits) {
      const waiting = waitingFor(to.id)
      const allowed = mayWait(signal, to, waiting, at)
      if (E.isLeft(allowed)) return allowed
      const { count, bytes } = onTheWay.get(to.id) ?? nothing
      onTheWay.set(to.id, { count: count + 1, bytes: bytes + signal.bytes })
    }
    if (signal.kind === 'offer' && signal.negotiation !== null) note(from.id, to.id, signal.negotiation)
    const pass = publisher.signal?.(room, { from: from.id, to: to.id, signal, content }, state) ?? unheard
    return E.right({
      events: count(from.id, to.id, signal, at),
      pass: () => {
        if (waits) arrived(to.id, signal.bytes)
        // Behind what waits already, so that they keep their order.
        if (held.has(to.id) || !pass()) hold(to.id, { bytes: signal.bytes, pass })
      },
    })
  }

  const note = (from: MemberId, to: MemberId, negotiation: Offers['current']): void => {
    const known = offers.get(from) ?? new Map<MemberId, Offers>()
    offers.set(from, known.set(to, offered(known.get(to), negotiation)))
  }

  const count = (
    from: MemberId,
    to: MemberId,
    { kind, bytes }: SignalCommand['signal'],
    at: Instant,
  ): ReadonlyArray<RoomSignalled> => {
    const key = `${from} ${to} ${kind}`
    const { tally, event } = counted(tallies.get(key), { from, to, kind, bytes }, at)
    // Last, so that the first of them are the first to be told.
    if (event !== null) tallies.delete(key)
    tallies.set(key, tally)
    const wanted = tellAt(tally)
    if (wanted !== null && (nextTell === null || wanted < nextTell)) nextTell = wanted
    return event === null ? none : [event]
  }

  const tell: Signals['tell'] = (at) => {
    const events: Array<RoomSignalled> = []
    nextTell = null
    for (const [key, tally] of tallies) {
      if (!isOver(tally, at)) {
        nextTell = tellAt(tally)
        if (nextTell !== null) break
        continue
      }
      tallies.delete(key)
      if (tally.count === 0) continue
      const { tally: written, event } = told(tally, at)
      tallies.set(key, written)
      events.push(event)
    }
    return events
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
      const sent = waiting.findIndex(({ pass }) => !pass())
      if (sent === -1) held.delete(member)
      else waiting.splice(0, sent)
    }
  }

  const forget = (member: MemberId): void => {
    held.delete(member)
    onTheWay.delete(member)
    offers.delete(member)
    for (const others of offers.values()) others.delete(member)
  }

  return {
    decide,
    dueAt: () => nextTell,
    tell,
    retry,
    forget,
    forgetAllBut: (state) => {
      const isGone = (member: MemberId): boolean =>
        state.phase === 'absent' || entryIn(state.members, member) === undefined
      for (const member of [...held.keys(), ...offers.keys()]) if (isGone(member)) forget(member)
    },
    withdrawn: () => {
      onTheWay = new Map()
      tallies.clear()
      nextTell = null
    },
    isEmpty: () => held.size === 0 && nextTell === null,
  }
}

const nothing: Waiting = { count: 0, bytes: 0 }
const none: ReadonlyArray<never> = []

/** Nobody is there to pass it on: the engine runs without sockets. */
const unheard: Pass = () => true
