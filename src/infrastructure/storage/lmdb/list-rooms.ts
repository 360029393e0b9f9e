import type { IndexEntry, StoreFault } from '../../../application/ports/event-store.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import { isFlaw } from '../codec/flaw.js'
import { headOf } from './head.js'
import { corruptFault, headIn, turnOfOthers } from './read-log.js'
import type { Tables } from './tables.js'

/** Hears of what is left out. */
type Report = (fault: StoreFault) => void

export const listedEntries = (
  { heads }: Tables,
  after: RoomId | null,
  limit: number,
  report: Report,
): ReadonlyArray<IndexEntry> => {
  const entries: Array<IndexEntry> = []
  const range = after === null ? { limit } : { start: after, exclusiveStart: true, limit }
  for (const { key: room, value } of heads.getRange(range)) {
    const head = headOf(room, value)
    if (isFlaw(head)) report(corruptFault(room, head))
    else entries.push(head.entry)
  }
  return entries
}

/** After so many, others get their turn. */
const sliceRooms = 2_000

export const awaitingEntries = async (tables: Tables, report: Report): Promise<ReadonlyArray<IndexEntry>> => {
  const entries: Array<IndexEntry> = []
  let seen = 0
  const rooms = Array.from(tables.awaiting.getKeys({}))
  for (const room of rooms) {
    seen += 1
    if (seen % sliceRooms === 0) await turnOfOthers()
    const head = headIn(tables, room)
    if (head === undefined) continue
    if (isFlaw(head)) report(corruptFault(room, head))
    else entries.push(head.entry)
  }
  return entries
}
