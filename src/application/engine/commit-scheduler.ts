import type { RoomId } from '../../domain/kernel/ids.js'
import type { Append, EventStore, Outcome } from '../ports/event-store.js'
import type { Clock } from '../ports/clock.js'
import type { Monitor } from '../ports/monitor.js'
import { guarded } from './report-defects.js'
import { problemOf } from './query-store.js'
import type { Turnstile } from './admission-control.js'

/** A room that has records to append. */
export interface Writer {
  readonly room: RoomId
  /** All that is decided and not handed over yet; nothing if the room was read anew meanwhile. */
  readonly take: () => Append | null
  readonly committed: (outcome: Outcome) => void
}

export interface GroupCommit {
  /** The writer has something to take; it is asked for it with the next group. */
  readonly wanted: (writer: Writer) => void
  /** Resolves when nothing is under way or wanted. */
  readonly idle: () => Promise<void>
}

/**
 * One group at a time: what many rooms decide while a commit is under way goes into the next one together, so the
 * slower the disk, the larger the groups. A room is in a group at most once, so its appends never overtake each other.
 */
export const groupCommit = (
  store: EventStore,
  clock: Clock,
  monitor: Monitor,
  turnstile: Turnstile,
): GroupCommit => {
  let next: Set<Writer> = new Set()
  let running = false
  let waiting: Array<() => void> = []

  const run = async (): Promise<void> => {
    while (next.size > 0) {
      const wanted = next
      next = new Set()
      const group: Array<Writer> = []
      const appends: Array<Append> = []
      for (const writer of wanted) {
        const append = writer.take()
        if (append === null) continue
        group.push(writer)
        appends.push(append)
      }
      if (group.length === 0) {
        turnstile.handedOver()
        continue
      }
      const began = clock.now()
      const committing = commit(store, appends)
      turnstile.handedOver()
      const outcomes = await committing
      report(appends, outcomes, clock.now() - began)
      for (const [place, writer] of group.entries()) {
        // A defect of one room must not leave the others waiting for ever.
        guarded(writer.room, monitor, () => writer.committed(outcomes[place] ?? unanswered))
      }
    }
    running = false
    for (const wake of waiting) wake()
    waiting = []
  }

  const report = (
    appends: ReadonlyArray<Append>,
    outcomes: ReadonlyArray<Outcome>,
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
    wanted: (writer) => {
      next.add(writer)
      turnstile.decided()
      if (running) return
      running = true
      // A microtask later, so that what is decided in the same turn is in the first group already.
      void Promise.resolve().then(run)
    },
    idle: () => (running ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  }
}

/** A store that throws has broken its promise; that its records may be there is all that is known then. */
const commit = async (store: EventStore, appends: ReadonlyArray<Append>): Promise<ReadonlyArray<Outcome>> => {
  try {
    return await store.commit(appends)()
  } catch (error) {
    const problem = problemOf(error)
    return appends.map(() => ({ type: 'fault', fault: { type: 'unavailable', problem } }))
  }
}

const unanswered: Outcome = {
  type: 'fault',
  fault: { type: 'unavailable', problem: 'the store gave no outcome for this append' },
}
