import type { MemberId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { RoomSignalled } from '../room/index.js'

/** A record of signals is written at most so often for two members and one kind. */
const talliedEveryMs = 1_000

/** What of one kind went from one member to another and is not in the log yet. */
export interface SignalCount {
  readonly from: MemberId
  readonly to: MemberId
  readonly kind: string
  /** When the log last heard of it. */
  readonly recordedAt: Instant
  readonly count: number
  readonly bytes: number
}

/** When what was counted is to be written: the first is written at once, what follows in the same second with one record. */
export const recordDueAt = ({ recordedAt, count }: SignalCount): Instant | null =>
  count === 0 ? null : recordedAt + talliedEveryMs

/** Whether the second is over in which the next one would have to wait. */
export const isIntervalOver = ({ recordedAt }: SignalCount, at: Instant): boolean =>
  at >= recordedAt + talliedEveryMs

export const countSignal = (
  tally: SignalCount | undefined,
  signal: { readonly from: MemberId; readonly to: MemberId; readonly kind: string; readonly bytes: number },
  at: Instant,
): { readonly tally: SignalCount; readonly event: RoomSignalled | null } => {
  const { from, to, kind, bytes } = signal
  if (tally === undefined) return recordCount({ from, to, kind, recordedAt: at, count: 1, bytes }, at)
  const { recordedAt } = tally
  const more = { from, to, kind, recordedAt, count: tally.count + 1, bytes: tally.bytes + bytes }
  return isIntervalOver(tally, at) ? recordCount(more, at) : { tally: more, event: null }
}

/** Writes down what was counted. */
export const recordCount = (
  tally: SignalCount,
  at: Instant,
): { readonly tally: SignalCount; readonly event: RoomSignalled } => {
  const { from, to, kind, count, bytes } = tally
  return {
    tally: { ...tally, recordedAt: at, count: 0, bytes: 0 },
    event: { type: 'room.signalled', data: { from, to, kind, count, bytes } },
  }
}
