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
  /** All that is decided and not handed over yet; nothing if the room was read anew meanwhile. */
  readonly takeUncommitted: () => Append | null
  readonly onOutcome: (outcome: AppendOutcome) => void
}

export interface CommitScheduler {
  /** The writer has something to take; it is asked for it with the next group. */
  readonly schedule: (writer: CommitParticipant) => void
  /** Resolves when nothing is under way or wanted. */
  readonly whenIdle: () => Promise<void>
}

/**
 * One group at a time: what many rooms decide while a commit is under way goes into the next one together, so the
 * slower the disk, the larger the groups. A room is in a group at most once, so its appends never overtake each other.
 */
export const createCommitScheduler = (
  store: EventStore,
  clock: Clock,
  monitor: Monitor,
  admission: AdmissionControl,
): CommitScheduler => {
  let next: Set<CommitParticipant> = new Set()
  let running = false
  let waiting: Array<() => void> = []

  const run = async (): Promise<void> => {
    while (next.size > 0) {
      const wanted = next
      next = new Set()
      const group: Array<CommitParticipant> = []
      const appends: Array<Append> = []
      for (const writer of wanted) {
        const append = writer.takeUncommitted()
        if (append === null) continue
        group.push(writer)
        appends.push(append)
      }
      if (group.length === 0) {
        admission.markCommitted()
        continue
      }
      const began = clock.now()
      const committing = commit(store, appends)
      admission.markCommitted()
      const outcomes = await committing
      report(appends, outcomes, clock.now() - began)
      for (const [place, writer] of group.entries()) {
        // A defect of one room must not leave the others waiting for ever.
        reportDefects(writer.room, monitor, () => writer.onOutcome(outcomes[place] ?? unanswered))
      }
    }
    running = false
    for (const wake of waiting) wake()
    waiting = []
  }

  const report = (
    appends: ReadonlyArray<Append>,
    outcomes: ReadonlyArray<AppendOutcome>,
    durationMs: number,
  ): void => {
    let rooms = 0
    let records = 0
    for (const [place, append] of appends.entries()) {
      if (outcomes[place]?.type !== 'appended') continue
      rooms++
      records += append.records.length
    }
    monitor.committed(rooms, records, durationMs)
  }

  return {
    schedule: (writer) => {
      next.add(writer)
      admission.markDecided()
      if (running) return
      running = true
      // A microtask later, so that what is decided in the same turn is in the first group already.
      void Promise.resolve().then(run)
    },
    whenIdle: () => (running ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  }
}

/** A store that throws has broken its promise; that its records may be there is all that is known then. */
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

const unanswered: AppendOutcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'the store gave no outcome for this append' },
}
