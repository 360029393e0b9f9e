import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { drawingCheck } from './drawing.js'
import { foldingCheck } from './folding.js'

/** The first record at which something does not hold. */
export interface Finding {
  readonly seq: number
  readonly problem: string
}

export interface Verified {
  readonly records: number
  readonly draws: number
  /** Draws whose names are not in the log any more. */
  readonly nameless: number
}

/** Takes a room's records in order; what it gives ends with the first that is wrong. Checks what no hash can say. */
export interface Verifier {
  readonly next: (record: RoomRecord) => Promise<Finding | null>
  /** Once there are no more. */
  readonly end: () => Finding | null
  readonly state: () => RoomState
  readonly verified: () => Verified
}

export const verifier = (room: RoomId, model: RoomModel): Verifier => {
  const folding = foldingCheck(room, model)
  const drawing = drawingCheck(room)
  let last: RoomRecord | undefined

  const at = (seq: number, problem: string | null): Finding | null =>
    problem === null ? null : { seq, problem }

  return {
    next: async (record) => {
      const { seq } = record
      const ordered = orderOf(record, last)
      last = record
      return at(seq, ordered ?? folding.next(record) ?? (await drawing.next(record)))
    },
    end: () => at(last?.seq ?? 0, folding.end()),
    state: folding.state,
    verified: () => ({ records: last?.seq ?? 0, ...drawing.counts() }),
  }
}

/** A log begins with its room, which is made once; and time never goes back. */
const orderOf = (record: RoomRecord, last: RoomRecord | undefined): string | null => {
  const isFirst = last === undefined
  if (isFirst !== (record.type === 'room.created')) {
    return isFirst ? `is ${record.type}, before there is a room` : 'makes a room that is there already'
  }
  if (last !== undefined && record.at < last.at) return 'is from before the record that it follows'
  return null
}

/** What the index says of a room that its log does not: it is written with every record and read without them. */
export const indexFlaw = (
  entry: IndexEntry,
  state: RoomState,
  lastAt: number,
  { nextTimer }: RoomModel,
): string | null => {
  const isOpen = state.phase === 'open'
  const wanted = {
    'last record': lastAt,
    'next due': nextTimer(state)?.at ?? null,
    occupied: isOpen && state.members.length > 0,
  }
  const said = { 'last record': entry.lastAt, 'next due': entry.due, occupied: entry.occupied }
  for (const fact of ['last record', 'next due', 'occupied'] as const) {
    if (wanted[fact] !== said[fact]) return `the index has ${said[fact]} as ${fact}, the log ${wanted[fact]}`
  }
  return null
}
