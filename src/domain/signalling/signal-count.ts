import type { MemberId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { RoomSignalled } from '../room/index.js'

/** For two members and one kind, the log gets at most one record in this time. */
const recordIntervalMs = 1_000

/** The signals of one kind from one member to another that are not in the log yet. */
export interface SignalCount {
  readonly from: MemberId
  readonly to: MemberId
  readonly kind: string
  /** The instant of the last record. */
  readonly recordedAt: Instant
  readonly count: number
  readonly bytes: number
}

/** When the count is to be recorded: the first signal at once, all further signals of the same second with one record. */
export const recordDueAt = ({ recordedAt, count }: SignalCount): Instant | null =>
  count === 0 ? null : recordedAt + recordIntervalMs

/** Whether the next signal would be recorded at once. */
export const isIntervalOver = ({ recordedAt }: SignalCount, at: Instant): boolean =>
  at >= recordedAt + recordIntervalMs

export const countSignal = (
  previous: SignalCount | undefined,
  signal: { readonly from: MemberId; readonly to: MemberId; readonly kind: string; readonly bytes: number },
  at: Instant,
): { readonly current: SignalCount; readonly event: RoomSignalled | null } => {
  const { from, to, kind, bytes } = signal
  if (previous === undefined) return recordCount({ from, to, kind, recordedAt: at, count: 1, bytes }, at)
  const { recordedAt } = previous
  const current = { from, to, kind, recordedAt, count: previous.count + 1, bytes: previous.bytes + bytes }
  return isIntervalOver(previous, at) ? recordCount(current, at) : { current, event: null }
}

/** The event that records the count, and the count after it. */
export const recordCount = (
  counted: SignalCount,
  at: Instant,
): { readonly current: SignalCount; readonly event: RoomSignalled } => {
  const { from, to, kind, count, bytes } = counted
  return {
    current: { from, to, kind, recordedAt: at, count: 0, bytes: 0 },
    event: { type: 'room.signalled', data: { from, to, kind, count, bytes } },
  }
}
