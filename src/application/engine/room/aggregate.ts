import { toHex } from '../../../domain/kernel/bytes.js'
import type { Cause } from '../../../domain/kernel/domain-event.js'
import type { Epoch, MemberId, RoomId, SessionKey } from '../../../domain/kernel/ids.js'
import { epoch as asEpoch } from '../../../domain/kernel/ids.js'
import type { Timer, Instant } from '../../../domain/kernel/instant.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { RoomCommand, RoomEvent, RoomModel, RoomState } from '../../../domain/room/index.js'
import { initial } from '../../../domain/room/index.js'
import type { AuditEntry } from '../../ports/audit-trail.js'
import type { Append, RoomRecord } from '../../ports/event-store.js'

/** One folded record with the states before and after it. */
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
 * A room's log as far as it is decided, ahead of what is durable: the state, the position and the uncommitted records.
 */
export interface Aggregate {
  readonly state: () => RoomState
  readonly epoch: () => Epoch
  readonly seq: () => number
  readonly at: () => Instant
  /** Computed once for each state, because it is read after every decision. */
  readonly nextTimer: () => Timer<RoomCommand> | undefined
  /** Gives events their positions. Changes nothing if folding an event or computing the next timer throws. */
  readonly append: (events: ReadonlyArray<RoomEvent>, origin: EventOrigin) => ReadonlyArray<FoldStep>
  /** Folds a record that is in the store already. */
  readonly replay: (record: RoomRecord) => FoldStep
  readonly hasUncommitted: () => boolean
  /** The records since the last call, with these audit entries; `null` if there is no record. */
  readonly takeUncommitted: (audit: ReadonlyArray<AuditEntry>) => Append | null
}

export const newAggregate = (
  room: RoomId,
  { evolve, nextTimer }: Pick<RoomModel, 'evolve' | 'nextTimer'>,
  freshEpoch: () => Uint8Array,
): Aggregate => {
  let state = initial(room)
  let timer: Timer<RoomCommand> | undefined
  /** The state for which `timer` was computed. */
  let timerState: RoomState | null = null
  let epoch: Epoch | null = null
  let seq = 0
  let at = 0
  let committedSeq = 0
  let uncommitted: Array<RoomRecord> = []
  let sessionChanges = new Map<SessionKey, 'added' | 'removed'>()

  const epochOfLog = (): Epoch => (epoch ??= asEpoch(toHex(freshEpoch().subarray(0, 16))))

  const currentTimer = (): Timer<RoomCommand> | undefined => {
    if (timerState !== state) {
      timer = nextTimer(state)
      timerState = state
    }
    return timer
  }

  return {
    state: () => state,
    epoch: epochOfLog,
    seq: () => seq,
    at: () => at,
    nextTimer: currentTimer,
    append: (events, origin) => {
      if (events.length === 0) return nothing
      const steps: Array<FoldStep> = []
      let before = state
      for (const [index, event] of events.entries()) {
        // The event is spread last: adding fields to an object of one of many shapes costs V8 5 µs.
        const record: RoomRecord = {
          room,
          epoch: epochOfLog(),
          seq: seq + index + 1,
          at: origin.at,
          by: origin.by,
          cause: origin.cause,
          ...event,
        }
        const after = evolve(before, record)
        steps.push({ record, before, after })
        before = after
      }
      const timerAfter = nextTimer(before)
      for (const step of steps) {
        uncommitted.push(step.record)
        collectSessionChange(step, sessionChanges)
      }
      state = before
      timer = timerAfter
      timerState = state
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
      committedSeq = seq
      return { record, before, after: state }
    },
    hasUncommitted: () => uncommitted.length > 0,
    takeUncommitted: (audit) => {
      if (uncommitted.length === 0) return null
      const append: Append = {
        room,
        epoch: epochOfLog(),
        expectedSeq: committedSeq,
        records: uncommitted,
        due: currentTimer()?.at ?? null,
        occupied: state.phase !== 'absent' && state.members.length > 0,
        addedSessions: sessionsThatWere('added', sessionChanges),
        removedSessions: sessionsThatWere('removed', sessionChanges),
        audit,
      }
      committedSeq = seq
      uncommitted = []
      if (sessionChanges.size > 0) sessionChanges = new Map()
      return append
    },
  }
}

const nothing: ReadonlyArray<never> = []

const collectSessionChange = (
  { record, before, after }: FoldStep,
  changes: Map<SessionKey, 'added' | 'removed'>,
): void => {
  const { type } = record
  if (type !== 'room.member-joined' && type !== 'room.member-back' && type !== 'room.member-left') return
  const previous = sessionOf(before, record.data.memberId)
  const current = sessionOf(after, record.data.memberId)
  if (previous === current) return
  if (previous !== undefined) changes.set(previous, 'removed')
  if (current !== undefined) changes.set(current, 'added')
}

const sessionOf = (state: RoomState, member: MemberId): SessionKey | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)?.secret?.session

const sessionsThatWere = (
  change: 'added' | 'removed',
  changes: ReadonlyMap<SessionKey, 'added' | 'removed'>,
): ReadonlyArray<SessionKey> => {
  if (changes.size === 0) return nothing
  const sessions: Array<SessionKey> = []
  for (const [session, its] of changes) if (its === change) sessions.push(session)
  return sessions
}
