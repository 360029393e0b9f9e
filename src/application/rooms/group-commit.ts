import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Append, EventStore, Outcome } from '../ports/event-store.js'
import type { Clock } from '../ports/clock.js'
import type { Monitor } from '../ports/monitor.js'
import { guarded } from './guarded.js'
import { problemOf } from './asked.js'
import type { Turnstile } from './turnstile.js'

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
 * slower the disk, the larger the groups. A room is in a group at most once, and is told what became of it before it is
 * asked again, so its appends never overtake each other.
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
    let group: Group | null = null
    do {
      if (group !== null) group = await answered(group)
      group ??= send()
      turnstile.handedOver()
    } while (group !== null || next.size > 0)
    running = false
    for (const wake of waiting) wake()
    waiting = []
  }

  /** Who wants more is told first, to be in the next group; the others are told while the store is writing that. */
  const answered = async (group: Group): Promise<Group | null> => {
    const outcomes = await group.committing
    report(group, outcomes)
    const untold = new Map(group.writers.map((writer, place) => [writer, outcomes[place] ?? unanswered]))
    for (const writer of group.writers) if (next.has(writer)) tell(writer, untold)
    const following = send(untold)
    for (const writer of group.writers) tell(writer, untold)
    return following
  }

  const tell = (writer: Writer, untold: Map<Writer, Outcome>): void => {
    const outcome = untold.get(writer)
    if (outcome === undefined) return
    untold.delete(writer)
    // A defect of one room must not leave the others waiting for ever.
    guarded(writer.room, monitor, () => writer.committed(outcome))
  }

  /** Hands over what is wanted, but of those who are to be told first; nothing if that comes to nothing. */
  const send = (untold: ReadonlyMap<Writer, Outcome> = nobody): Group | null => {
    const wanted = next
    next = new Set()
    const writers: Array<Writer> = []
    const appends: Array<Append> = []
    for (const writer of wanted) {
      if (untold.has(writer)) {
        next.add(writer)
        continue
      }
      const append = writer.take()
      if (append === null) continue
      writers.push(writer)
      appends.push(append)
    }
    if (writers.length === 0) return null
    return { writers, appends, began: clock.now(), committing: commit(store, appends) }
  }

  const report = ({ appends, began }: Group, outcomes: ReadonlyArray<Outcome>): void => {
    let rooms = 0
    let records = 0
    for (const [place, append] of appends.entries()) {
      if (outcomes[place]?.type !== 'appended') continue
      rooms++
      records += append.records.length
    }
    monitor.committed(rooms, records, clock.now() - began)
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

interface Group {
  readonly writers: ReadonlyArray<Writer>
  /** At the same places. */
  readonly appends: ReadonlyArray<Append>
  readonly began: Instant
  readonly committing: Promise<ReadonlyArray<Outcome>>
}

const nobody: ReadonlyMap<Writer, Outcome> = new Map()

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
