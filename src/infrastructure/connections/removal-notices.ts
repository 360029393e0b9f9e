import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { MemberLeft } from '../../domain/room/events.js'
import type { LeaveReason, Role, RoomState } from '../../domain/room/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Connection } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import type { Outgoing } from './emit.js'
import { named, outgoing } from './emit.js'
import type { Parcel } from './paced.js'

/** A membership that somebody else has ended. */
export interface Ended {
  readonly room: RoomId
  readonly memberId: MemberId
  readonly role: Role
  readonly reason: LeaveReason
}

/** What is to be said to a session of the end of one of its memberships. */
interface Farewell {
  readonly ended: Ended
  readonly emits: ReadonlyArray<Outgoing>
}

/**
 * What those are told who were put out while they were away: `removed` goes to a member, and by the time that they are back
 * they are none. Kept in memory, once, and longer than the grace: a telephone that is taken out of the pocket a minute later
 * would otherwise come in again as if nothing had been.
 */
export interface Farewells {
  /** The end of a membership that nobody has heard of. */
  readonly keep: (record: RecordedEvent<MemberLeft>, before: RoomState, after: RoomState) => void
  /** What is kept for the session; it is told now, and not again. */
  readonly take: (session: SessionKey) => ReadonlyArray<Farewell>
  readonly size: () => number
}

const keptForMs = 10 * 60_000
const sessionsAtMost = 10_000

export const createFarewells = (clock: Clock, encoders: ReadonlyArray<Encoder>): Farewells => {
  /** In the order of their ends, so that what is over is at the front. */
  const kept = new Map<SessionKey, { readonly until: Instant; readonly farewells: ReadonlyArray<Farewell> }>()

  const forgetWhatIsOver = (): void => {
    const now = clock.now()
    for (const [session, { until }] of kept) {
      if (until > now && kept.size <= sessionsAtMost) return
      kept.delete(session)
    }
  }

  return {
    keep: (record, before, after) => {
      const { memberId, dialect, role, reason } = record.data
      const member = before.phase === 'absent' ? undefined : entryIn(before.members, memberId)
      const session = member?.secret?.session
      if (session === undefined) return
      const encoder = encoders.find((each) => each.dialect === dialect)
      const emits = encoder === undefined ? [] : outgoing(encoder, record, before, after)
      const farewell: Farewell = {
        ended: { room: record.room, memberId, role, reason },
        emits: emits.filter(({ to }) => to.type === 'one' && to.member === memberId),
      }
      const farewells = [...(kept.get(session)?.farewells ?? []), farewell]
      kept.delete(session)
      kept.set(session, { until: clock.now() + keptForMs, farewells })
      forgetWhatIsOver()
    },
    take: (session) => {
      forgetWhatIsOver()
      const farewells = kept.get(session)?.farewells ?? []
      kept.delete(session)
      return farewells
    },
    size: () => {
      forgetWhatIsOver()
      return kept.size
    },
  }
}

/** A membership has ended, and neither by its member nor by itself. */
export const isPutOut = (record: RoomRecord): record is RecordedEvent<MemberLeft> =>
  record.type === 'room.member-left' && record.data.reason !== 'left' && record.data.reason !== 'expired'

export const parcelsOf = (
  farewells: ReadonlyArray<Farewell>,
  { naming }: Pick<Connection, 'naming'>,
): ReadonlyArray<Parcel> =>
  farewells.flatMap(({ emits }) =>
    emits.map(({ encoder, event, payload }) => ({ event: named(event, encoder, naming), payload })),
  )
