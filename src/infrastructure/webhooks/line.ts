import type { Cancel } from '../../application/ports/clock.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import type { Cursor } from './cursors.js'

/** What waits to be delivered for one room, in its order. Only rooms with something that waits have one. */
export interface Line {
  readonly room: RoomId
  /** The first of them is the next. */
  waiting: Array<MembershipChange>
  /** The log has more behind what is waiting here. */
  behind: boolean
  /** Something came while the log was being read, perhaps too late to be found there. */
  news: boolean
  /** Up to here the log was read; `null` before that. */
  readTo: Unwritten | null
  /** In a row. */
  failures: number
  failingSince: Instant | null
  /** What is as old as this is given up; `null`: nothing is. */
  givesUpTo: Instant | null
  /** Ends the rest that it takes after a failure. */
  wake: Cancel | null
}

type Unwritten = Pick<Cursor, 'epoch' | 'seq'>

export const newLine = (room: RoomId): Line => ({
  room,
  waiting: [],
  behind: false,
  news: false,
  readTo: null,
  failures: 0,
  failingSince: null,
  givesUpTo: null,
  wake: null,
})

/** Puts one at the end, if there is room for it and all before it are here; else the log has it. */
export const joinLine = (line: Line, attendance: MembershipChange, hasRoom: boolean): void => {
  if (wasRead(line, attendance)) return
  if (line.behind) line.news = true
  else if (hasRoom) line.waiting.push(attendance)
  else line.behind = true
}

/** It was durable, and so in the log, before it was told. */
const wasRead = ({ readTo }: Line, { epoch, seq }: MembershipChange): boolean =>
  readTo !== null && readTo.epoch === epoch && seq <= readTo.seq

/** Takes out what is to be given up, from the front. Gives the last of them and how many they were. */
export const giveUp = (
  line: Line,
): { readonly last: MembershipChange; readonly events: number } | undefined => {
  const { givesUpTo, waiting } = line
  if (givesUpTo === null) return undefined
  const kept = waiting.findIndex(({ at }) => at > givesUpTo)
  const events = kept === -1 ? waiting.length : kept
  const last = waiting[events - 1]
  if (last === undefined) return undefined
  line.waiting = waiting.slice(events)
  return { last, events }
}
