import type { MemberId } from '../kernel/ids.js'
import type { Instant } from '../kernel/instant.js'
import type { RoomSignalled } from '../room/index.js'

/** A record of signals is written at most so often for two members and one kind. */
const talliedEveryMs = 1_000

/** What of one kind went from one member to another and is not in the log yet. */
export interface Tally {
  readonly from: MemberId
  readonly to: MemberId
  readonly kind: string
  /** When the log last heard of it. */
  readonly toldAt: Instant
  readonly count: number
  readonly bytes: number
}

/** When what was counted is to be written: the first is written at once, what follows in the same second with one record. */
export const tellAt = ({ toldAt, count }: Tally): Instant | null =>
  count === 0 ? null : toldAt + talliedEveryMs

/** Whether the second is over in which the next one would have to wait. */
export const isOver = ({ toldAt }: Tally, at: Instant): boolean => at >= toldAt + talliedEveryMs

export const counted = (
  tally: Tally | undefined,
  signal: { readonly from: MemberId; readonly to: MemberId; readonly kind: string; readonly bytes: number },
  at: Instant,
): { readonly tally: Tally; readonly event: RoomSignalled | null } => {
  const { from, to, kind, bytes } = signal
  if (tally === undefined) return told({ from, to, kind, toldAt: at, count: 1, bytes }, at)
  const { toldAt } = tally
  const more = { from, to, kind, toldAt, count: tally.count + 1, bytes: tally.bytes + bytes }
  return isOver(tally, at) ? told(more, at) : { tally: more, event: null }
}

/** Writes down what was counted. */
export const told = (tally: Tally, at: Instant): { readonly tally: Tally; readonly event: RoomSignalled } => {
  const { from, to, kind, count, bytes } = tally
  return {
    tally: { ...tally, toldAt: at, count: 0, bytes: 0 },
    event: { type: 'room.signalled', data: { from, to, kind, count, bytes } },
  }
}
