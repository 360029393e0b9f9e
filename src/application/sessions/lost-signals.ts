import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { RoomRecord, StoreFault } from '../ports/event-store.js'
import type { Engine } from '../engine/index.js'
import type { LostSignal } from './outbox.js'
import type { ResumedMembership } from './resumption.js'

/**
 * What the end of the last run lost of signals, for those who come back after it. Their content was in memory alone; the
 * log has how much went to whom, a second late at most. So what is named is what was signalled to a member since shortly
 * before it went away, or shortly before the end of the server: some of it may have arrived, and nothing is left out.
 */
export interface LostSignals {
  readonly of: (
    memberships: ReadonlyArray<ResumedMembership>,
  ) => Promise<Either<StoreFault, ReadonlyArray<LostSignal>>>
  /** This run begins: what the log has from before is the last one's. */
  readonly start: () => void
  readonly close: () => void
}

/** A record of signals tells of the second before it, and the second after it is told by the next one. */
const uncertainMs = 2_000

const page = 500

/** The last records of a run that have to do with signals, the latest first. */
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
  let forget: Cancel | null = null
  /** One reading of a log for all who come back to the room; they do so within the grace. */
  const tails = new Map<RoomId, Promise<Either<StoreFault, Tail>>>()

  const tailOf = (room: RoomId, upTo: number): Promise<Either<StoreFault, Tail>> => {
    const known = tails.get(room)
    if (known !== undefined) return known
    const tail = read(room, upTo)
    tails.set(room, tail)
    forget ??= clock.schedule(clock.now() + graceMs + uncertainMs, () => {
      forget = null
      tails.clear()
    })
    return tail
  }

  const read = async (room: RoomId, end: number): Promise<Either<StoreFault, Tail>> => {
    let endedAt: Instant | null = null
    const kept: Array<RoomRecord> = []
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
        // Nobody is away for longer than the grace, so what is before that arrived or was dropped.
        if (record.at < endedAt - graceMs - uncertainMs) return E.right({ endedAt, records: kept })
        if (isOfInterest(record)) kept.push(record)
      }
    }
    return E.right({ endedAt: endedAt ?? 0, records: kept })
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
      forget?.()
      tails.clear()
    },
  }
}

const isOfInterest = ({ type }: RoomRecord): boolean =>
  type === 'room.signalled' || type === 'room.member-away' || type === 'room.member-back'

const lostOf = (room: RoomId, member: MemberId, { endedAt, records }: Tail): ReadonlyArray<LostSignal> => {
  const reached = reachedUntil(member, records) ?? endedAt
  const byKind = new Map<string, LostSignal>()
  for (const record of records) {
    if (record.type !== 'room.signalled' || record.data.to !== member) continue
    if (record.at < reached - uncertainMs) break
    const { from, kind, count } = record.data
    const key = `${from} ${kind}`
    byKind.set(key, { room, from, kind, count: count + (byKind.get(key)?.count ?? 0) })
  }
  return [...byKind.values()]
}

/** When it went away; `null`: it never did, or came back. Each start of a server says of those who are away that they are. */
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
