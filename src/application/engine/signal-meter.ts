import type { MemberId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomSignalled } from '../../domain/room/index.js'
import type { SignalCount } from '../../domain/signalling/index.js'
import { countSignal, isIntervalOver, recordDueAt, recordCount } from '../../domain/signalling/index.js'

/** What is to be written, and what is to be called once that, or the signal it is about, has left the room. */
export interface MeteredSignals {
  readonly events: ReadonlyArray<RoomSignalled>
  readonly onPublished: () => void
}

/**
 * How much of each kind went from whom to whom, as far as the log has not heard of it. Decided ahead of what is durable,
 * like everything in a room; what was withdrawn is not counted.
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
  ) => MeteredSignals
  /** When something is counted that the log is to hear of. */
  readonly dueAt: () => Instant | null
  /** All that is to be written by now. */
  readonly record: (at: Instant) => MeteredSignals
  /** What was decided and has not left by now never will. */
  readonly rollBack: () => void
  /** A record is in the log of which nobody could say so. */
  readonly observeRecorded: (data: RoomSignalled['data'], at: Instant) => void
  readonly size: () => number
}

interface Entry {
  tally: SignalCount
  /** As it was with what has left the room; `null`: nothing has. */
  kept: SignalCount | null
}

export const createSignalMeter = (): SignalMeter => {
  /** In the order in which the log heard of them last, so that the first is the first to be told or dropped. */
  const entries = new Map<string, Entry>()
  let nextTell: Instant | null = null

  const wanted = (tally: SignalCount): void => {
    const at = recordDueAt(tally)
    if (at !== null && (nextTell === null || at < nextTell)) nextTell = at
  }

  /** Of what the log knows whole nothing needs to be known once its second is over. */
  const dropOver = (at: Instant): void => {
    for (const [key, entry] of entries) {
      if (!isIntervalOver(entry.tally, at) || !isKnown(entry)) return
      entries.delete(key)
    }
  }

  const count: SignalMeter['count'] = (signal, at) => {
    const key = keyOf(signal)
    const known = entries.get(key)
    const { tally, event } = countSignal(known?.tally, signal, at)
    const entry = known ?? { tally, kept: null }
    entry.tally = tally
    if (event !== null) {
      entries.delete(key)
      dropOver(at)
    }
    entries.set(key, entry)
    wanted(tally)
    return {
      events: event === null ? none : [event],
      onPublished: () => {
        entry.kept = tally
      },
    }
  }

  const tell: SignalMeter['record'] = (at) => {
    const events: Array<RoomSignalled> = []
    const written: Array<() => void> = []
    nextTell = null
    for (const [key, entry] of entries) {
      if (!isIntervalOver(entry.tally, at)) {
        nextTell = recordDueAt(entry.tally)
        if (nextTell !== null) break
        continue
      }
      if (isKnown(entry)) entries.delete(key)
      if (entry.tally.count === 0) continue
      const { tally, event } = recordCount(entry.tally, at)
      entry.tally = tally
      entries.delete(key)
      entries.set(key, entry)
      events.push(event)
      written.push(() => {
        entry.kept = tally
      })
    }
    return { events, onPublished: () => written.forEach((each) => each()) }
  }

  return {
    count,
    dueAt: () => nextTell,
    record: tell,
    rollBack: () => {
      const left = [...entries].flatMap(([key, { kept }]) => (kept === null ? [] : [[key, kept] as const]))
      entries.clear()
      nextTell = null
      for (const [key, kept] of left.sort(([, one], [, other]) => one.recordedAt - other.recordedAt)) {
        entries.set(key, { tally: kept, kept })
        wanted(kept)
      }
    },
    observeRecorded: ({ from, to, kind }, at) => {
      const key = keyOf({ from, to, kind })
      // Each record tells all that was counted until then.
      const tally: SignalCount = { from, to, kind, recordedAt: at, count: 0, bytes: 0 }
      entries.delete(key)
      entries.set(key, { tally, kept: tally })
    },
    size: () => entries.size,
  }
}

const none: ReadonlyArray<never> = []

/** Ids have no blanks in them. */
const keyOf = ({ from, to, kind }: Pick<SignalCount, 'from' | 'to' | 'kind'>): string =>
  `${from} ${to} ${kind}`

const isKnown = ({ tally, kept }: Entry): boolean => tally.count === 0 && kept === tally
