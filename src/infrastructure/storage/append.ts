import type { Append, IndexEntry, AppendOutcome } from '../../application/ports/event-store.js'
import type { Epoch } from '../../domain/kernel/ids.js'

export const appended: AppendOutcome = { type: 'appended' }

/** Where a room's log ends. */
export interface End {
  readonly epoch: Epoch
  readonly seq: number
}

/** Why this append may not go in where the log ends like that, or nothing: the rule that every store keeps. */
export const refusal = (append: Append, end: End | undefined): AppendOutcome | undefined => {
  const malformed = flawOf(append)
  if (malformed !== undefined) return malformed
  if (end === undefined) return append.expectedSeq === 0 ? undefined : { type: 'conflict', actual: null }
  if (append.expectedSeq === end.seq && append.epoch === end.epoch) return undefined
  return { type: 'conflict', actual: { epoch: end.epoch, seq: end.seq } }
}

/** A record out of its place would break the log for ever, so it is refused whoever made the mistake. */
const flawOf = ({ room, epoch, expectedSeq, records }: Append): AppendOutcome | undefined => {
  let seq = expectedSeq
  for (const record of records) {
    seq += 1
    if (record.room !== room) return unfit(room, seq, `is of room ${record.room}`)
    if (record.epoch !== epoch) return unfit(room, seq, `is of epoch ${record.epoch}`)
    if (record.seq !== seq) return unfit(room, seq, `has the place ${record.seq}`)
  }
  return records.length > 0 ? undefined : unfit(room, seq + 1, 'is missing: nothing is to be appended')
}

/** This record cannot go into the log. */
export const unfit = (room: Append['room'], seq: number, problem: string): AppendOutcome => ({
  type: 'fault',
  fault: { type: 'corrupt', room, seq, problem: `record ${seq} ${problem}` },
})

/** The index entry of a room after this append. */
export const entryAfter = ({ room, epoch, records, due, occupied }: Append): IndexEntry => {
  const last = records[records.length - 1]
  return { room, epoch, seq: last?.seq ?? 0, lastAt: last?.at ?? 0, due, occupied }
}

export const isAwaiting = ({ due, occupied }: IndexEntry): boolean => due !== null || occupied
