import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { AuditEntry } from '../ports/audit-trail.js'
import type { Append, EventStore, AppendOutcome } from '../ports/event-store.js'
import type { Clock } from '../ports/clock.js'
import type { Monitor } from '../ports/monitor.js'
import { reportDefects } from './report-defects.js'
import { problemOf, queryStore } from './query-store.js'
import type { AdmissionControl } from './admission-control.js'

/** What a room wants to be written: records with their audit entries, or audit entries alone. */
export interface Uncommitted {
  readonly append: Append | null
  readonly audit: ReadonlyArray<AuditEntry>
}

/** A room that has something to write. */
export interface CommitParticipant {
  readonly room: RoomId
  /** Everything that was decided since the last group; `null` if the room was rehydrated meanwhile. */
  readonly takeUncommitted: () => Uncommitted | null
  readonly onOutcome: (outcome: AppendOutcome) => void
}

export interface CommitScheduler {
  /** What the participant has goes into the next group. */
  readonly schedule: (participant: CommitParticipant) => void
  /** Resolves when no group is running or scheduled. */
  readonly whenIdle: () => Promise<void>
}

/**
 * Group commit, one group at a time: records that rooms decide during a commit go into the next group together, so a
 * slower disk gets larger groups. A room is in a group at most once, so its appends stay in order.
 */
export const createCommitScheduler = (
  store: EventStore,
  clock: Clock,
  monitor: Monitor,
  admission: AdmissionControl,
): CommitScheduler => {
  let next: Set<CommitParticipant> = new Set()
  let isRunning = false
  let running: Promise<void> = Promise.resolve()

  const run = async (): Promise<void> => {
    while (next.size > 0) {
      const scheduled = next
      next = new Set()
      const group: Array<CommitParticipant> = []
      const appends: Array<Append> = []
      /** The participants that have audit entries alone, which conflict with nothing. */
      const recorders: Array<CommitParticipant> = []
      const entries: Array<AuditEntry> = []
      for (const participant of scheduled) {
        const uncommitted = participant.takeUncommitted()
        if (uncommitted === null) continue
        if (uncommitted.append === null) {
          recorders.push(participant)
          for (const entry of uncommitted.audit) entries.push(entry)
          continue
        }
        group.push(participant)
        appends.push(uncommitted.append)
      }
      if (group.length === 0 && recorders.length === 0) {
        admission.markCommitted()
        continue
      }
      const startedAt = clock.now()
      const committing = appends.length === 0 ? noOutcomes : commit(store, appends)
      const recording = entries.length === 0 ? null : recordAudit(store, entries)
      admission.markCommitted()
      const outcomes = await committing
      const recorded = recording === null ? appendedOutcome : await recording
      if (appends.length > 0) report(appends, outcomes, clock.now() - startedAt)
      reportAudit(recorded, entries)
      for (const [index, participant] of group.entries()) {
        // A defect of one room must not keep the others waiting.
        reportDefects(participant.room, monitor, () =>
          participant.onOutcome(outcomes[index] ?? missingOutcome),
        )
      }
      for (const participant of recorders) {
        reportDefects(participant.room, monitor, () => participant.onOutcome(recorded))
      }
    }
    isRunning = false
  }

  const report = (
    appends: ReadonlyArray<Append>,
    outcomes: ReadonlyArray<AppendOutcome>,
    durationMs: number,
  ): void => {
    let rooms = 0
    let records = 0
    for (const [index, append] of appends.entries()) {
      const outcome = outcomes[index] ?? missingOutcome
      reportAudit(outcome, append.audit)
      if (outcome.type !== 'appended') continue
      rooms++
      records += append.records.length
    }
    monitor.committed(rooms, records, durationMs)
  }

  const reportAudit = ({ type }: AppendOutcome, entries: ReadonlyArray<AuditEntry> = []): void => {
    // After a conflict the requests are decided again, with entries of their own.
    if (entries.length === 0 || type === 'conflict') return
    monitor.audit?.(type === 'appended' ? 'recorded' : 'unavailable', entries.length)
  }

  return {
    schedule: (participant) => {
      next.add(participant)
      admission.markDecided()
      if (isRunning) return
      isRunning = true
      // A microtask later, so that decisions of the same turn are in the first group.
      running = Promise.resolve().then(run)
    },
    whenIdle: () => running,
  }
}

/** A store that throws breaks its contract. Its records may or may not be written, as with any unavailable store. */
const commit = async (
  store: EventStore,
  appends: ReadonlyArray<Append>,
): Promise<ReadonlyArray<AppendOutcome>> => {
  try {
    return await store.commit(appends)()
  } catch (error) {
    const problem = problemOf(error)
    return appends.map(() => ({ type: 'fault', fault: { type: 'unavailable', problem } }))
  }
}

const noOutcomes: ReadonlyArray<AppendOutcome> = []
const appendedOutcome: AppendOutcome = { type: 'appended' }

const recordAudit = async (store: EventStore, entries: ReadonlyArray<AuditEntry>): Promise<AppendOutcome> => {
  const recorded = await queryStore(() => store.audit.record(entries))
  if (E.isRight(recorded)) return appendedOutcome
  return { type: 'fault', fault: { type: 'unavailable', problem: recorded.left.problem } }
}

const missingOutcome: AppendOutcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'the store gave no outcome for this append' },
}
