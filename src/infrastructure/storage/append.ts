import type { Append, IndexEntry, AppendOutcome } from '../../application/ports/event-store.js'
import type { Epoch } from '../../domain/kernel/ids.js'

export const appended: AppendOutcome = { type: 'appended' }

/** The position of a log's last record. */
export interface LogEnd {
  readonly epoch: Epoch
  readonly seq: number
}

/** Why an append does not fit the end of its log; `undefined`: it fits. The rule of every store. */
export const checkAppend = (append: Append, end: LogEnd | undefined): AppendOutcome | undefined => {
  const fault = checkRecords(append)
  if (fault !== undefined) return fault
  if (end === undefined) return append.expectedSeq === 0 ? undefined : { type: 'conflict', actual: null }
  if (append.expectedSeq === end.seq && append.epoch === end.epoch) return undefined
  return { type: 'conflict', actual: { epoch: end.epoch, seq: end.seq } }
}

/** A record at a wrong position would break the log permanently, so a caller's mistake is a fault. */
const checkRecords = ({ room, epoch, expectedSeq, records }: Append): AppendOutcome | undefined => {
  let seq = expectedSeq
  for (const record of records) {
    seq += 1
    if (record.room !== room) return invalidRecord(room, seq, `belongs to room ${record.room}`)
    if (record.epoch !== epoch) return invalidRecord(room, seq, `belongs to epoch ${record.epoch}`)
    if (record.seq !== seq) return invalidRecord(room, seq, `has seq ${record.seq}`)
  }
  return records.length > 0
    ? undefined
    : invalidRecord(room, seq + 1, 'is missing: the append has no records')
}

/** The fault for a record that cannot be appended. */
export const invalidRecord = (room: Append['room'], seq: number, problem: string): AppendOutcome => ({
  type: 'fault',
  fault: { type: 'corrupt', room, seq, problem: `record ${seq} ${problem}` },
})

/** A room's index entry after an append. */
export const entryAfter = ({ room, epoch, records, due, occupied }: Append): IndexEntry => {
  const last = records[records.length - 1]
  return { room, epoch, seq: last?.seq ?? 0, lastAt: last?.at ?? 0, due, occupied }
}

export const isAwaiting = ({ due, occupied }: IndexEntry): boolean => due !== null || occupied
