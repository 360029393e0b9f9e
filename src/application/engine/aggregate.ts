import { toHex } from '../../domain/kernel/bytes.js'
import type { Cause } from '../../domain/kernel/domain-event.js'
import type { Epoch, MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { epoch as asEpoch } from '../../domain/kernel/ids.js'
import type { Timer, Instant } from '../../domain/kernel/instant.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomCommand, RoomEvent, RoomState } from '../../domain/room/index.js'
import { nextTimer, evolve, initial } from '../../domain/room/index.js'
import type { Append, RoomRecord } from '../ports/event-store.js'

/** One record folded: the state it met, and the state it led to. */
export interface FoldStep {
  readonly record: RoomRecord
  readonly before: RoomState
  readonly after: RoomState
}

export interface EventOrigin {
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
}

/**
 * A room's log as far as it is decided, ahead of what is durable: the state, the position, and the records that are
 * still to be appended.
 */
export interface Aggregate {
  readonly state: () => RoomState
  readonly epoch: () => Epoch
  readonly seq: () => number
  readonly at: () => Instant
  /** What the room wants to be told next. Asked often, so it is worked out once for each state. */
  readonly nextTimer: () => Timer<RoomCommand> | undefined
  /** Gives events their place. Nothing has changed if folding one of them, or asking what is due then, throws. */
  readonly append: (events: ReadonlyArray<RoomEvent>, origin: EventOrigin) => ReadonlyArray<FoldStep>
  /** Takes over a record that is in the store already. */
  readonly replay: (record: RoomRecord) => FoldStep
  readonly hasUncommitted: () => boolean
  /** What is to be appended since the last time; nothing if there is none. */
  readonly takeUncommitted: () => Append | null
}

export const newAggregate = (room: RoomId, freshEpoch: () => Uint8Array): Aggregate => {
  let state = initial(room)
  let next: Timer<RoomCommand> | undefined
  /** For which state `next` was worked out. */
  let nextOf: RoomState | null = null
  let epoch: Epoch | null = null
  let seq = 0
  let at = 0
  let sent = 0
  let unsent: Array<RoomRecord> = []
  let sessions = new Map<SessionKey, 'in' | 'out'>()

  const epochOfLog = (): Epoch => (epoch ??= asEpoch(toHex(freshEpoch().subarray(0, 16))))

  const dueNext = (): Timer<RoomCommand> | undefined => {
    if (nextOf !== state) {
      next = nextTimer(state)
      nextOf = state
    }
    return next
  }

  return {
    state: () => state,
    epoch: epochOfLog,
    seq: () => seq,
    at: () => at,
    nextTimer: dueNext,
    append: (events, origin) => {
      if (events.length === 0) return nothing
      const steps: Array<FoldStep> = []
      let before = state
      for (const [place, event] of events.entries()) {
        // The event last: spread first, V8 takes 5 µs to add the rest to what may have one of several shapes.
        const record: RoomRecord = {
          room,
          epoch: epochOfLog(),
          seq: seq + place + 1,
          at: origin.at,
          by: origin.by,
          cause: origin.cause,
          ...event,
        }
        const after = evolve(before, record)
        steps.push({ record, before, after })
        before = after
      }
      const wanted = nextTimer(before)
      for (const step of steps) {
        unsent.push(step.record)
        noteSessions(step, sessions)
      }
      state = before
      next = wanted
      nextOf = state
      seq += events.length
      at = origin.at
      return steps
    },
    replay: (record) => {
      const before = state
      state = evolve(state, record)
      epoch = record.epoch
      seq = record.seq
      at = record.at
      sent = seq
      return { record, before, after: state }
    },
    hasUncommitted: () => unsent.length > 0,
    takeUncommitted: () => {
      if (unsent.length === 0) return null
      const append: Append = {
        room,
        epoch: epochOfLog(),
        expectedSeq: sent,
        records: unsent,
        due: dueNext()?.at ?? null,
        occupied: state.phase !== 'absent' && state.members.length > 0,
        addedSessions: sessionsThatWent('in', sessions),
        removedSessions: sessionsThatWent('out', sessions),
      }
      sent = seq
      unsent = []
      if (sessions.size > 0) sessions = new Map()
      return append
    },
  }
}

const nothing: ReadonlyArray<never> = []

/** Which sessions a record made members, and which it made strangers. */
const noteSessions = ({ record, before, after }: FoldStep, sessions: Map<SessionKey, 'in' | 'out'>): void => {
  const { type } = record
  if (type !== 'room.member-joined' && type !== 'room.member-back' && type !== 'room.member-left') return
  const was = sessionOf(before, record.data.memberId)
  const is = sessionOf(after, record.data.memberId)
  if (was === is) return
  if (was !== undefined) sessions.set(was, 'out')
  if (is !== undefined) sessions.set(is, 'in')
}

const sessionOf = (state: RoomState, member: MemberId): SessionKey | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)?.secret?.session

const sessionsThatWent = (
  way: 'in' | 'out',
  sessions: ReadonlyMap<SessionKey, 'in' | 'out'>,
): ReadonlyArray<SessionKey> => {
  if (sessions.size === 0) return nothing
  const went: Array<SessionKey> = []
  for (const [session, itsWay] of sessions) if (itsWay === way) went.push(session)
  return went
}
