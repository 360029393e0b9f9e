import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { RoomRecord, StoreFault } from '../ports/event-store.js'
import type { Engine } from '../engine/index.js'
import type { ResumedMembership } from './memberships.js'

/** Signals that a member may not have received: the server ended, or they exceeded the delivery queue. */
export interface LostSignal {
  readonly room: RoomId
  readonly from: MemberId
  readonly kind: string
  /** At least; the log may have counted fewer than were sent. */
  readonly count: number
}

export const addLost = (lost: Map<string, LostSignal>, { room, from, kind, count }: LostSignal): void => {
  const key = `${room} ${from} ${kind}`
  lost.set(key, { room, from, kind, count: count + (lost.get(key)?.count ?? 0) })
}

/**
 * Signals that the end of the previous run lost. Their content was in memory only; the log has the counts, at most a
 * second late. Named are those sent to a member since shortly before it went away or the server ended: some of them may
 * have arrived, and none is left out.
 */
export interface LostSignals {
  readonly of: (
    memberships: ReadonlyArray<ResumedMembership>,
  ) => Promise<Either<StoreFault, ReadonlyArray<LostSignal>>>
  /** This run begins: earlier records are of the previous one. */
  readonly start: () => void
  readonly close: () => void
}

/** A record of signals counts those of the second before it; the next record counts the second after it. */
const uncertaintyMs = 2_000

const page = 500

/** The last records of a run that concern signals, the latest first. */
interface Tail {
  readonly endedAt: Instant
  readonly records: ReadonlyArray<RoomRecord>
}

export const createLostSignals = (
  engine: () => Pick<Engine, 'records'>,
  clock: Clock,
  graceMs: number,
): LostSignals => {
  let startedAt: Instant = Infinity
  let expiry: Cancel | null = null
  /** One read of a log serves all members that return to the room within the grace period. */
  const tails = new Map<RoomId, Promise<Either<StoreFault, Tail>>>()

  const tailOf = (room: RoomId, upTo: number): Promise<Either<StoreFault, Tail>> => {
    const present = tails.get(room)
    if (present !== undefined) return present
    const tail = read(room, upTo)
    tails.set(room, tail)
    expiry ??= clock.schedule(clock.now() + graceMs + uncertaintyMs, () => {
      expiry = null
      tails.clear()
    })
    return tail
  }

  const read = async (room: RoomId, end: number): Promise<Either<StoreFault, Tail>> => {
    let endedAt: Instant | null = null
    const found: Array<RoomRecord> = []
    for (let upTo = end; upTo > 0; upTo -= page) {
      const after = Math.max(0, upTo - page)
      const records = await engine().records(room, after, upTo - after)()
      if (E.isLeft(records)) {
        tails.delete(room)
        return records
      }
      for (const record of records.right.toReversed()) {
        if (record.at >= startedAt) continue
        endedAt ??= record.at
        // No member is away for longer than the grace period, so earlier signals arrived or were dropped.
        if (record.at < endedAt - graceMs - uncertaintyMs) return E.right({ endedAt, records: found })
        if (concernsSignals(record)) found.push(record)
      }
    }
    return E.right({ endedAt: endedAt ?? 0, records: found })
  }

  return {
    of: async (memberships) => {
      const lost: Array<LostSignal> = []
      for (const { room, member, result } of memberships) {
        const tail = await tailOf(room, result.seq)
        if (E.isLeft(tail)) return tail
        lost.push(...lostOf(room, member.id, tail.right))
      }
      return E.right(lost)
    },
    start: () => {
      startedAt = clock.now()
    },
    close: () => {
      expiry?.()
      tails.clear()
    },
  }
}

const concernsSignals = ({ type }: RoomRecord): boolean =>
  type === 'room.signalled' || type === 'room.member-away' || type === 'room.member-back'

const lostOf = (room: RoomId, member: MemberId, { endedAt, records }: Tail): ReadonlyArray<LostSignal> => {
  const reached = reachedUntil(member, records) ?? endedAt
  const lost = new Map<string, LostSignal>()
  for (const record of records) {
    if (record.type !== 'room.signalled' || record.data.to !== member) continue
    if (record.at < reached - uncertaintyMs) break
    addLost(lost, { room, ...record.data })
  }
  return [...lost.values()]
}

/** When it went away; `null`: it did not, or it came back. Each start of a server records `member-away` again. */
const reachedUntil = (member: MemberId, records: ReadonlyArray<RoomRecord>): Instant | null => {
  let wentAt: Instant | null = null
  for (const record of records) {
    if (record.type === 'room.signalled' || !isAbout(member, record)) continue
    if (record.type === 'room.member-back') return wentAt
    wentAt = record.at
  }
  return wentAt
}

const isAbout = (member: MemberId, { data }: RoomRecord): boolean =>
  typeof data === 'object' && data !== null && 'memberId' in data && data.memberId === member
