import type { RoomId } from '../../domain/kernel/ids.js'
import type { Append, EventStore, AppendOutcome } from '../ports/event-store.js'
import type { Clock } from '../ports/clock.js'
import type { Monitor } from '../ports/monitor.js'
import { reportDefects } from './report-defects.js'
import { problemOf } from './query-store.js'
import type { AdmissionControl } from './admission-control.js'

/** A room that has records to append. */
export interface CommitParticipant {
  readonly room: RoomId
  /** Everything that was decided since the last group; `null` if the room was rehydrated meanwhile. */
  readonly takeUncommitted: () => Append | null
  readonly onOutcome: (outcome: AppendOutcome) => void
}

export interface CommitScheduler {
  /** The participant's records go into the next group. */
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
      for (const participant of scheduled) {
        const append = participant.takeUncommitted()
        if (append === null) continue
        group.push(participant)
        appends.push(append)
      }
      if (group.length === 0) {
        admission.markCommitted()
        continue
      }
      const startedAt = clock.now()
      const committing = commit(store, appends)
      admission.markCommitted()
      const outcomes = await committing
      report(appends, outcomes, clock.now() - startedAt)
      for (const [index, participant] of group.entries()) {
        // A defect of one room must not keep the others waiting.
        reportDefects(participant.room, monitor, () =>
          participant.onOutcome(outcomes[index] ?? missingOutcome),
        )
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
      if (outcomes[index]?.type !== 'appended') continue
      rooms++
      records += append.records.length
    }
    monitor.committed(rooms, records, durationMs)
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

const missingOutcome: AppendOutcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'the store gave no outcome for this append' },
}
