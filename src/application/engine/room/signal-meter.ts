import type { AuditSubject } from '../../ports/audit-trail.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { RoomSignalled } from '../../../domain/room/index.js'
import type { SignalCount } from '../../../domain/signalling/index.js'
import { countSignal, isIntervalOver, recordDueAt, recordCount } from '../../../domain/signalling/index.js'

/** Events to record. `onPublished` is called once they, or the signal that they count, have left the room. */
export interface MeteredSignals {
  readonly events: ReadonlyArray<RoomSignalled>
  /** For each event, who sent the last of its signals; null if the audit trail does not record that. */
  readonly subjects: ReadonlyArray<AuditSubject | null>
  readonly onPublished: () => void
}

/**
 * Counts signals and their bytes by sender, target and kind until the log records them, at most once per second (M-14).
 * Decisions that are withdrawn do not count.
 */
export interface SignalMeter {
  readonly count: (
    signal: {
      readonly from: MemberId
      readonly to: MemberId
      readonly kind: string
      readonly bytes: number
    },
    at: Instant,
    subject?: AuditSubject | null,
  ) => MeteredSignals
  /** When the next count is due to be recorded. */
  readonly dueAt: () => Instant | null
  /** Every count that is due. */
  readonly record: (at: Instant) => MeteredSignals
  /** Decisions that were not published are withdrawn. */
  readonly rollBack: () => void
  /** A record is in the log although its append was not confirmed. */
  readonly observeRecorded: (data: RoomSignalled['data'], at: Instant) => void
  readonly size: () => number
}

interface Entry {
  current: SignalCount
  /** As of the last publication; `null` before the first. */
  published: SignalCount | null
  subject: AuditSubject | null
}

export const createSignalMeter = (): SignalMeter => {
  /** Ordered by their last record, so that the first is the first to be recorded or dropped. */
  const entries = new Map<string, Entry>()
  let nextRecordAt: Instant | null = null

  const scheduleRecord = (count: SignalCount): void => {
    const at = recordDueAt(count)
    if (at !== null && (nextRecordAt === null || at < nextRecordAt)) nextRecordAt = at
  }

  /** A count that is recorded completely is not needed after its second. */
  const dropRecorded = (at: Instant): void => {
    for (const [key, entry] of entries) {
      if (!isIntervalOver(entry.current, at) || !isRecorded(entry)) return
      entries.delete(key)
    }
  }

  const count: SignalMeter['count'] = (signal, at, subject = null) => {
    const key = keyOf(signal)
    const existing = entries.get(key)
    const { current, event } = countSignal(existing?.current, signal, at)
    const entry = existing ?? { current, published: null, subject }
    entry.current = current
    entry.subject = subject
    if (event !== null) {
      entries.delete(key)
      dropRecorded(at)
    }
    entries.set(key, entry)
    scheduleRecord(current)
    return {
      events: event === null ? noEvents : [event],
      subjects: event === null ? noEvents : [subject],
      onPublished: () => {
        entry.published = current
      },
    }
  }

  const record: SignalMeter['record'] = (at) => {
    const events: Array<RoomSignalled> = []
    const recorded: Array<{ readonly entry: Entry; readonly current: SignalCount }> = []
    nextRecordAt = null
    for (const [key, entry] of entries) {
      if (!isIntervalOver(entry.current, at)) {
        nextRecordAt = recordDueAt(entry.current)
        if (nextRecordAt !== null) break
        continue
      }
      if (isRecorded(entry)) entries.delete(key)
      if (entry.current.count === 0) continue
      const { current, event } = recordCount(entry.current, at)
      entry.current = current
      entries.delete(key)
      entries.set(key, entry)
      events.push(event)
      recorded.push({ entry, current })
    }
    return {
      events,
      subjects: recorded.map(({ entry }) => entry.subject),
      onPublished: () => {
        for (const { entry, current } of recorded) entry.published = current
      },
    }
  }

  return {
    count,
    dueAt: () => nextRecordAt,
    record,
    rollBack: () => {
      const remaining = [...entries].flatMap(([key, { published, subject }]) =>
        published === null ? [] : [[key, published, subject] as const],
      )
      entries.clear()
      nextRecordAt = null
      for (const [key, published, subject] of remaining.sort(([, a], [, b]) => a.recordedAt - b.recordedAt)) {
        entries.set(key, { current: published, published, subject })
        scheduleRecord(published)
      }
    },
    observeRecorded: ({ from, to, kind }, at) => {
      const key = keyOf({ from, to, kind })
      // Each record contains everything that was counted before it.
      const current: SignalCount = { from, to, kind, recordedAt: at, count: 0, bytes: 0 }
      entries.delete(key)
      entries.set(key, { current, published: current, subject: null })
    },
    size: () => entries.size,
  }
}

const noEvents: ReadonlyArray<never> = []

/** Ids contain no spaces. */
const keyOf = ({ from, to, kind }: Pick<SignalCount, 'from' | 'to' | 'kind'>): string =>
  `${from} ${to} ${kind}`

const isRecorded = ({ current, published }: Entry): boolean => current.count === 0 && published === current
